import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";
import { onPath, within } from "../src/places";
import { scratch } from "./fakes";

describe("where a program lies", () => {
  it("is within a folder or not, whatever the names begin with", () => {
    assert.ok(within("/ws/.venv/bin/python", "/ws"));
    assert.ok(within("/ws", "/ws"));
    assert.ok(!within("/ws2/python", "/ws"));
    assert.ok(!within("/ws/../opt/python", "/ws"));
  });

  it("is every place on PATH where it can be started, in order, and no relative one", () => {
    const root = scratch();
    for (const [folder, mode] of [
      ["a", 0o644],
      ["b", 0o755],
      ["c", 0o755],
    ] as const) {
      mkdirSync(path.join(root, folder));
      writeFileSync(path.join(root, folder, "initls"), "");
      chmodSync(path.join(root, folder, "initls"), mode);
    }
    mkdirSync(path.join(root, "d", "initls"), { recursive: true });
    const PATH = ["bin", ".", ...["a", "b", "nowhere", "c", "d", "b"].map((one) => path.join(root, one))].join(
      path.delimiter,
    );
    assert.deepEqual(
      onPath("initls", { PATH }, false).map((file) => path.relative(root, file)),
      ["b/initls", "c/initls"],
    );
    assert.deepEqual(onPath("initls", {}, false), []);
  });
});
