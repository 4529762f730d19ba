/** What the server writes to standard error. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/**
 * How a line is to be logged. The server writes its log to standard error, for editors that show no other, and sends it to
 * the client as well, so that a log line is here for the second time. Anything else is Python itself complaining.
 */
export function weight(line: string): "debug" | "error" {
  return /^\d\d:\d\d:\d\d [A-Z]+ /.test(line) ? "debug" : "error";
}

/** Hands each line to a log. */
export function relay(input: Readable, log: Record<"debug" | "error", (line: string) => void>): void {
  createInterface({ input, crlfDelay: Infinity }).on("line", (line) => {
    log[weight(line)](line);
  });
}
