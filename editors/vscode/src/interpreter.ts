/**
 * The Python interpreter that the user has selected. Two extensions know it, and neither has to be installed; what is
 * declared of them here is only the little that is used.
 */
import * as vscode from "vscode";
import type { Command } from "./server";

/** `ms-python.vscode-python-envs`, the newer of the two. */
interface EnvironmentsApi {
  getEnvironment?(
    scope: vscode.Uri | undefined,
  ): Promise<
    { readonly execInfo?: { readonly run?: { readonly executable?: string; readonly args?: string[] } } } | undefined
  >;
  readonly onDidChangeEnvironment?: vscode.Event<unknown>;
}

/** `ms-python.python`. */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(path: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri: vscode.Uri | undefined } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** One extension that may know the interpreter. */
interface Source<Api> {
  readonly extension: string;
  readonly ask: (api: Api, folder: vscode.Uri | undefined) => Promise<Command | undefined>;
  readonly changes: (api: Api) => vscode.Event<unknown> | undefined;
}

const ENVIRONMENTS: Source<EnvironmentsApi> = {
  extension: "ms-python.vscode-python-envs",
  ask: async (api, folder) => {
    const run = (await api.getEnvironment?.(folder))?.execInfo?.run;
    return run?.executable === undefined ? undefined : { program: run.executable, args: run.args ?? [] };
  },
  changes: (api) => api.onDidChangeEnvironment,
};

const PYTHON: Source<PythonApi> = {
  extension: "ms-python.python",
  ask: async ({ environments }, folder) => {
    // The path may be that of the environment's folder; only resolving it gives the program.
    const active = environments?.getActiveEnvironmentPath(folder);
    const resolved = active === undefined ? undefined : await environments?.resolveEnvironment(active);
    const program = resolved?.executable.uri?.fsPath;
    return program === undefined ? undefined : { program, args: [] };
  },
  changes: ({ environments }) => environments?.onDidChangeActiveEnvironmentPath,
};

/** An extension that looks for environments can hang on a broken one; the server does not wait for ever. */
const PATIENCE_MS = 10_000;

async function withPatience<T>(work: Promise<T>, patience: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const giveUp = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, patience);
  });
  try {
    return await Promise.race([work, giveUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks the Python extensions, and listens to those that were asked. */
export class Interpreters implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions = new Map<string, vscode.Disposable>();

  /** The user has selected another interpreter. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly log: Pick<vscode.LogOutputChannel, "debug" | "warn">,
    private readonly patience = PATIENCE_MS,
  ) {}

  /** The interpreter selected for the folder of the active editor, or for the first folder of the workspace. */
  async selected(): Promise<Command | undefined> {
    const document = vscode.window.activeTextEditor?.document.uri;
    const active = document === undefined ? undefined : vscode.workspace.getWorkspaceFolder(document);
    const folder = (active ?? vscode.workspace.workspaceFolders?.[0])?.uri;
    return (await this.from(ENVIRONMENTS, folder)) ?? (await this.from(PYTHON, folder));
  }

  private async from<Api>(source: Source<Api>, folder: vscode.Uri | undefined): Promise<Command | undefined> {
    const extension = vscode.extensions.getExtension<Api | undefined>(source.extension);
    if (extension === undefined) {
      return undefined;
    }
    try {
      const answer = await withPatience(
        Promise.resolve(extension.activate()).then(async (api) => {
          if (api === undefined) {
            return undefined;
          }
          this.listen(source, api);
          return source.ask(api, folder);
        }),
        this.patience,
      );
      this.log.debug(`${source.extension} names ${answer?.program ?? "no interpreter"}`);
      return answer;
    } catch (error) {
      // It is somebody else's extension that failed; the server may still be found without it.
      this.log.warn(`${source.extension} failed to name an interpreter: ${String(error)}`);
      return undefined;
    }
  }

  private listen<Api>(source: Source<Api>, api: Api): void {
    if (!this.subscriptions.has(source.extension)) {
      const subscription = source.changes(api)?.(() => {
        this.changed.fire();
      });
      if (subscription !== undefined) {
        this.subscriptions.set(source.extension, subscription);
      }
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions.values()) {
      subscription.dispose();
    }
    this.changed.dispose();
  }
}
