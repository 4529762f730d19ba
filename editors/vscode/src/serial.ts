/**
 * Runs a task one at a time. While it runs, any number of further requests become one more run after it: ten changed
 * settings in a row are one restart with the last of them, not ten.
 */
export class Serial {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly task: () => Promise<void>) {}

  /** Resolves when a run that began after this call has ended. */
  run(): Promise<void> {
    if (this.running === undefined) {
      this.running = this.task().finally(() => {
        this.running = undefined;
      });
      return this.running;
    }
    this.next ??= this.running
      .catch(() => undefined) // whoever asked for that run hears of its failure
      .then(() => {
        this.next = undefined;
        return this.run();
      });
    return this.next;
  }
}
