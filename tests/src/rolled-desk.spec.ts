import { expect, it } from 'vitest';
import type { ArchivedMessage, EventStore, StoredMessage } from '@ballast/bus';
import { type Partition, PARTITIONS } from '@ballast/domain';
import { SealedBooks } from '@ballast/operator';
import { GeneratedMarket } from '@ballast/venues';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { pairDesk } from './desk/pair-desk.js';

const MINUTE_MS = 60_000;
const MINUTES = 4;

/** A log that is rolled over once it has so many messages: whoever loads a stream finds of it what would still be there. */
class Rolling {
  private readonly books = Array.from({ length: PARTITIONS }, (_, partition) => new SealedBooks(partition));
  private readonly below = new Map<string, number>();
  private stored = 0;
  /** Messages that are gone. */
  gone = 0;

  constructor(store: EventStore, private readonly rollAt: number) {
    const [append, readSubject] = [store.append.bind(store), store.readSubject.bind(store)];
    store.append = async (partition, subject, expected, bytes, id): ReturnType<EventStore['append']> => {
      const result = await append(partition, subject, expected, bytes, id);
      if (result.status === 'appended') this.see(partition, { sequence: result.sequence, subject, bytes, headers: [] });
      return result;
    };
    store.readSubject = async (partition, subject): Promise<readonly StoredMessage[]> => (await readSubject(partition, subject)).filter(({ sequence }) => sequence >= (this.below.get(subject) ?? 0));
  }

  private see(partition: Partition, message: ArchivedMessage): void {
    this.books[partition]?.see(message);
    this.stored += 1;
    if (this.stored !== this.rollAt) return;
    for (const books of this.books) {
      for (const [subject, below] of books.thinning(books.newestAt + 1)) {
        this.below.set(subject, below);
        this.gone += books.messagesOf(subject) - 1;
      }
    }
  }
}

async function trade(rollAt: number): Promise<LogStory & { readonly gone: number }> {
  const source = new GeneratedMarket({ seed: 7, durationMs: MINUTES * MINUTE_MS, coins: ['ETH', 'SOL'] });
  const desk = await pairDesk({ source });
  const rolling = new Rolling(desk.system.store, rollAt);
  try {
    await desk.run(source.startTime + MINUTES * MINUTE_MS);
    return { ...(await readLog(desk.system.store)), gone: rolling.gone };
  } finally {
    await desk.stop();
  }
}

it('a desk whose log is rolled over while it trades decides to the last byte what it would have decided without', async () => {
  const never = await trade(Infinity);
  expect(eventsOf(never, 'TradeClosed').length).toBeGreaterThan(3);
  expect(never.verify.breaches).toEqual([]);
  const half = Math.floor(new Set(never.recorded.map(({ decision }) => decision.decisionId)).size / 2);
  const rolled = await trade(half);
  expect(rolled.gone).toBeGreaterThan(half / 2);
  expect([rolled.hash, rolled.bytesHash]).toEqual([never.hash, never.bytesHash]);
}, 120_000);
