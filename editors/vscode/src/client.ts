/** The life of the server: found, started, started anew when something changes, stopped. */
import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn, State as ClientState, TransportKind } from "vscode-languageclient/node";
import type { Interpreters } from "./interpreter";
import { relay } from "./output";
import { probe } from "./probe";
import { Serial } from "./serial";
import { findServer, sameServer, shown, type Found } from "./server";
import { readSettings, SELECTOR, type Settings } from "./settings";
import type { State } from "./state";

export class Server {
  private client: LanguageClient | undefined;
  private current: Found | undefined;
  private forced = false;
  private closing = false;
  private readonly turnover = new Serial(() => this.replace());

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly interpreters: Interpreters,
    private readonly log: vscode.LogOutputChannel,
    private readonly show: (state: State) => void,
  ) {}

  /** Stops the server that runs, if one does, and starts the one that the settings now ask for. */
  restart(): Promise<void> {
    this.forced = true;
    return this.turnover.run();
  }

  /** Starts another server only if the choice now falls on another: Python extensions report changes that are none. */
  reconsider(): Promise<void> {
    return this.turnover.run();
  }

  /** Stops the server for good: the window is closing. */
  async stop(): Promise<void> {
    this.closing = true;
    await this.end();
  }

  private async replace(): Promise<void> {
    const { forced } = this;
    this.forced = false;
    const settings = readSettings();
    if (!settings.enable || this.closing) {
      await this.end();
      this.show({ kind: "off" });
      return;
    }
    this.show({ kind: "looking" });
    const server = await this.find(settings);
    if (!forced && server !== undefined && this.client?.isRunning() === true && sameServer(server, this.current)) {
      this.show({ kind: "running", server });
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
      selected: () => this.interpreters.selected(),
      probe: (command) => probe(command, this.context.extensionPath),
      windows: process.platform === "win32",
    });
    if (outcome.kind === "found") {
      const { candidate, version } = outcome;
      this.log.info(`initls ${version}: ${shown(candidate)}, from ${candidate.origin}`);
      return outcome;
    }
    for (const { candidate, problem } of outcome.tried) {
      this.log.warn(`not usable: ${shown(candidate)}, from ${candidate.origin}: ${problem}`);
    }
    this.fail(outcome.message);
    return undefined;
  }

  private async start(server: Found, settings: Settings): Promise<void> {
    const { program, args } = server.candidate;
    const client = new LanguageClient(
      "initls",
      "initls",
      {
        command: program,
        args: [...args, "server"],
        transport: TransportKind.stdio,
        // Never the workspace, for the reason that `probe` gives.
        options: { cwd: this.context.extensionPath },
      },
      {
        documentSelector: SELECTOR,
        outputChannel: this.log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        stdioOptions: { stdout: () => undefined, stderr: relay },
        initializationOptions: { settings: settings.server },
      },
    );
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) {
        return; // an older server saying goodbye
      }
      if (newState === ClientState.Running) {
        this.show({ kind: "running", server });
      } else if (newState === ClientState.Starting) {
        this.show({ kind: "starting", server });
      } else if (newState === ClientState.Stopped) {
        // The client has started it again as often as makes sense, and has told the user.
        this.show({ kind: "failed", message: "The server stopped; the log says why." });
      }
    });
    this.client = client;
    this.current = server;
    try {
      await client.start();
    } catch (error) {
      this.fail(`initls did not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async end(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    if (client?.needsStop() === true) {
      // A server that does not answer must not keep the next one from starting; the client ends its process.
      await client.stop().catch((error: unknown) => {
        this.log.warn(`the server did not stop properly: ${String(error)}`);
      });
    }
  }

  /** Says what is wrong in the status item, the log and a message that leads to the way out. */
  private fail(message: string): void {
    this.show({ kind: "failed", message });
    this.log.error(message);
    void vscode.window.showWarningMessage(message, "Open settings", "Show log").then((choice) => {
      if (choice === "Open settings") {
        return vscode.commands.executeCommand("workbench.action.openSettings", "initls");
      }
      if (choice === "Show log") {
        this.log.show();
      }
      return undefined;
    });
  }
}
