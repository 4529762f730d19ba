import assert from "node:assert/strict";
import { it } from "node:test";
import { face } from "../src/state";

const server = {
  kind: "found",
  candidate: { program: "/v/bin/python", args: ["-m", "initls"], origin: "the selected Python interpreter" },
  version: "0.1.0",
} as const;

it("shows which server runs and why it was chosen", () => {
  assert.deepEqual(face({ kind: "running", server }), {
    text: "initls 0.1.0",
    detail: "/v/bin/python -m initls (the selected Python interpreter)",
    busy: false,
    wrong: false,
  });
});

it("is busy while it looks and starts, and only then", () => {
  const busy = (
    [
      { kind: "off" },
      { kind: "looking" },
      { kind: "starting", server },
      { kind: "running", server },
      { kind: "failed", message: "no" },
    ] as const
  ).filter((state) => face(state).busy);
  assert.deepEqual(
    busy.map(({ kind }) => kind),
    ["looking", "starting"],
  );
});

it("stands out when the server does not run, with the reason", () => {
  const { wrong, detail } = face({ kind: "failed", message: "initls is not installed." });
  assert.deepEqual([wrong, detail], [true, "initls is not installed."]);
});
