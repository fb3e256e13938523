import { type Cause, type Envelope, StreamExecutor, VirtualClock } from '@ballast/bus';
import { contentId, type Decider, type Id, money, PARTITIONS, price, quantity } from '@ballast/domain';
import type { OrderFilled } from '@ballast/events';
import type { NatsBed } from './nats-bed.js';

const AT = 1_700_000_000_000;
const NO_HASH = '0'.repeat(64);

const fillOf = (version: number): OrderFilled => ({ type: 'OrderFilled', clientOrderId: 'bench-order', fillId: `fill-${version}`, tradeId: 'bench-trade', botId: 'bench-bot', accountId: 'bench-account', portfolioId: 'bench', leg: 0, purpose: 'ENTRY', instrument: 'ETH-PERP', side: 'BUY', quantity: quantity('0.042'), price: price('2756.9'), fee: money('0.0116'), liquidity: 'MAKER', venueTime: AT });

/** Decides one fill a command: nothing to think about, so that what is measured is the append. */
const fills: Decider<number, { readonly type: 'Fill' }, OrderFilled> = { kind: 'trade', writer: 'execution', initial: 0, decide: (version) => [fillOf(version + 1)], evolve: (version) => version + 1 };

/** The decision that brings a stream to `version`, as plain JSON: the same facts as somebody without our bus would write them. */
export const bareDecision = (stream: string, version: number): Omit<Envelope, 'events'> & { readonly events: readonly object[] } => ({ format: 1, decisionId: contentId(stream, version), stream, version, occurredAt: AT, writer: 'execution', build: 'bench', correlationId: 'bench-trade', causationId: 'bench-cause', lane: 'bench-account', contract: 1, previousHash: version === 1 ? '' : NO_HASH, events: [{ ...fillOf(version), quantity: '0.042', price: '2756.9', fee: '0.0116' }] });

export interface Load {
  /** Streams appended to at the same time, over all partitions. */
  readonly streams: number;
  /** Appends to each stream, one after another. */
  readonly each: number;
}

export const loads = (quick: boolean): readonly Load[] => [{ streams: 1, each: quick ? 50 : 200 }, { streams: 16, each: quick ? 20 : 60 }];

/** Wall time, ms, until every stream of the load is through. */
export async function inParallel({ streams }: Load, run: (stream: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  await Promise.all(Array.from({ length: streams }, (_, stream) => run(stream)));
  return performance.now() - began;
}

/** The executor that every service appends with, on its own connection. */
export async function executorOn(bed: NatsBed): Promise<StreamExecutor> {
  return new StreamExecutor((await bed.connect('execution')).store, new VirtualClock(AT), { service: 'execution', build: 'bench' });
}

/** One round of ours: decide, encode, prove, append with the expected sequence, fold. */
export function executed(executor: StreamExecutor, load: Load, round: string): Promise<number> {
  return inParallel(load, async (stream) => {
    const id: Id = `${round}-${stream}`;
    for (let count = 0; count < load.each; count += 1) {
      const cause: Cause = { causationId: `${id}-${count}`, correlationId: 'bench-trade', lane: 'bench-account' };
      const { outcome } = await executor.execute(fills, { partition: stream % PARTITIONS, id }, { type: 'Fill' }, cause);
      if (outcome !== 'appended') throw new Error(`append: found outcome ${outcome}, expected appended`);
    }
  });
}
