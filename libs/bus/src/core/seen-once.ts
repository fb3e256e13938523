import { InvariantError, type Partition } from '@ballast/domain';

const SEEN_MAX = 20_000;

/** Proves that live messages of one partition are folded in order: one that comes after a later one was folded must have been seen before. */
export class SeenOnce {
  private readonly seen = new Set<number>();
  private since: number | undefined;

  constructor(private readonly partition: Partition) {}

  /** `reached` was folded last. True where `sequence` is to be folded now. @throws InvariantError where it comes too late to be folded in order. */
  isNew(sequence: number, reached: number): boolean {
    this.since ??= reached;
    if (sequence > reached) {
      if (this.seen.size >= SEEN_MAX) this.forget(reached);
      this.seen.add(sequence);
      return true;
    }
    if (sequence > this.since && !this.seen.has(sequence)) throw new InvariantError(`partition ${this.partition}: sequence ${sequence} was delivered after ${reached}, expected in order`);
    return false;
  }

  private forget(reached: number): void {
    this.seen.clear();
    this.since = reached;
  }
}
