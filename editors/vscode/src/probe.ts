/** Asks a program whether it is initls. */
import { execFile } from "node:child_process";
import type { Answer, Command } from "./server";

/** A cold Python on a slow disk needs seconds for its first start; a program that needs longer is not answering. */
const PATIENCE_MS = 20_000;

/** Reads `initls 0.1.0` out of what a program printed. */
export function versionIn(output: string): string | undefined {
  return /^initls (\d\S*)/m.exec(output)?.[1];
}

/** The last line that a failing program wrote is the one that says why: a traceback ends with its error. */
export function lastLine(output: string): string | undefined {
  return output
    .split(/\r?\n/)
    .map((line) => line.trim())
    .findLast((line) => line !== "");
}

/**
 * Runs `command --version` in a folder that is not the workspace: Python puts the folder it is started in first on its
 * import path, and a workspace must not be able to bring along an `initls` of its own.
 */
export function probe(command: Command, folder: string, patience = PATIENCE_MS): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(
      command.program,
      [...command.args, "--version"],
      { cwd: folder, timeout: patience, windowsHide: true },
      (error, stdout, stderr) => {
        const version = versionIn(stdout);
        if (error === null && version !== undefined) {
          resolve({ version });
        } else if (error === null) {
          resolve({ problem: `it answered --version with ${JSON.stringify(stdout.slice(0, 80))}` });
        } else if (error.code === "ENOENT") {
          resolve({ problem: "there is no such program" });
        } else if (error.killed === true) {
          resolve({ problem: `no answer to --version within ${patience / 1000} s` });
        } else {
          resolve({ problem: lastLine(stderr) ?? error.message });
        }
      },
    );
  });
}
