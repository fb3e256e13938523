import type { Partition } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import { Books } from '../books.js';
import { differenceOf } from '../opening.js';
import type { Check } from './breach.js';

/** A partition opens anew with what the log before it comes to, to the smallest unit, and directly behind what it seals. */
export class OpeningCheck implements Check {
  readonly rule = 'opening';
  private readonly books = new Map<Partition, Books>();

  event(recorded: Recorded): string | undefined {
    const { event, decision } = recorded;
    const books = this.books.get(decision.partition) ?? new Books();
    this.books.set(decision.partition, books);
    if (event.type !== 'PartitionOpened') return void books.apply(recorded);
    if (event.partition !== decision.partition) return `found the opening of partition ${event.partition} in partition ${decision.partition}`;
    if (event.sealedUpTo !== decision.sequence - 1) return `partition ${event.partition} opens at ${decision.sequence} and seals up to ${event.sealedUpTo}, expected ${decision.sequence - 1}`;
    return differenceOf(event, books.canonical(), event.partition);
  }
}
