import { MARKET_KINDS, MemorySystem, type Platform } from '@ballast/bus';
import { bps, type Instrument, notional, price, quantity, ratio } from '@ballast/domain';
import type { MarketEvent, VenueAdapter } from '@ballast/venues';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '@ballast/observability';
import { LastValues } from './cache/last-values.js';
import { marketDataModule } from './market-data.module.js';

const START = Date.UTC(2026, 0, 5);
const terms: Instrument = {
  instrument: 'ETH-PERP', venue: 'emulated', base: 'ETH', quote: 'USD', lotSize: quantity('0.001'), tickSize: price('0.1'), notionalMin: notional('10'), makerFeeBps: bps('1'), takerFeeBps: bps('5'),
  initialMarginRatio: ratio('0.02'), maintenanceMarginRatio: ratio('0.01'),
};
const bookOf = (bid: string, ask: string, exchangeTime: number) => ({ instrument: 'ETH-PERP', bids: [{ price: price(bid), quantity: quantity('1') }], asks: [{ price: price(ask), quantity: quantity('1') }], exchangeTime, sequence: 0 });

/** Only what market-data asks of a venue; the venue is the one thing that is emulated. */
class EmulatedVenue {
  readonly venue = 'emulated';
  emit: (event: MarketEvent) => void = () => undefined;
  snapshots = 0;
  constructor(private readonly now: () => number) {}
  connect = () => Promise.resolve();
  close = () => Promise.resolve();
  instruments = () => Promise.resolve([terms]);
  book = () => {
    this.snapshots += 1;
    return Promise.resolve(bookOf('98', '102', this.now()));
  };
  subscribeMarket = (_instruments: readonly string[], onEvent: (event: MarketEvent) => void) => {
    this.emit = onEvent;
    return Promise.resolve(() => undefined);
  };
}

class RememberedValues extends LastValues {
  readonly values = new Map<string, string>();
  save(kind: string, instrument: string, value: unknown): void {
    this.values.set(`${kind} ${instrument}`, JSON.stringify(value));
  }
  load(kind: string, instrument: string): Promise<unknown> {
    const text = this.values.get(`${kind} ${instrument}`);
    return Promise.resolve(text === undefined ? undefined : (JSON.parse(text) as unknown));
  }
  close = () => Promise.resolve();
}

let system: MemorySystem;
let reader: Platform;
let venue: EmulatedVenue;
let seen: string[];
const lastValues = new RememberedValues();
const startService = (instruments = ['ETH-PERP']) => system.add('market-data', () => marketDataModule({ venue: venue as unknown as VenueAdapter, instruments, staleAfterMs: 5_000, lastValues }));
async function at(ms: number, ...events: readonly MarketEvent[]): Promise<void> {
  await system.run(START + ms);
  for (const event of events) venue.emit(event);
  await system.run(START + ms);
}
const book = (ms: number, bid = '99', ask = '101'): MarketEvent => ({ type: 'book', book: bookOf(bid, ask, START + ms) });
const trade = (ms: number, tradeId: string, at = '100'): MarketEvent => ({ type: 'trade', instrument: 'ETH-PERP', tradeId, side: 'BUY', price: price(at), quantity: quantity('2'), time: START + ms });

beforeEach(async () => {
  system = new MemorySystem(START);
  reader = system.platform('reporting');
  venue = new EmulatedVenue(() => system.clock.now());
  seen = [];
  lastValues.values.clear();
  for (const kind of MARKET_KINDS) reader.market.on(kind, (message) => void seen.push(kind === 'feed' && 'state' in message ? `feed ${message.state}` : kind));
  await startService();
  await system.run(START);
});
afterEach(() => system.stop());

it('the age of the newest book is told as of the moment of asking, so that a feed that has stopped shows; and how far the venue\'s clock is from ours', async () => {
  await system.stop();
  const metrics = new Metrics({ service: 'market-data', version: 'test', commit: 'test' });
  const value = async (name: string): Promise<string | undefined> => (await metrics.text()).split('\n').find((line) => line.startsWith(`ballast_${name}{`));
  await system.add('market-data', () => marketDataModule({ venue: venue as unknown as VenueAdapter, instruments: ['ETH-PERP'], staleAfterMs: 5_000, lastValues, metrics }));
  await system.run(START);
  await at(2_000, book(1_500));
  expect(await value('venue_clock_skew_seconds')).toBe('ballast_venue_clock_skew_seconds{venue="emulated"} -0.5');
  await system.run(START + 4_500);
  expect(await value('market_staleness_seconds')).toBe('ballast_market_staleness_seconds{venue="emulated",instrument="ETH-PERP"} 3');
});

describe('market-data', () => {
  it('publishes contract terms at its start, then what the venue says', async () => {
    await at(100, book(100), trade(100, 't1'), { type: 'price', instrument: 'ETH-PERP', markPrice: price('100'), oraclePrice: price('100.1'), time: START + 100 }, { type: 'funding', instrument: 'ETH-PERP', rateHourly: ratio('0.0001'), time: START });
    expect(seen).toEqual(['instrument', 'feed UP', 'book', 'trade', 'price', 'funding']);
    expect(reader.market.latest('instrument', 'ETH-PERP')?.lotSize.toString()).toBe('0.001');
    expect(reader.market.latest('price', 'ETH-PERP')?.oraclePrice.toString()).toBe('100.1');
  });

  it('does not publish a crossed book: it says GAP, takes a whole one from the venue, and says RESYNCED', async () => {
    await at(100, book(100), book(200, '103', '101'));
    expect(seen).toEqual(['instrument', 'feed UP', 'book', 'feed GAP', 'feed RESYNCED', 'book']);
    expect([venue.snapshots, reader.market.latest('book', 'ETH-PERP')?.bids[0]?.price.toString(), reader.market.latest('book', 'ETH-PERP')?.sequence]).toEqual([1, '98', 2]);
  });

  it('says STALE in a silence of market time, and UP after it', async () => {
    await at(100, book(100));
    await at(18_100, book(18_100));
    expect(seen.filter((what) => what.startsWith('feed'))).toEqual(['feed UP', 'feed STALE', 'feed UP']);
  });

  it('makes candles of trades only, each trade once, after their minute; and answers for the past', async () => {
    await at(1_000, trade(1_000, 't1', '100'), trade(1_000, 't1', '100'), trade(1_000, 't2', '104'));
    await at(60_999);
    expect(reader.market.latest('candle', 'ETH-PERP')).toBeUndefined();
    await at(61_000);
    expect(JSON.parse(JSON.stringify(reader.market.latest('candle', 'ETH-PERP')))).toEqual({ instrument: 'ETH-PERP', intervalMs: 60_000, openTime: START, open: '100', high: '104', low: '100', close: '104', volume: '4' });
    await at(200_000);
    expect(seen.filter((what) => what === 'candle')).toHaveLength(1);
    const reply = system.requestsOf('strategy-x').query('market-data', 0, 'candles', { instrument: 'ETH-PERP', intervalMs: 60_000, from: START });
    await system.run(system.clock.now());
    expect(await reply).toMatchObject({ ok: true, data: { candles: [{ openTime: START, close: '104', volume: '4' }] } });
  });

  it('goes on counting books after a restart from its cache, and keeps the candles', async () => {
    await at(1_000, book(1_000), trade(1_000, 't1'));
    await at(61_500, book(61_500));
    await system.stop();
    await startService();
    await at(62_000, book(62_000));
    expect(reader.market.latest('book', 'ETH-PERP')?.sequence).toBe(3);
    const reply = system.requestsOf('strategy-x').query('market-data', 0, 'candles', { instrument: 'ETH-PERP', intervalMs: 60_000, from: START });
    await system.run(system.clock.now());
    expect(await reply).toMatchObject({ ok: true, data: { candles: [{ openTime: START }] } });
  });
});

it('does not start for an instrument that the venue does not list, and says which there are', async () => {
  const other = new MemorySystem(START);
  const service = marketDataModule({ venue: new EmulatedVenue(() => START) as unknown as VenueAdapter, instruments: ['DOGE-PERP'] });
  await expect(other.add('market-data', () => service)).rejects.toThrow(/found "DOGE-PERP", allowed is one of ETH-PERP/);
});
