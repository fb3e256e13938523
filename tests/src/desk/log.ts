import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PARTITIONS } from '@ballast/domain';
import { decodeMessage, type EventStore, type Recorded } from '@ballast/bus';
import { Books, type CanonicalState, canonicalHash, Verifier, type VerifyReport } from '@ballast/books';
import type { BallastEvent } from '@ballast/events';

/** What the log alone says of a run. */
export interface LogStory {
  readonly books: CanonicalState;
  readonly hash: string;
  /** SHA-256 over every stored byte, in order. */
  readonly bytesHash: string;
  readonly verify: VerifyReport;
  readonly recorded: readonly Recorded[];
  readonly events: readonly BallastEvent[];
}

export async function readLog(store: EventStore): Promise<LogStory> {
  const books = new Books();
  const verifier = new Verifier();
  const bytes = createHash('sha256');
  const all: Recorded[] = [];
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    await store.read(partition, { filters: [] }, (message) => {
      bytes.update(message.subject).update(message.bytes);
      const decision = decodeMessage(message);
      verifier.see(decision);
      decision.events.forEach((event, index) => {
        const recorded: Recorded = { event, index, decision };
        books.apply(recorded);
        all.push(recorded);
      });
    });
  }
  const state = books.canonical();
  return { books: state, hash: canonicalHash(state), bytesHash: bytes.digest('hex'), verify: verifier.report(), recorded: all, events: all.map(({ event }) => event) };
}

const REST_LOOK_MS = 100;
const REST_PATIENCE_MS = 20_000;

/**
 * A log that services still write, read where nothing is on its way: between a fill and the move of its position, which another decision tells, a
 * reading lacks something that no rule allows it to lack for long. The last reading, where breaches of rules other than `except` stay.
 */
export async function readAtRest(store: EventStore, { except = [] }: { readonly except?: readonly string[] } = {}): Promise<LogStory> {
  const end = performance.now() + REST_PATIENCE_MS;
  for (;;) {
    const story = await readLog(store);
    if (story.verify.breaches.every(({ rule }) => except.includes(rule)) || performance.now() > end) return story;
    await delay(REST_LOOK_MS);
  }
}

export const eventsOf = <Type extends BallastEvent['type']>(story: Pick<LogStory, 'events'>, type: Type): readonly Extract<BallastEvent, { type: Type }>[] =>
  story.events.filter((event): event is Extract<BallastEvent, { type: Type }> => event.type === type);
