/** Runs what belongs to one lane in order, lanes at the same time, at most so many at once. */
export class Lanes {
  private readonly queues = new Map<string, (() => Promise<void>)[]>();
  private readonly waiting: string[] = [];
  private running = 0;
  private whenIdle: (() => void)[] = [];

  constructor(
    private readonly most: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  add(lane: string, run: () => Promise<void>): void {
    const queue = this.queues.get(lane);
    if (queue) {
      queue.push(run);
      return;
    }
    this.queues.set(lane, [run]);
    if (this.running < this.most) void this.work(lane);
    else this.waiting.push(lane);
  }

  /** Runs in this lane's turn and hands back what came of it. */
  ask<T>(lane: string, run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => this.add(lane, () => run().then(resolve, reject)));
  }

  idle(): Promise<void> {
    return this.running === 0 ? Promise.resolve() : new Promise((resolve) => this.whenIdle.push(resolve));
  }

  private async work(lane: string): Promise<void> {
    this.running += 1;
    const queue = this.queues.get(lane) ?? [];
    for (let run = queue[0]; run; run = queue[0]) {
      try {
        await run();
      } catch (error) {
        this.onError(error);
      }
      queue.shift();
    }
    this.queues.delete(lane);
    this.running -= 1;
    const next = this.waiting.shift();
    if (next !== undefined) void this.work(next);
    else if (this.running === 0) this.whenIdle.splice(0).forEach((resolve) => resolve());
  }
}
