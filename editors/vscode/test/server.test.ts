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
    selected: () => Promise.resolve(undefined),
    probe: (command: Command) => {
      asked.push(shown(command));
      return Promise.resolve(
        installed.includes(shown(command)) ? { version: "0.1.0" } : { problem: "no such program" },
      );
    },
    windows: false,
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
  const everything = ["/opt/initls", "/my/python -m initls", "/ws/python -m initls", "initls", "python3 -m initls"];

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
    const { chosen } = await choice(["conda run python -m initls", "initls"], selected("conda", "run", "python"));
    assert.equal(chosen, "conda run python -m initls");
  });

  it("goes on to PATH when the selected interpreter has no initls", async () => {
    const { chosen, asked } = await choice(["initls", "python3 -m initls"], selected("/ws/python"));
    assert.equal(chosen, "initls");
    assert.deepEqual(asked, ["/ws/python -m initls", "initls"]);
  });

  it("tries the interpreters on PATH last", async () => {
    const { chosen, asked } = await choice(["python -m initls"]);
    assert.equal(chosen, "python -m initls");
    assert.deepEqual(asked, ["initls", "python3 -m initls", "python -m initls"]);
  });

  it("knows the launcher of Windows", async () => {
    assert.equal((await choice(["py -m initls"], { windows: true })).chosen, "py -m initls");
  });

  it("does not start, nor even ask for, the interpreter of a workspace that is not trusted", async () => {
    const changes = {
      trusted: false,
      selected: () => Promise.reject(new Error("the interpreter of an untrusted workspace was asked for")),
    };
    assert.equal((await choice(["initls"], changes)).chosen, "initls");
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

  it("says how to install into the selected interpreter", async () => {
    const { outcome } = await choice([], { ...selected("/my envs/bin/python", "-X", "utf8"), ...without });
    assert.match(message(outcome), /Install it with: "\/my envs\/bin\/python" -X utf8 -m pip install initls$/);
  });

  it("does not advise to install what is there and broken", async () => {
    const broken = { probe: () => Promise.resolve({ problem: "ImportError: libcst is too old" }) };
    const { outcome } = await choice([], { ...selected("/ws/python"), ...broken });
    assert.match(
      message(outcome),
      /\/ws\/python -m initls, from the selected .* says: ImportError: libcst is too old$/,
    );
  });

  it("says how to install when no interpreter is known", async () => {
    assert.match(message((await choice([])).outcome), /Install it with: pip install initls/);
  });

  it("keeps every candidate with its problem for the log", async () => {
    const { outcome } = await choice([], selected("/ws/python"));
    assert.deepEqual(
      missing(outcome).tried.map(({ candidate, problem }) => [shown(candidate), problem]),
      ["/ws/python -m initls", "initls", "python3 -m initls", "python -m initls"].map((c) => [c, "no such program"]),
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
