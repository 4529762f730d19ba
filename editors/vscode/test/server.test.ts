import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  findServer,
  sameServer,
  shown,
  type Command,
  type Found,
  type NotFound,
  type Surroundings,
} from "../src/server";

/** A machine on which the given commands, written as they would be typed, are initls, and nothing else is. */
function machine(installed: readonly string[], changes: Partial<Surroundings> = {}) {
  const asked: string[] = [];
  const surroundings: Surroundings = {
    path: "",
    interpreter: "",
    trusted: true,
    inWorkspace: (file) => file.startsWith("/ws/"),
    selected: () => Promise.resolve(undefined),
    onPath: (name) => ["/usr/local/bin", "/usr/bin"].map((folder) => `${folder}/${name}`),
    own: () => Promise.resolve({ message: "no environment", ways: ["retry"] }),
    probe: (command: Command) => {
      asked.push(shown(command));
      return Promise.resolve(
        installed.includes(shown(command)) ? { version: "0.1.0" } : { problem: "no such program" },
      );
    },
    ...changes,
  };
  return { asked, surroundings };
}

const selected = (program: string, ...args: string[]) => ({ selected: () => Promise.resolve({ program, args }) });

async function choice(installed: readonly string[], changes: Partial<Surroundings> = {}) {
  const { asked, surroundings } = machine(installed, changes);
  const outcome = await findServer(surroundings);
  return { asked, outcome, chosen: outcome.kind === "found" ? shown(outcome.candidate) : undefined };
}

function missing(outcome: Found | NotFound): NotFound {
  assert.ok(outcome.kind === "not found");
  return outcome;
}

const message = (outcome: Found | NotFound) => missing(outcome).message;

describe("which server is started", () => {
  const own = (program: string) => ({ own: () => Promise.resolve({ python: { program, args: ["-I"] } }) });
  const everything = ["/opt/initls", "/my/python -m initls", "/ws/python -m initls", "/usr/local/bin/initls"];

  it("takes initls.path before all else, and asks nobody else", async () => {
    const changes = { path: "/opt/initls", interpreter: "/my/python", ...selected("/ws/python") };
    const { chosen, asked } = await choice(everything, changes);
    assert.equal(chosen, "/opt/initls");
    assert.deepEqual(asked, ["/opt/initls"]);
  });

  it("takes initls.interpreter before the selected interpreter", async () => {
    const { chosen } = await choice(everything, { interpreter: "/my/python", ...selected("/ws/python") });
    assert.equal(chosen, "/my/python -m initls");
  });

  it("takes the selected interpreter before PATH, with the arguments that it wants", async () => {
    const changes = selected("conda", "run", "python");
    const { chosen } = await choice(["conda run python -m initls", "/usr/local/bin/initls"], changes);
    assert.equal(chosen, "conda run python -m initls");
  });

  it("goes on to PATH when the selected interpreter has no initls, and asks the first there", async () => {
    const { chosen, asked } = await choice(["/usr/local/bin/initls", "/usr/bin/initls"], selected("/ws/python"));
    assert.equal(chosen, "/usr/local/bin/initls");
    assert.deepEqual(asked, ["/ws/python -m initls", "/usr/local/bin/initls"]);
  });

  it("makes an environment of its own when nobody else has initls", async () => {
    const { chosen, asked } = await choice(["/own/python -I -m initls"], own("/own/python"));
    assert.equal(chosen, "/own/python -I -m initls");
    assert.deepEqual(asked, ["/usr/local/bin/initls", "/own/python -I -m initls"]);
  });

  it("makes none when somebody else has it, nor when a setting names a server", async () => {
    const never = { own: () => Promise.reject(new Error("an environment was made")) };
    assert.equal(
      (await choice(["/ws/python -m initls"], { ...selected("/ws/python"), ...never })).chosen,
      "/ws/python -m initls",
    );
    assert.equal((await choice([], { path: "/opt/initls", ...never })).chosen, undefined);
    assert.equal((await choice([], { interpreter: "/my/python", ...never })).chosen, undefined);
  });

  it("makes its environment anew, once, when that has stopped to work", async () => {
    const asks: boolean[] = [];
    const changes = {
      own: (broken: boolean) => {
        asks.push(broken);
        return Promise.resolve({ python: { program: broken ? "/own/new" : "/own/old", args: [] } });
      },
    };
    assert.equal((await choice(["/own/new -m initls"], changes)).chosen, "/own/new -m initls");
    assert.deepEqual(asks, [false, true]);
    asks.length = 0;
    const { outcome } = await choice([], changes);
    assert.deepEqual(asks, [false, true]);
    assert.match(message(outcome), /was installed into the extension's own environment and does not start/);
  });
});

describe("what is started in a workspace that is not trusted", () => {
  it("is not its interpreter, which is not even asked for", async () => {
    const changes = {
      trusted: false,
      selected: () => Promise.reject(new Error("the interpreter of an untrusted workspace was asked for")),
    };
    assert.equal((await choice(["/usr/local/bin/initls"], changes)).chosen, "/usr/local/bin/initls");
  });

  it("is no program in it, even where the user's own setting leads there", async () => {
    for (const changes of [{ path: "/ws/.venv/bin/initls" }, { interpreter: "/ws/.venv/bin/python" }]) {
      const { outcome, asked } = await choice(["/ws/.venv/bin/initls"], { trusted: false, ...changes });
      assert.deepEqual(asked, []);
      assert.match(message(outcome), /lies in this folder, and the folder is not trusted/);
      assert.ok(missing(outcome).ways.includes("trust"));
    }
  });

  it("is what the user's settings name elsewhere", async () => {
    assert.equal((await choice(["/opt/initls"], { trusted: false, path: "/opt/initls" })).chosen, "/opt/initls");
  });
});

describe("what is said when there is no server", () => {
  it("repeats a path that does not start, and does not replace it by another", async () => {
    const { outcome, asked } = await choice(["initls"], { path: "/opt/typo" });
    assert.match(message(outcome), /\/opt\/typo, from the setting initls\.path, says: no such program/);
    assert.deepEqual(asked, ["/opt/typo"]);
  });

  const without = { probe: () => Promise.resolve({ problem: "/some/python: No module named initls" }) };

  it("says how to install into the interpreter of the setting", async () => {
    const { outcome } = await choice([], { interpreter: "/my/python", ...without });
    assert.match(message(outcome), /in \/my\/python, from the setting initls\.interpreter\./);
    assert.match(message(outcome), /Install it with: \/my\/python -m pip install initls$/);
  });

  it("does not advise to install what is there and broken", async () => {
    const broken = { probe: () => Promise.resolve({ problem: "ImportError: libcst is too old" }) };
    const { outcome } = await choice([], { interpreter: "/my/python", ...broken });
    assert.match(message(outcome), /\/my\/python -m initls, from the setting .* says: ImportError: libcst is too old$/);
  });

  it("is what the environment of its own failed by, with the ways out of that", async () => {
    const { outcome } = await choice([], selected("/ws/python"));
    assert.equal(message(outcome), "no environment");
    assert.deepEqual(missing(outcome).ways, ["retry"]);
  });

  it("keeps every candidate with its problem for the log", async () => {
    const { outcome } = await choice([], selected("/ws/python"));
    assert.deepEqual(
      missing(outcome).tried.map(({ candidate, problem }) => [shown(candidate), problem]),
      ["/ws/python -m initls", "/usr/local/bin/initls"].map((command) => [command, "no such program"]),
    );
  });
});

describe("whether two servers are the same", () => {
  const found = (program: string, version: string) =>
    ({ kind: "found", candidate: { program, args: [], origin: "PATH" }, version }) as const;

  it("compares the program and its version", () => {
    assert.ok(sameServer(found("initls", "1"), found("initls", "1")));
    assert.ok(!sameServer(found("initls", "1"), found("initls", "2")));
    assert.ok(!sameServer(found("initls", "1"), found("/opt/initls", "1")));
    assert.ok(!sameServer(found("initls", "1"), undefined));
  });
});
