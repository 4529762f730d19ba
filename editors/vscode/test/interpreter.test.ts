import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import * as vscode from "vscode";
import { Interpreters } from "../src/interpreter";

/** The extensions of the editor that `vscode.ts` stands for. */
const { installed } = vscode.extensions as unknown as { installed: Map<string, unknown> };

function install(id: string, api: unknown, activate = () => Promise.resolve(api)): void {
  installed.set(id, { activate });
}

const PYTHON = "ms-python.python";
const ENVIRONMENTS = "ms-python.vscode-python-envs";

/** An event as the editor makes them, and what makes it happen. */
function event() {
  const listeners: (() => void)[] = [];
  const on = (listener: () => void) => {
    listeners.push(listener);
    return { dispose: () => listeners.splice(listeners.indexOf(listener), 1) };
  };
  const fire = () => {
    for (const listener of listeners) listener();
  };
  return { on, fire, listeners };
}

function interpreters() {
  const warned: string[] = [];
  const log = { debug: () => undefined, warn: (line: string) => warned.push(line) };
  return { asked: new Interpreters(log, 200), warned };
}

describe("the selected interpreter", () => {
  beforeEach(() => {
    installed.clear();
  });

  it("is nobody's where no extension knows one", async () => {
    assert.equal(await interpreters().asked.selected(), undefined);
  });

  it("is what Python Environments says, with the arguments that it wants", async () => {
    const run = { executable: "/opt/conda", args: ["run", "python"] };
    install(ENVIRONMENTS, { getEnvironment: () => Promise.resolve({ execInfo: { run } }) });
    install(PYTHON, {});
    assert.deepEqual(await interpreters().asked.selected(), { program: "/opt/conda", args: ["run", "python"] });
  });

  it("is what the Python extension says, resolved to the program", async () => {
    install(PYTHON, {
      environments: {
        getActiveEnvironmentPath: () => ({ path: "/ws/.venv" }),
        resolveEnvironment: ({ path }: { path: string }) =>
          Promise.resolve({ executable: { uri: { fsPath: `${path}/bin/python` } } }),
        onDidChangeActiveEnvironmentPath: event().on,
      },
    });
    assert.deepEqual(await interpreters().asked.selected(), { program: "/ws/.venv/bin/python", args: [] });
  });

  it("is asked of the other extension when one fails, which is said", async () => {
    install(ENVIRONMENTS, undefined, () => Promise.reject(new Error("no activation today")));
    install(PYTHON, {
      environments: {
        getActiveEnvironmentPath: () => ({ path: "/p" }),
        resolveEnvironment: () => Promise.resolve({ executable: { uri: { fsPath: "/p/python" } } }),
        onDidChangeActiveEnvironmentPath: event().on,
      },
    });
    const { asked, warned } = interpreters();
    assert.deepEqual(await asked.selected(), { program: "/p/python", args: [] });
    assert.match(warned.join(), /python-envs failed .* no activation today/);
  });

  it("is not waited for where an extension hangs", async () => {
    install(PYTHON, undefined, () => new Promise(() => undefined));
    assert.equal(await interpreters().asked.selected(), undefined);
  });

  it("tells of a change, once for each, however often it was asked", async () => {
    const change = event();
    install(ENVIRONMENTS, { getEnvironment: () => Promise.resolve(undefined), onDidChangeEnvironment: change.on });
    const { asked } = interpreters();
    await asked.selected();
    await asked.selected();
    let changes = 0;
    asked.onDidChange(() => (changes += 1));
    change.fire();
    assert.equal(changes, 1);
    asked.dispose();
    assert.equal(change.listeners.length, 0);
  });
});
