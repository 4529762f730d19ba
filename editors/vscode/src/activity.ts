/** Whether the server is at work: some question to it is open, or it has told of work that is not done. */
export class Activity {
  private readonly open = new Set<unknown>();

  constructor(private readonly changed: (busy: boolean) => void) {}

  begin(key: unknown): void {
    this.open.add(key);
    if (this.open.size === 1) this.changed(true);
  }

  end(key: unknown): void {
    if (this.open.delete(key) && this.open.size === 0) this.changed(false);
  }

  /** Nothing is open any more: the server is another one, or gone. */
  reset(): void {
    if (this.open.size > 0) {
      this.open.clear();
      this.changed(false);
    }
  }
}
