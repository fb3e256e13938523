import type { Price } from '@ballast/domain';

/** Something that waits for a price; `place` is the heap's own. */
export interface Bound {
  readonly price: Price;
  place: number;
}

/** BELOW: crossed by prices below it. ABOVE: crossed by prices above it. */
export type Crossing = 'BELOW' | 'ABOVE';

/**
 * Bounds of one kind, the first to be crossed on top: putting in and taking out cost O(log n), and finding all that a price crosses costs only
 * those, because below one that is not crossed nothing is.
 */
export class BoundHeap<Entry extends Bound> {
  private readonly entries: Entry[] = [];

  constructor(private readonly crossing: Crossing) {}

  get size(): number {
    return this.entries.length;
  }

  add(entry: Entry): void {
    entry.place = this.entries.length;
    this.entries.push(entry);
    this.rise(entry);
  }

  /** Harmless where it is not in. */
  remove(entry: Entry): void {
    if (this.entries[entry.place] !== entry) return;
    const last = this.entries.pop();
    if (last === undefined || last === entry) return;
    this.put(last, entry.place);
    this.rise(last);
    this.sink(last);
  }

  /** All that this price crosses, in no order. */
  crossedBy(at: Price): readonly Entry[] {
    const found: Entry[] = [];
    const open = [0];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const entry = this.entries[place];
      if (!entry || !(this.crossing === 'BELOW' ? at.lt(entry.price) : at.gt(entry.price))) continue;
      found.push(entry);
      open.push(2 * place + 1, 2 * place + 2);
    }
    return found;
  }

  private put(entry: Entry, place: number): void {
    this.entries[place] = entry;
    entry.place = place;
  }

  private isBefore(a: Entry, b: Entry): boolean {
    return this.crossing === 'BELOW' ? a.price.gt(b.price) : a.price.lt(b.price);
  }

  private rise(entry: Entry): void {
    for (let above = this.entries[(entry.place - 1) >> 1]; entry.place > 0 && above && this.isBefore(entry, above); above = this.entries[(entry.place - 1) >> 1]) this.swap(entry, above);
  }

  private sink(entry: Entry): void {
    for (let next = this.firstBelow(entry); next && this.isBefore(next, entry); next = this.firstBelow(entry)) this.swap(entry, next);
  }

  private firstBelow({ place }: Entry): Entry | undefined {
    const [left, right] = [this.entries[2 * place + 1], this.entries[2 * place + 2]];
    return left && right && this.isBefore(right, left) ? right : left;
  }

  private swap(a: Entry, b: Entry): void {
    const place = a.place;
    this.put(a, b.place);
    this.put(b, place);
  }
}
