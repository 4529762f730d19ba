import assert from "node:assert/strict";
import { it } from "node:test";
import { face, type State } from "../src/state";

const server = {
  kind: "found",
  candidate: { program: "/v/bin/python", args: ["-m", "initls"], origin: "the selected Python interpreter" },
  version: "0.1.0",
} as const;
const running: State = { kind: "running", server, busy: false, again: false };

it("shows which server is ready and why it was chosen", () => {
  assert.deepEqual(face(running), {
    text: "initls 0.1.0",
    detail: "ready: /v/bin/python -m initls (the selected Python interpreter)",
    busy: false,
    weight: "information",
  });
});

it("says when the server is at work", () => {
  const { busy, detail } = face({ ...running, busy: true });
  assert.ok(busy && detail.startsWith("analysing: "));
});

it("says when the server has come back by itself", () => {
  const { weight, detail } = face({ ...running, again: true });
  assert.ok(weight === "warning" && detail.startsWith("ready again after it had stopped: "));
});

it("is busy while it looks, installs and starts, and only then", () => {
  const states: State[] = [
    { kind: "off" },
    { kind: "looking" },
    { kind: "installing", step: "getting libcst" },
    { kind: "starting", server },
    running,
    { kind: "failed", message: "no" },
  ];
  assert.deepEqual(
    states.filter((state) => face(state).busy).map(({ kind }) => kind),
    ["looking", "installing", "starting"],
  );
});

it("stands out when the server does not run, with the reason", () => {
  const { weight, detail } = face({ kind: "failed", message: "initls is not installed." });
  assert.deepEqual([weight, detail], ["error", "initls is not installed."]);
});
