import type { Disarm, Ms } from '@ballast/domain';

interface Timer {
  readonly time: Ms;
  readonly order: number;
  readonly run: () => void;
}

/** Armed timers in order of time, then of arming: a binary heap, so that 10,000 bots cost no more than log n each. */
export class Timers {
  private heap: Timer[] = [];
  private readonly armed = new Set<number>();
  private count = 0;

  arm(time: Ms, run: () => void): Disarm {
    const order = this.count++;
    this.heap.push({ time, order, run });
    this.armed.add(order);
    this.rise(this.heap.length - 1);
    return () => {
      this.armed.delete(order);
    };
  }

  /** Time of the next timer that is still armed. */
  next(): Ms | undefined {
    this.skipDisarmed();
    return this.heap[0]?.time;
  }

  /** Takes the next timer due at `now`, if there is one. */
  takeDue(now: Ms): (() => void) | undefined {
    this.skipDisarmed();
    const first = this.heap[0];
    if (!first || first.time > now) return undefined;
    this.removeFirst();
    this.armed.delete(first.order);
    return first.run;
  }

  private skipDisarmed(): void {
    for (let first = this.heap[0]; first && !this.armed.has(first.order); first = this.heap[0]) this.removeFirst();
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    if (!last || this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink(0);
  }

  private rise(index: number): void {
    for (let at = index; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.before(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private sink(index: number): void {
    for (let at = index; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < this.heap.length && this.before(child, least)) least = child;
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  private before(a: number, b: number): boolean {
    const [left, right] = [this.heap[a], this.heap[b]];
    if (!left || !right) return false;
    return left.time < right.time || (left.time === right.time && left.order < right.order);
  }

  private swap(a: number, b: number): void {
    const [left, right] = [this.heap[a], this.heap[b]];
    if (!left || !right) return;
    this.heap[a] = right;
    this.heap[b] = left;
  }
}
