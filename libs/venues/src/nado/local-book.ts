import type { Book, Level } from '@ballast/domain';
import { type Json, arrayOf, msOfNanos, nanosOf } from './json.js';
import { priceFromX18, quantityFromX18 } from './x18.js';

interface Row {
  readonly x18: bigint;
  readonly level: Level;
}

/** One side of a book, best level first. */
class Side {
  private rows: Row[] = [];

  constructor(private readonly descending: boolean) {}

  replace(levels: readonly unknown[], field: string): void {
    this.rows = [];
    this.change(levels, field);
  }

  /** Absolute quantities by price; 0 removes the level. */
  change(levels: readonly unknown[], field: string): void {
    for (const entry of levels) {
      const [priceText, quantityText] = arrayOf(entry, field);
      const quantity = quantityFromX18(quantityText, `${field}.quantity`);
      const level = { price: priceFromX18(priceText, `${field}.price`), quantity };
      const x18 = BigInt(String(priceText));
      const at = this.indexOf(x18);
      const found = this.rows[at]?.x18 === x18 ? 1 : 0;
      if (quantity.isZero()) this.rows.splice(at, found);
      else this.rows.splice(at, found, { x18, level });
    }
  }

  top(depth: number): readonly Level[] {
    return this.rows.slice(0, depth).map((row) => row.level);
  }

  private indexOf(x18: bigint): number {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = this.rows[middle] as Row;
      if (this.descending ? row.x18 > x18 : row.x18 < x18) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What an event did to the book: nothing to see yet, a new state, or a hole that needs a new snapshot. */
export type BookOutcome = 'QUEUED' | 'IGNORED' | 'CHANGED' | 'GAP';

/**
 * Nado's local book (venues.md §1.7): events are queued until a snapshot is there, events that the snapshot already holds are ignored,
 * and each later one must name its predecessor; where it does not, the book waits for the next snapshot.
 */
export class LocalBook {
  private readonly bids = new Side(true);
  private readonly asks = new Side(false);
  private queue: Json[] = [];
  private last: bigint | undefined;
  private snapshotTime = 0n;
  private sequence = 0;

  constructor(private readonly instrument: string, private readonly depth: number) {}

  get synced(): boolean {
    return this.last !== undefined;
  }

  /** Forgets everything but the sequence: the stream was lost. */
  reset(): void {
    this.last = undefined;
    this.queue = [];
  }

  onEvent(event: Json): BookOutcome {
    if (this.last === undefined) {
      this.queue.push(event);
      return 'QUEUED';
    }
    return this.apply(event);
  }

  /** True where the book is whole; false where a queued event does not follow on from this snapshot. */
  onSnapshot(snapshot: Json): boolean {
    const time = nanosOf(snapshot, 'timestamp');
    this.bids.replace(arrayOf(snapshot['bids'], 'bids'), 'bids');
    this.asks.replace(arrayOf(snapshot['asks'], 'asks'), 'asks');
    this.last = time;
    this.snapshotTime = time;
    const queued = this.queue;
    this.queue = [];
    for (const [index, event] of queued.entries()) {
      if (this.apply(event) !== 'GAP') continue;
      this.queue = queued.slice(index);
      return false;
    }
    return true;
  }

  state(): Book {
    this.sequence += 1;
    return { instrument: this.instrument, bids: this.bids.top(this.depth), asks: this.asks.top(this.depth), exchangeTime: msOfNanos(this.last ?? 0n), sequence: this.sequence };
  }

  private apply(event: Json): BookOutcome {
    const last = this.last as bigint;
    const max = nanosOf(event, 'max_timestamp');
    const previous = nanosOf(event, 'last_max_timestamp');
    if (max <= last) return 'IGNORED';
    const first = last === this.snapshotTime;
    if (first ? previous > last : previous !== last) {
      this.last = undefined;
      this.queue = [event];
      return 'GAP';
    }
    this.bids.change(arrayOf(event['bids'], 'bids'), 'bids');
    this.asks.change(arrayOf(event['asks'], 'asks'), 'asks');
    this.last = max;
    return 'CHANGED';
  }
}
