import { Books, canonicalHash, ChainCheck } from '@ballast/books';
import { decodeMessage, eventsStream, type JetStreamBus, readTrusted, type StoredMessage } from '@ballast/bus';
import { Decimal } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { type Bench, speedRow } from './bench.js';
import type { NatsBed } from './nats-bed.js';
import { contest } from './pairs.js';
import { readBed, type ReadBed } from './read-bed.js';

/** Amounts that the books compute with; text on the wire. */
const AMOUNTS = ['quantity', 'price', 'fee', 'limitPrice', 'realisedPnl', 'position', 'entryPrice', 'amount'];
const MESSAGES_MAX = 5_000;

type Read = (message: StoredMessage) => { readonly events: readonly BallastEvent[] };

/** The books of everything that the log holds, each message proven to follow from the one before. */
async function rebuilt({ store }: JetStreamBus, { perPartition }: ReadBed, read: typeof decodeMessage): Promise<string> {
  const books = new Books();
  await Promise.all(perPartition.map(async (count, partition) => {
    if (count === 0) return;
    const chain = new ChainCheck();
    await store.read(partition, { filters: [] }, (message) => {
      const decision = read(message);
      const breach = chain.message(decision);
      if (breach !== undefined) throw new Error(breach);
      for (const [index, event] of decision.events.entries()) books.apply({ event, index, decision });
    });
  }));
  return canonicalHash(books.canonical());
}

/** What somebody writes without our bus: the client's ordered consumer, JSON, decimals for what the fold adds up. */
async function bareRebuilt({ bare }: NatsBed, { perPartition }: ReadBed): Promise<string> {
  const books = new Books();
  const js = bare.jetstream();
  await Promise.all(perPartition.map(async (count, partition) => {
    if (count === 0) return;
    const consumer = await js.consumers.get(eventsStream(partition));
    const messages = await consumer.consume({ max_messages: MESSAGES_MAX });
    let seen = 0;
    for await (const message of messages) {
      const decision = message.json<ReturnType<typeof decodeMessage>>();
      for (const [index, event] of decision.events.entries()) books.apply({ event: withAmounts(event), index, decision });
      seen += 1;
      if (seen === count) break;
    }
    await messages.close();
  }));
  return canonicalHash(books.canonical());
}

function withAmounts(event: BallastEvent): BallastEvent {
  const fields = event as unknown as Record<string, unknown>;
  for (const field of AMOUNTS) {
    const text = fields[field];
    if (typeof text === 'string') fields[field] = new Decimal(text);
  }
  return event;
}

async function timed(expected: { hash?: string }, run: () => Promise<string>): Promise<number> {
  const began = performance.now();
  const hash = await run();
  const elapsed = performance.now() - began;
  expected.hash ??= hash;
  if (hash !== expected.hash) throw new Error(`rebuild: found books ${hash}, the other side has ${expected.hash}`);
  return elapsed;
}

export const rebuildBench: Bench = {
  name: 'rebuild',
  about: 'The books (bots, positions, orders, balances) of a whole log on JetStream, folded from the first event: with the hash of every message computed and every chain and sequence checked, against a bare pull with JSON.parse and the same fold, unchecked. Both must reach the same canonical hash, or the bench fails.',
  async run(context) {
    const log = await readBed(context);
    try {
      const bus = await log.bed.connect('reporting');
      const expected: { hash?: string } = {};
      const measure = (read: typeof decodeMessage & Read, rounds: number): ReturnType<typeof contest> =>
        contest({ rounds, ours: () => timed(expected, () => rebuilt(bus, log, read)), peer: () => timed(expected, () => bareRebuilt(log.bed, log)) }, context.progress);
      const rounds = context.quick ? 4 : 7;
      const trusted = await measure(readTrusted, rounds);
      const whole = await measure(decodeMessage, context.quick ? 2 : rounds);
      const size = `${log.messages.toLocaleString('en-US')} decisions, ${log.events.toLocaleString('en-US')} events`;
      return [
        speedRow('rebuild with hash checks, events', log.events, trusted, { bound: { atLeast: 0.5 }, note: size }),
        speedRow('the same with every field of every contract checked (what a start does), events', log.events, whole, { note: size }),
      ];
    } finally {
      await log.bed.stop();
    }
  },
};
