const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * All work of an in-memory system, first in first out, one piece at a time: a piece is over when everything that it set
 * off (promises) has run. No I/O takes part, so the order is the same on every run; work that leaves the process
 * (a file) takes a hold, and time stands still until it is back.
 */
export class WorkQueue {
  private tasks: (() => void)[] = [];
  private next = 0;
  private held = 0;
  private running: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;
  private released: (() => void) | undefined;

  /** Runs later, after all that was posted before, never inside the caller. */
  post(task: () => void): void {
    this.tasks.push(task);
    this.running ??= this.drain();
  }

  /** Keeps `idle` waiting until the result is called. */
  hold(): () => void {
    this.held += 1;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.held -= 1;
      if (this.held === 0) this.released?.();
    };
  }

  /** Resolves when nothing is left to do and nothing is held. @throws what a piece of work threw. */
  async idle(): Promise<void> {
    await turn();
    while (this.running || this.held > 0) {
      if (this.running) await this.running;
      else await new Promise<void>((resolve) => (this.released = resolve));
      await turn();
    }
    const failure = this.failure;
    this.failure = undefined;
    if (failure) throw failure.error;
  }

  private async drain(): Promise<void> {
    await turn();
    for (let task = this.tasks[this.next]; task; task = this.tasks[this.next]) {
      this.next += 1;
      try {
        task();
      } catch (error) {
        this.failure ??= { error };
      }
      await turn();
      this.compact();
    }
    this.running = undefined;
  }

  private compact(): void {
    if (this.next < 1024 || this.next * 2 < this.tasks.length) return;
    this.tasks = this.tasks.slice(this.next);
    this.next = 0;
  }
}
