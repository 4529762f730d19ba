/** What to do when the server has gone without being asked to. */

/** So many returns within so long are enough: a server that dies at once would otherwise be started for ever. */
const RETURNS = 4;
const WINDOW_MS = 3 * 60_000;

/** How long each return waits. The first comes at once: mostly it was an accident. */
const PAUSES_MS = [0, 1000, 4000, 10_000];

export type Verdict =
  { readonly again: true; readonly pause: number; readonly first: boolean } | { readonly again: false };

export class Crashes {
  private times: number[] = [];

  /** A crash at this time, in milliseconds. A server that was never up does not come up by being started again. */
  happened(now: number, wasUp: boolean): Verdict {
    this.times = this.times.filter((time) => now - time < WINDOW_MS);
    const before = this.times.length;
    this.times.push(now);
    if (!wasUp || before >= RETURNS) return { again: false };
    return { again: true, pause: PAUSES_MS[before] ?? 0, first: before === 0 };
  }

  /** The user has started it himself: what was is forgotten. */
  forget(): void {
    this.times = [];
  }
}
