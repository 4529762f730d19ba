import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { it } from "node:test";
import { relay } from "../src/output";

it("keeps the server's own log lines apart from Python's complaints", async () => {
  const log = { debug: [] as string[], error: [] as string[] };
  const input = Readable.from(["10:21:07 WARNING slow file\r\nTraceback (most recent", " call last):\nMemoryError"]);
  relay(input, { debug: (line) => log.debug.push(line), error: (line) => log.error.push(line) });
  await new Promise((resolve) => input.on("close", () => setImmediate(resolve)));
  assert.deepEqual(log, {
    debug: ["10:21:07 WARNING slow file"],
    error: ["Traceback (most recent call last):", "MemoryError"],
  });
});
