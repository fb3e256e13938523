import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { money, price, quantity, type Price, type Quantity } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import type { MarketInput, PriceLevel } from '../engine/engine.api.js';
import { x18 } from '../engine/fixed.js';
import { nadoEngineConfig } from '../engine/presets.js';
import { GeneratedMarket } from '../market-source/generated-market.js';
import type { MarketSource } from '../market-source/market-source.js';
import { RecordedMarket } from '../market-source/recorded-market.js';
import type { AccountEvent, MarketEvent, SignedOrder, VenueAccount } from '../venue-adapter.js';
import { JumpingClock } from './jumping-clock.js';
import { PaperVenueAdapter } from './paper-venue-adapter.js';

const T = 1_700_000_000_000;
const account: VenueAccount = { accountId: 'acc', subaccount: 'main' };
const levels = (...pairs: readonly (readonly [string, string])[]): PriceLevel[] => pairs.map(([at, size]) => [x18(at), x18(size)]);
const bookAt = (time: number, bid: string, ask: string): MarketInput => ({ type: 'snapshot', time, productId: 4, bids: levels([bid, '2']), asks: levels([ask, '2']) });

class ScriptedMarket implements MarketSource {
  readonly productIds = [4];
  readonly startTime = T;
  readonly endTime: number;
  constructor(private readonly inputs: readonly MarketInput[]) {
    this.endTime = inputs.at(-1)?.time ?? T;
  }
  *events(): IterableIterator<MarketInput> {
    yield* this.inputs;
  }
  provenance(): ReturnType<MarketSource['provenance']> {
    return { kind: 'generated', files: [], statements: [] };
  }
}

const order = (changes: Partial<SignedOrder> = {}): SignedOrder => ({
  clientOrderId: 'c1', account, instrument: 'ETH-PERP', side: 'BUY', quantity: quantity('1'), limitPrice: price('2000.1'),
  timeInForce: 'IOC', postOnly: false, reduceOnly: false, receiveBy: T + 60_000, expiresAt: T + 600_000, ...changes,
});

async function opened(inputs: readonly MarketInput[] = [bookAt(T, '1999.9', '2000.1'), bookAt(T + 10_000, '1999.8', '2000')]): Promise<{ clock: JumpingClock; venue: PaperVenueAdapter }> {
  const clock = new JumpingClock(T);
  const engine = nadoEngineConfig(1, { latency: { postOnlyMs: 10, otherMs: 40, cancelMs: 10, responseMs: 5, jitterMedianMs: 0, jitterSigma: 0 } });
  const venue = new PaperVenueAdapter({ clock, source: new ScriptedMarket(inputs), engine, deposits: [{ subaccount: 'main', amount: money('10000') }] });
  await venue.connect();
  await clock.run(T);
  return { clock, venue };
}

describe('the paper venue', () => {
  it('accepts, fills and answers an order in market time, and tells the account first', async () => {
    const { clock, venue } = await opened();
    const told: (readonly [string, number])[] = [];
    await venue.subscribeAccount(account, (event) => void told.push([event.type, clock.now() - T]));
    const placed = venue.place(order()).then((result) => {
      told.push(['answered', clock.now() - T]);
      return result;
    });
    await clock.run(T + 1000);
    expect(await placed).toEqual({ venueOrderId: venue.identify(order()) });
    expect(told).toEqual([['stream', 0], ['fill', 40], ['order', 40], ['answered', 45]]);
    const [fill] = await venue.fillsSince(account, T);
    expect([fill?.price.toFixed(), fill?.quantity.toFixed(), fill?.fee.toFixed(), fill?.liquidity]).toEqual(['2000.1', '1', '0.700035', 'TAKER']);
    const state = await venue.accountState(account);
    expect([state.collateral.toFixed(), state.positions[0]?.quantity.toFixed(), state.positions[0]?.entryPrice?.toFixed()]).toEqual(['9999.299965', '1', '2000.1']);
  });

  it('rejects with the kind and code of the venue, and does not know the order afterwards', async () => {
    const { clock, venue } = await opened();
    const crossing = order({ timeInForce: 'GTC', postOnly: true });
    const failed = expect(venue.place(crossing)).rejects.toMatchObject({ kind: 'postOnly', outcome: 'notPlaced', venueCode: '2008' });
    await clock.run(T + 1000);
    await failed;
    expect(await venue.findOrder(account, 'ETH-PERP', venue.identify(crossing))).toBeUndefined();
  });

  it('names the same payload the same and any other payload otherwise', async () => {
    const { venue } = await opened();
    expect(venue.identify(order())).toBe(venue.identify(order()));
    expect(venue.identify(order({ receiveBy: T + 60_001 }))).not.toBe(venue.identify(order()));
  });

  it('answers a repeated payload as a duplicate whose outcome is to be looked up, and trades it once', async () => {
    const { clock, venue } = await opened();
    const first = venue.place(order());
    const again = expect(venue.place(order())).rejects.toMatchObject({ kind: 'duplicate', outcome: 'unknown' });
    await clock.run(T + 1000);
    await Promise.all([first, again]);
    expect(await venue.fillsSince(account, T)).toHaveLength(1);
  });

  it('cancels an open order once, and all of them by one call', async () => {
    const { clock, venue } = await opened();
    const resting = [1, 2, 3].map((n) => order({ clientOrderId: `r${n}`, timeInForce: 'GTC', postOnly: true, limitPrice: price('1999') }));
    const placed = Promise.all(resting.map((each) => venue.place(each)));
    await clock.run(T + 100);
    const [first] = await placed;
    const cancels = Promise.all([venue.cancel(account, 'ETH-PERP', first?.venueOrderId ?? ''), venue.cancel(account, 'ETH-PERP', 'never')]);
    await clock.run(T + 200);
    expect(await cancels).toEqual([true, false]);
    const all = venue.cancelAll(account);
    await clock.run(T + 300);
    expect(await all).toBe(2);
    expect(await venue.openOrders(account)).toEqual([]);
  });

  it('publishes at most one book per 50 ms and instrument, whole, with rising sequences, and says when the data ends', async () => {
    const inputs = Array.from({ length: 30 }, (_, n): MarketInput => ({ type: 'bbo', time: T + 10 + n * 10, productId: 4, side: 'bid', price: x18('1999.9'), size: x18(String(n + 1)) }));
    const { clock, venue } = await opened([bookAt(T, '1999.9', '2000.1'), ...inputs]);
    const books: MarketEvent[] = [];
    await venue.subscribeMarket(['ETH-PERP'], (event) => void (event.type === 'book' && books.push(event)));
    await clock.run();
    await venue.done;
    const seen = books.flatMap((event) => (event.type === 'book' ? [[event.book.exchangeTime - T, event.book.sequence, event.book.bids[0]?.quantity.toFixed()]] : []));
    expect(seen).toEqual([[0, 1, '2'], [50, 2, '5'], [100, 3, '10'], [150, 4, '15'], [200, 5, '20'], [250, 6, '25'], [300, 7, '30']]);
  });

  it('leaves waiting callers with an unknown outcome when it is closed', async () => {
    const { venue } = await opened();
    const lost = expect(venue.place(order())).rejects.toMatchObject({ kind: 'unknown', outcome: 'unknown' });
    await venue.close();
    await lost;
    await expect(venue.place(order({ clientOrderId: 'c2' }))).rejects.toMatchObject({ kind: 'closed', outcome: 'notPlaced' });
  });

  it('runs a generated market with a trading client twice to the same state (R20)', async () => {
    const [first, second] = [await traded(), await traded()];
    expect(first).toEqual(second);
    expect(first.fills).toBeGreaterThan(10);
  });
});

/** A client that crosses the spread on every tenth ETH book. */
async function traded(): Promise<{ readonly fills: number; readonly digest: string; readonly events: number }> {
  const source = new GeneratedMarket({ seed: 11, durationMs: 60_000, coins: ['ETH', 'SOL'] });
  const clock = new JumpingClock(source.startTime);
  const venue = new PaperVenueAdapter({ clock, source, engine: nadoEngineConfig(3), deposits: [{ subaccount: 'main', amount: money('10000') }] });
  const events: AccountEvent[] = [];
  const sent: Promise<unknown>[] = [];
  await venue.connect();
  await venue.subscribeAccount(account, (event) => void events.push(event));
  await venue.subscribeMarket(['ETH-PERP'], (event) => {
    if (event.type !== 'book' || event.book.sequence % 10 !== 0) return;
    const isBuy = event.book.sequence % 20 === 0;
    const best = isBuy ? event.book.asks[0] : event.book.bids[0];
    const limitPrice: Price = best?.price ?? price('1');
    const size: Quantity = quantity('0.05');
    sent.push(venue.place(order({ clientOrderId: `n${event.book.sequence}`, side: isBuy ? 'BUY' : 'SELL', quantity: size, limitPrice, receiveBy: clock.now() + 3000, expiresAt: clock.now() + 60_000 })).catch((error: unknown) => String(error)));
  });
  await clock.run();
  await Promise.all(sent);
  return { fills: (await venue.fillsSince(account, 0)).length, digest: venue.engine.digest(), events: events.length };
}

const data = process.env['BALLAST_DATA'] ?? resolve(import.meta.dirname, '../../../../../shared/data');

describe.runIf(existsSync(resolve(data, 'book')))('the recorded 35 minutes through the paper venue', () => {
  it('run to their end with every print and ever newer books', async () => {
    const source = new RecordedMarket({ path: data, coins: ['ETH', 'SOL'] });
    const clock = new JumpingClock(source.startTime);
    const venue = new PaperVenueAdapter({ clock, source, engine: nadoEngineConfig(1), deposits: [] });
    const counts = new Map<string, number>();
    const sequences = new Map<string, number>();
    let crossed = 0;
    await venue.connect();
    await venue.subscribeMarket(['ETH-PERP', 'SOL-PERP'], (event) => {
      counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
      if (event.type !== 'book') return;
      const { instrument, sequence, bids, asks } = event.book;
      if (sequence !== (sequences.get(instrument) ?? 0) + 1 || (bids[0] && asks[0] && bids[0].price.gte(asks[0].price))) crossed += 1;
      sequences.set(instrument, sequence);
    });
    await clock.run();
    await venue.done;
    expect([counts.get('trade'), crossed]).toEqual([11_234, 0]);
    expect(counts.get('book')).toBeGreaterThan(30_000);
    expect(clock.now()).toBeGreaterThanOrEqual(source.endTime);
  });
});
