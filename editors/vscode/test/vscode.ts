/**
 * Stands for the module that the editor hands to an extension, as far as the client library has to believe in it: it can be
 * asked for anything, every class can be extended, every event be listened to, and nothing happens.
 */
class Anything {
  readonly isNothing = true;
}

/** A part of the editor that has these values, and besides any method that is asked for, which does nothing. */
function part(values: Readonly<Record<string, unknown>> = {}): object {
  return new Proxy(values, {
    get: (target, name) =>
      // Symbols and promises are how JavaScript asks what something is; the rest are methods.
      name in target ? target[String(name)] : typeof name === "symbol" || name === "then" ? undefined : () => part(),
  });
}

class Kind {
  static readonly Empty = new Kind("");

  constructor(readonly value: string) {}

  append(more: string): Kind {
    return new Kind(this.value === "" ? more : `${this.value}.${more}`);
  }
}

class Disposable {
  static from(): object {
    return part();
  }

  dispose(): void {
    // There is nothing to give back.
  }
}

const special: Readonly<Record<string, unknown>> = {
  CodeActionKind: Kind,
  Disposable,
  version: "1.139.1",
  Uri: {
    parse: (text: string) => ({ scheme: text.split(":")[0], toString: () => text }),
    file: (path: string) => ({ scheme: "file", fsPath: path, toString: () => `file://${path}` }),
  },
  env: { appName: "Code", language: "en" },
  EventEmitter: class {
    private readonly listeners: ((event: unknown) => void)[] = [];
    readonly event = (listener: (event: unknown) => void) => {
      this.listeners.push(listener);
      return part();
    };
    fire(event: unknown): void {
      for (const listener of this.listeners) listener(event);
    }
    dispose(): void {
      this.listeners.length = 0;
    }
  },
};

const workspace = part({
  textDocuments: [],
  notebookDocuments: [],
  workspaceFolders: undefined,
  isTrusted: true,
  getConfiguration: () => ({ get: (_name: string, fallback?: unknown) => fallback }),
});
const window = part({
  visibleTextEditors: [],
  visibleNotebookEditors: [],
  tabGroups: { all: [], onDidChangeTabs: () => part() },
  activeTextEditor: undefined,
  createOutputChannel: () => part({ error: console.error }),
  // Nobody is there to read it: what the user would be told fails the test.
  showErrorMessage: (message: string) => Promise.reject(new Error(message)),
  showWarningMessage: () => Promise.resolve(undefined),
  showInformationMessage: () => Promise.resolve(undefined),
});

/** Other extensions, as a test installs them. */
const installed = new Map<string, unknown>();

const spaces: Readonly<Record<string, unknown>> = {
  workspace,
  window,
  languages: part({ match: () => 0 }),
  commands: part({}),
  extensions: part({ installed, getExtension: (id: string) => installed.get(id) }),
  l10n: part({ t: (text: string) => text }),
};

// What is imported by name has to be there by name; of the rest any class is as good as another.
const named: Readonly<Record<string, unknown>> = { ...special, ...spaces };

module.exports = new Proxy(named, {
  get(target, name) {
    const key = String(name);
    // Who imports all of a module copies its names, unless it is said to be one that needs no help.
    if (key === "__esModule") return true;
    if (key === "then") return undefined;
    return key in target ? target[key] : Anything;
  },
});
