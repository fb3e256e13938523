import { Pacer } from '../ports/pacer.js';

/** Counts what is under way, for whoever must know that nothing is. */
abstract class CountingPacer extends Pacer {
  private readonly counts = { work: 0, venue: 0 };

  busy(kind: 'work' | 'venue'): () => void {
    this.counts[kind] += 1;
    let over = false;
    return () => {
      if (!over) this.counts[kind] -= 1;
      over = true;
    };
  }

  underWay(kind: 'work' | 'venue'): number {
    return this.counts[kind];
  }
}

/** Always open: live trading, a timed replay, and the in-memory bus in virtual time. */
export class OpenPacer extends CountingPacer {
  whenOpen(run: () => void): void {
    run();
  }
}

/** Closed from the moment a step's clock is seen until the step is released. */
export class StepPacer extends CountingPacer {
  private waiting: (() => void)[] = [];
  private open = false;

  whenOpen(run: () => void): void {
    if (this.open) run();
    else this.waiting.push(run);
  }

  get closed(): boolean {
    return !this.open;
  }

  close(): void {
    this.open = false;
  }

  release(): void {
    this.open = true;
    const due = this.waiting;
    this.waiting = [];
    for (const run of due) run();
  }
}
