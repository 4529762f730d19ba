import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";
import { lastLine, probe, versionIn } from "../src/probe";

/** A program that does what the script says, whatever `--version` it is asked for. */
const node = (script: string) => ({ program: process.execPath, args: ["-e", script, "--"] });
const ask = (script: string, patience?: number) => probe(node(script), tmpdir(), patience);

describe("asking a program whether it is initls", () => {
  it("reads the version that initls prints", async () => {
    assert.deepEqual(await ask("console.log('initls 0.1.0')"), { version: "0.1.0" });
  });

  it("asks with --version behind the command's own arguments", async () => {
    assert.deepEqual(await ask("console.log('initls 1.' + process.argv.at(-1))"), { version: "1.--version" });
  });

  it("does not take another program for initls", async () => {
    assert.deepEqual(await ask("console.log('Python 3.12.1')"), {
      problem: String.raw`it answered --version with "Python 3.12.1\n"`,
    });
  });

  it("repeats the last line of what a failing program wrote", async () => {
    const script = "console.error('Traceback\\nNo module named initls\\n'); process.exit(1)";
    assert.deepEqual(await ask(script), { problem: "No module named initls" });
  });

  it("says that a program is not there", async () => {
    const answer = await probe({ program: "/no/such/initls", args: [] }, tmpdir());
    assert.deepEqual(answer, { problem: "there is no such program" });
  });

  it("does not wait for a program that never answers", async () => {
    assert.deepEqual(await ask("setInterval(() => {}, 1000)", 500), { problem: "no answer to --version within 0.5 s" });
  });

  it("starts the program in the folder that it is given", async () => {
    const answer = await probe(node("console.log('initls 0' + process.cwd())"), "/");
    assert.deepEqual(answer, { version: "0/" });
  });
});

describe("reading what a program printed", () => {
  it("finds the version among warnings", () => {
    assert.equal(versionIn("warning: slow disk\r\ninitls 1.2.3rc1\r\n"), "1.2.3rc1");
  });

  it("finds none where there is none", () => {
    assert.equal(versionIn("my-initls 1.2.3"), undefined);
    assert.equal(versionIn("initls"), undefined);
  });

  it("knows that silence has no last line", () => {
    assert.equal(lastLine("\n \r\n"), undefined);
  });
});
