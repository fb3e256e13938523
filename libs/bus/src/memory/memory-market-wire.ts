import { MarketWire } from '../ports/market-wire.js';
import type { WorkQueue } from './work-queue.js';

/** Market data within one process: the frozen object itself, to every subscriber, in the order published. */
export class InMemoryMarketWire extends MarketWire {
  private readonly listeners: ((subject: string, message: unknown) => void)[] = [];
  private readonly last = new Map<string, unknown>();

  constructor(private readonly work: WorkQueue) {
    super();
  }

  publish(subject: string, message: object): void {
    Object.freeze(message);
    this.last.set(subject, message);
    for (const listen of this.listeners) this.work.post(() => listen(subject, message));
  }

  subscribe(onMessage: (subject: string, message: unknown) => void): void {
    this.listeners.push(onMessage);
  }

  /** The last message of every subject, at once. */
  values(): ReadonlyMap<string, unknown> {
    return new Map(this.last);
  }

  lastValues(): Promise<ReadonlyMap<string, unknown>> {
    return Promise.resolve(this.values());
  }
}
