import { type Cause, type Envelope, StreamExecutor } from '@ballast/bus';
import { contentId, type Decider, type Id, money, PARTITIONS, price, quantity } from '@ballast/domain';
import type { OrderFilled } from '@ballast/events';
import { VirtualClock } from '@ballast/bus';
import type { JetStreamClient } from 'nats';
import { type Bench, type BenchRow, speedRow } from './bench.js';
import { bareSubject, NatsBed } from './nats-bed.js';
import { contest } from './pairs.js';

const fillOf = (version: number): OrderFilled => ({ type: 'OrderFilled', clientOrderId: 'bench-order', fillId: `fill-${version}`, tradeId: 'bench-trade', botId: 'bench-bot', accountId: 'bench-account', portfolioId: 'bench', leg: 0, purpose: 'ENTRY', instrument: 'ETH-PERP', side: 'BUY', quantity: quantity('0.042'), price: price('2756.9'), fee: money('0.0116'), liquidity: 'MAKER', venueTime: 1_700_000_000_000 });

/** Decides one fill a command: nothing to think about, so that what is measured is the append. */
const fills: Decider<number, { readonly type: 'Fill' }, OrderFilled> = { kind: 'trade', writer: 'execution', initial: 0, decide: (version) => [fillOf(version + 1)], evolve: (version) => version + 1 };

/** The same facts as plain JSON, as somebody without our bus would write them. */
const bareEnvelope = (stream: string, version: number, previous: string): Omit<Envelope, 'events'> & { readonly events: readonly object[] } => ({ format: 1, decisionId: contentId(stream, version), stream, version, occurredAt: 1_700_000_000_000, writer: 'execution', build: 'bench', correlationId: 'bench-trade', causationId: 'bench-cause', lane: 'bench-account', contract: 1, previousHash: previous, events: [{ ...fillOf(version), quantity: '0.042', price: '2756.9', fee: '0.0116' }] });

const NO_HASH = '0'.repeat(64);

interface Load {
  /** Streams appended to at the same time, over all partitions. */
  readonly streams: number;
  /** Appends to each stream, one after another. */
  readonly each: number;
}

async function inParallel({ streams }: Load, run: (stream: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  await Promise.all(Array.from({ length: streams }, (_, stream) => run(stream)));
  return performance.now() - began;
}

function ours(executor: StreamExecutor, load: Load, round: string): Promise<number> {
  return inParallel(load, async (stream) => {
    const id: Id = `${round}-${stream}`;
    for (let count = 0; count < load.each; count += 1) {
      const cause: Cause = { causationId: `${id}-${count}`, correlationId: 'bench-trade', lane: 'bench-account' };
      const { outcome } = await executor.execute(fills, { partition: stream % PARTITIONS, id }, { type: 'Fill' }, cause);
      if (outcome !== 'appended') throw new Error(`append: found outcome ${outcome}, expected appended`);
    }
  });
}

function peer(js: JetStreamClient, load: Load, round: string): Promise<number> {
  return inParallel(load, async (stream) => {
    const name = `execution.trade.${round}-${stream}`;
    let last = 0;
    for (let count = 0; count < load.each; count += 1) {
      const envelope = bareEnvelope(name, count + 1, count === 0 ? '' : NO_HASH);
      const { seq } = await js.publish(bareSubject(stream % PARTITIONS, name), JSON.stringify(envelope), { msgID: envelope.decisionId, expect: { lastSubjectSequence: last } });
      last = seq;
    }
  });
}

export const appendBench: Bench = {
  name: 'append',
  about: 'One decision with the expected sequence, until it is durable: decide, encode, prove, append, fold (StreamExecutor) against the bare client publishing the same facts as JSON. Same server, same stream settings, every message flushed to the disk before its acknowledgement.',
  async run({ quick, progress }) {
    const bed = await NatsBed.start('always');
    try {
      const executor = new StreamExecutor((await bed.connect('execution')).store, new VirtualClock(1_700_000_000_000), { service: 'execution', build: 'bench' });
      const js = bed.bare.jetstream();
      const rows: BenchRow[] = [];
      for (const load of [{ streams: 1, each: quick ? 50 : 200 }, { streams: 16, each: quick ? 20 : 60 }]) {
        const result = await contest({
          rounds: quick ? 5 : 15,
          ours: (round) => ours(executor, load, `s${load.streams}-r${round}`),
          peer: (round) => peer(js, load, `s${load.streams}-r${round}`),
        }, (text) => progress(`${load.streams} in flight, ${text}`));
        rows.push(speedRow(`append, ${load.streams} in flight`, load.streams * load.each, result, { bound: { atLeast: 0.85 } }));
      }
      return rows;
    } finally {
      await bed.stop();
    }
  },
};
