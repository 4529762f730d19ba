/** Runs a program to its end, and keeps what it says. */
import { spawn } from "node:child_process";
import type { Command } from "./server";

export interface Finished {
  /** The exit status, or in words why there is none. */
  readonly status: number | "missing" | "late" | "stopped" | "broken";
  /** Both outputs, in the order in which they came. */
  readonly output: string;
}

export interface Manner {
  /** The folder that it is started in. Python puts it on its import path, so it is never the workspace. */
  readonly cwd: string;
  /** After so many milliseconds it is ended. */
  readonly patience: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Hears each line as it comes. */
  readonly onLine?: (line: string) => void;
}

export type Run = (command: Command, args: readonly string[], manner: Manner) => Promise<Finished>;

export const run: Run = ({ program, args: first }, args, manner) =>
  new Promise((resolve) => {
    const child = spawn(program, [...first, ...args], {
      cwd: manner.cwd,
      env: manner.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    let output = "";
    let begun = "";
    let ended: "late" | "stopped" | undefined;
    const end = (why: "late" | "stopped") => {
      ended ??= why;
      child.kill();
      // Who does not go when he is asked to is not waited for.
      setTimeout(() => child.kill("SIGKILL"), 2000).unref();
    };
    const late = setTimeout(() => {
      end("late");
    }, manner.patience);
    const stop = () => {
      end("stopped");
    };
    manner.signal?.addEventListener("abort", stop);
    if (manner.signal?.aborted === true) stop();
    const finish = (status: Finished["status"]) => {
      clearTimeout(late);
      manner.signal?.removeEventListener("abort", stop);
      resolve({ status: ended ?? status, output });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        begun += text;
        const lines = begun.split(/\r?\n/);
        begun = lines.pop() ?? "";
        for (const line of lines) manner.onLine?.(line);
      });
    }
    child.on("error", (error: NodeJS.ErrnoException) => {
      output += error.message;
      finish(error.code === "ENOENT" ? "missing" : "broken");
    });
    child.on("close", (code) => {
      finish(code ?? "broken");
    });
  });
