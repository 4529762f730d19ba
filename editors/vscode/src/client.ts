/** The life of the server: found or installed, started, started anew when something changes, stopped. */
import * as path from "node:path";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State as ClientState,
  TransportKind,
  type ErrorHandler,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import { Activity } from "./activity";
import { Crashes } from "./crashes";
import { Environment } from "./environment";
import type { Interpreters } from "./interpreter";
import { relay } from "./output";
import { onPath, within } from "./places";
import { probe } from "./probe";
import { ask, names, type Python } from "./pythons";
import { run } from "./run";
import { Serial } from "./serial";
import {
  findServer,
  sameServer,
  shown,
  type Command,
  type Found,
  type NotFound,
  type Own,
  type Trouble,
} from "./server";
import { CLIENT_COMMANDS, readSettings, SELECTOR, type Settings } from "./settings";
import type { State } from "./state";

/** The messages' ways out, in the words of their buttons. */
const BUTTONS = { settings: "Open settings", retry: "Try again", trust: "Manage trust" } as const;

const windows = process.platform === "win32";

export class Server {
  private client: LanguageClient | undefined;
  private current: Found | undefined;
  private state: State = { kind: "looking" };
  private forced = false;
  private closing = false;
  /** Why the extension's own environment could not be made; nobody is troubled with that twice for the same reason. */
  private refused: Trouble | undefined;
  private again = false;
  /** What was last said to be wrong: it is not said again until something has changed. */
  private said: string | undefined;
  private returning: NodeJS.Timeout | undefined;
  private tried: NotFound["tried"] = [];
  private readonly crashes = new Crashes();
  private readonly turnover = new Serial(() => this.replace());
  private readonly activity = new Activity((busy) => {
    if (this.state.kind === "running") this.tell({ ...this.state, busy });
  });
  private readonly started = new vscode.EventEmitter<LanguageClient>();

  /** A server is up, for the first time or once more. */
  readonly onDidStart = this.started.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly interpreters: Interpreters,
    private readonly log: vscode.LogOutputChannel,
    private readonly show: (state: State) => void,
  ) {}

  /** Stops the server that runs, if one does, and starts the one that the settings now ask for. */
  restart(): Promise<void> {
    this.forced = true;
    this.refused = undefined;
    this.again = false;
    this.said = undefined;
    this.crashes.forget();
    return this.turnover.run();
  }

  /** Starts another server only if the choice now falls on another: Python extensions report changes that are none. */
  reconsider(): Promise<void> {
    return this.turnover.run();
  }

  /** Makes the extension's own environment anew, and starts the server once more. */
  async reinstall(): Promise<void> {
    await this.end();
    this.refused = undefined;
    const made = await this.own(true);
    if ("python" in made) await this.restart();
    else this.fail(made);
  }

  /** Stops the server for good: the window is closing. */
  async stop(): Promise<void> {
    this.closing = true;
    clearTimeout(this.returning);
    await this.end();
  }

  /** The client of the server that runs, if one does. */
  running(): LanguageClient | undefined {
    return this.client?.isRunning() === true ? this.client : undefined;
  }

  /** Runs the program of the server for another command, as `initls rule`. */
  async program(args: readonly string[]): Promise<string | undefined> {
    if (this.current === undefined) return undefined;
    const manner = { cwd: this.context.extensionPath, patience: 20_000 };
    const { status, output } = await run(this.current.candidate, args, manner);
    return status === 0 ? output : undefined;
  }

  /** What the extension itself knows, for a report of a problem. */
  described(): string[] {
    const { extension } = this.context;
    const { version } = extension.packageJSON as { version: string };
    const server = this.current;
    return [
      "## Extension",
      `- initls for VS Code ${version}, VS Code ${vscode.version} (${vscode.env.appName}), ${process.platform}-${process.arch}`,
      `- state: ${this.state.kind}${this.state.kind === "failed" ? `: ${this.state.message}` : ""}`,
      `- server: ${server === undefined ? "none" : `${server.version}, ${shown(server.candidate)}, from ${server.candidate.origin}`}`,
      ...this.tried.map(
        ({ candidate, problem }) => `- passed by: ${shown(candidate)}, from ${candidate.origin}: ${problem}`,
      ),
      `- own environment: ${this.environment().described()}`,
      `- workspace trusted: ${String(vscode.workspace.isTrusted)}`,
    ];
  }

  private tell(state: State): void {
    this.state = state;
    this.show(state);
  }

  private async replace(): Promise<void> {
    const { forced } = this;
    this.forced = false;
    clearTimeout(this.returning);
    const settings = readSettings();
    if (!settings.enable || this.closing) {
      await this.end();
      this.tell({ kind: "off" });
      return;
    }
    const before = this.state;
    if (before.kind !== "running") this.tell({ kind: "looking" });
    const server = await this.find(settings);
    if (!forced && server !== undefined && this.client?.isRunning() === true && sameServer(server, this.current)) {
      this.tell(before);
      return;
    }
    await this.end();
    if (server !== undefined) {
      await this.start(server, settings);
    }
  }

  private async find(settings: Settings): Promise<Found | undefined> {
    const outcome = await findServer({
      path: settings.path,
      interpreter: settings.interpreter,
      trusted: vscode.workspace.isTrusted,
      inWorkspace,
      selected: () => this.interpreters.selected(),
      onPath: programs,
      probe: (command) => probe(command, this.context.extensionPath),
      own: (broken) => this.own(broken),
    });
    if (outcome.kind === "found") {
      const { candidate, version } = outcome;
      this.tried = [];
      this.log.info(`initls ${version}: ${shown(candidate)}, from ${candidate.origin}`);
      return outcome;
    }
    this.tried = outcome.tried;
    for (const { candidate, problem } of outcome.tried) {
      this.log.warn(`not usable: ${shown(candidate)}, from ${candidate.origin}: ${problem}`);
    }
    this.fail(outcome);
    return undefined;
  }

  private environment(): Environment {
    return new Environment(
      {
        storage: path.join(this.context.globalStorageUri.fsPath, "environments"),
        shipped: path.join(this.context.extensionPath, "server"),
        windows,
        env: process.env,
        proxy: vscode.workspace.getConfiguration("http").get("proxy", ""),
      },
      run,
    );
  }

  private async own(broken: boolean): Promise<Own> {
    const environment = this.environment();
    const ready = broken ? undefined : environment.ready();
    if (ready !== undefined) return { python: ready };
    if (this.refused !== undefined) return this.refused;
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: "Installing initls (once)",
      cancellable: true,
    };
    const made = await vscode.window.withProgress(options, (progress, cancelled) => {
      const abort = new AbortController();
      cancelled.onCancellationRequested(() => {
        abort.abort();
      });
      return environment.make(this.pythons(), {
        tell: (step) => {
          progress.report({ message: step });
          this.tell({ kind: "installing", step });
        },
        log: (line) => {
          this.log.info(`[install] ${line}`);
        },
        signal: abort.signal,
      });
    });
    this.refused = "python" in made ? undefined : made;
    return made;
  }

  /** The Pythons of this machine, the best first, each asked what it is when it is its turn. */
  private async *pythons(): AsyncGenerator<Python> {
    const selected = vscode.workspace.isTrusted ? await this.interpreters.selected() : undefined;
    const commands: Command[] = selected === undefined ? [] : [selected];
    for (const name of names(windows)) {
      for (const program of programs(name)) commands.push({ program, args: [] });
    }
    for (const command of commands) {
      const python = await ask(run, command, this.context.extensionPath);
      if (python !== undefined) yield python;
      else this.log.debug(`no Python: ${shown(command)}`);
    }
  }

  private async start(server: Found, settings: Settings): Promise<void> {
    const { program, args } = server.candidate;
    let up = false;
    const client: LanguageClient = new LanguageClient(
      "initls",
      "initls",
      {
        command: program,
        args: [...args, "server"],
        transport: TransportKind.stdio,
        // Never the workspace, for the reason that `probe` gives.
        options: { cwd: this.context.extensionPath },
      },
      this.options(settings, {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => {
          // The client would start the same program again. It may be gone, or another one: so all is looked at anew.
          if (client === this.client) this.lost(up);
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      }),
    );
    this.client = client;
    this.current = server;
    this.activity.reset();
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) {
        return; // an older server saying goodbye
      }
      if (newState === ClientState.Running) {
        up = true;
        this.said = undefined;
        this.tell({ kind: "running", server, busy: false, again: this.again });
        this.started.fire(client);
      } else if (newState === ClientState.Starting) {
        this.tell({ kind: "starting", server });
      }
    });
    try {
      await client.start();
    } catch (error) {
      if (client === this.client) {
        this.client = undefined;
        const reason = error instanceof Error ? error.message : String(error);
        this.fail({ message: `initls did not start: ${reason}`, ways: ["retry", "settings"] });
      }
    }
  }

  private options(settings: Settings, errorHandler: ErrorHandler): LanguageClientOptions {
    const { activity } = this;
    return {
      documentSelector: SELECTOR,
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      stdioOptions: { stdout: () => undefined, stderr: relay },
      initializationOptions: { settings: settings.server, commands: CLIENT_COMMANDS },
      errorHandler,
      middleware: {
        async provideDiagnostics(document, previous, token, next) {
          const question = {};
          activity.begin(question);
          try {
            return await next(document, previous, token);
          } finally {
            activity.end(question);
          }
        },
        handleWorkDoneProgress(token, params, next) {
          if (params.kind === "begin") activity.begin(token);
          if (params.kind === "end") activity.end(token);
          next(token, params);
        },
      },
    };
  }

  /** The server has gone without having been asked to. */
  private lost(wasUp: boolean): void {
    this.client = undefined;
    this.activity.reset();
    if (this.closing) return;
    const verdict = this.crashes.happened(Date.now(), wasUp);
    if (!verdict.again) {
      // A server that was never up says itself why, where it is started.
      if (wasUp) {
        this.fail({
          message: "initls stopped five times within three minutes, and is not started again. The log says why.",
          ways: ["retry"],
        });
      }
      return;
    }
    this.again = true;
    this.log.warn(`the server stopped unexpectedly; it is started again in ${verdict.pause / 1000} s`);
    this.tell({ kind: "looking" });
    this.returning = setTimeout(() => {
      void this.reconsider();
    }, verdict.pause);
    if (verdict.first) {
      void vscode.window
        .showWarningMessage("initls stopped unexpectedly and is started again.", "Show log")
        .then((choice) => {
          if (choice !== undefined) this.log.show();
        });
    }
  }

  private async end(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    this.activity.reset();
    if (client?.needsStop() === true) {
      // A server that does not answer must not keep the next one from starting; the client ends its process.
      await client.stop().catch((error: unknown) => {
        this.log.warn(`the server did not stop properly: ${String(error)}`);
      });
    }
  }

  /** Says what is wrong in the status item, the log and a message that leads to the way out. */
  private fail({ message, ways }: Trouble): void {
    this.tell({ kind: "failed", message });
    this.log.error(message);
    if (this.said === message) return;
    this.said = message;
    const buttons = [...ways.map((way) => BUTTONS[way]), "Show log"];
    void vscode.window.showWarningMessage(message, ...buttons).then((choice) => {
      switch (choice) {
        case BUTTONS.settings:
          return vscode.commands.executeCommand("workbench.action.openSettings", "initls");
        case BUTTONS.retry:
          return this.restart();
        case BUTTONS.trust:
          return vscode.commands.executeCommand("workbench.trust.manage");
        case "Show log":
          this.log.show();
      }
      return undefined;
    });
  }
}

function inWorkspace(file: string): boolean {
  return (vscode.workspace.workspaceFolders ?? []).some(({ uri }) => within(file, uri.fsPath));
}

/** The places of a program on PATH. What an untrusted workspace has put there is not started. */
function programs(name: string): string[] {
  const found = onPath(name, process.env, windows);
  return vscode.workspace.isTrusted ? found : found.filter((file) => !inWorkspace(file));
}
