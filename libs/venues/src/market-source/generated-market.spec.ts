import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MarketInput } from '../engine/engine.api.js';
import { NADO_INSTRUMENTS } from '../engine/presets.js';
import { GeneratedMarket } from './generated-market.js';

const MINUTE = 60_000;
const hash = (market: GeneratedMarket): string => {
  const digest = createHash('sha256');
  for (const input of market.events()) digest.update(JSON.stringify(input, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)));
  return digest.digest('hex');
};

/** Log mids per minute and product, from the books. */
function logMids(market: GeneratedMarket, every: number): Map<number, number[]> {
  const series = new Map<number, number[]>(market.productIds.map((id) => [id, []]));
  for (const input of market.events()) {
    const [bid, ask] = input.type === 'snapshot' ? [input.bids[0]?.[0] ?? 0n, input.asks[0]?.[0] ?? 0n] : [0n, 0n];
    if (input.type === 'snapshot' && (input.time - market.startTime) % every === 0) series.get(input.productId)?.push(Math.log(Number(bid + ask) / 2e18));
  }
  return series;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const cross = (x: readonly number[], mx: number, y: readonly number[], my: number): number => x.reduce((sum, value, index) => sum + (value - mx) * ((y[index] ?? 0) - my), 0);
  return cross(a, meanA, b, meanB) / Math.sqrt(cross(a, meanA, a, meanA) * cross(b, meanB, b, meanB));
}
const changes = (values: readonly number[]): number[] => values.slice(1).map((value, index) => value - (values[index] ?? 0));

describe('the generated market', () => {
  it('gives the same bytes for the same seed, on any machine, and others for another seed', () => {
    const small = (seed: number): string => hash(new GeneratedMarket({ seed, durationMs: 20_000 }));
    expect(small(1)).toBe(small(1));
    expect(small(1)).not.toBe(small(2));
    expect(small(1)).toBe('65e3ddeb3c445bf414ebf6707770aa89ac57ec6b56a5f40e101ebf5999dd01f5');
  });

  it('has books of 20 strictly ordered, uncrossed levels on whole ticks and lots, and times that never fall', () => {
    let time = 0;
    for (const input of new GeneratedMarket({ seed: 3, durationMs: 60_000 }).events()) {
      expect(input.time).toBeGreaterThanOrEqual(time);
      time = input.time;
      if (input.type === 'snapshot') expect(flawOf(input)).toBeUndefined();
    }
  });

  it('moves ETH and SOL together as recorded markets do, yet pushes them 20 bps apart more than once in half an hour and lets them return', () => {
    const market = new GeneratedMarket({ seed: 3, durationMs: 30 * MINUTE, coins: ['ETH', 'SOL'] });
    const series = logMids(market, 1000);
    const [eth, sol] = [series.get(4) ?? [], series.get(8) ?? []];
    const minutely = (values: readonly number[]): number[] => changes(values.filter((_, index) => index % 60 === 0));
    const together = correlation(minutely(eth), minutely(sol));
    expect(together).toBeGreaterThan(0.5);
    expect(together).toBeLessThan(0.97);
    const entries = entriesOf(eth.map((value, index) => value - (sol[index] ?? 0)));
    expect(entries).toBeGreaterThanOrEqual(2);
  });

  it('starts in the middle with exactly what the whole has from there on', () => {
    const market = new GeneratedMarket({ seed: 5, durationMs: 10_000 });
    const from = market.startTime + 5000;
    expect([...market.events(from)]).toEqual([...market.events()].filter((input) => input.time >= from));
  });

  it('refuses what it can not generate, by name', () => {
    expect(() => new GeneratedMarket({ seed: 1, durationMs: 1000, coins: ['XRP'] })).toThrow(/coins: found XRP, allowed are BTC, ETH, SOL/);
    expect(() => new GeneratedMarket({ seed: 1.5, durationMs: 1000 })).toThrow(/seed: found 1.5/);
    expect(() => new GeneratedMarket({ seed: 1, durationMs: 0 })).toThrow(/durationMs: found 0/);
  });
});

/** How often the spread leaves its 5-minute mean by 20 bps after having been back within 5 bps. */
function entriesOf(spread: readonly number[]): number {
  let [entries, isAway] = [0, false];
  for (let index = 300; index < spread.length; index += 1) {
    const mean = spread.slice(index - 300, index).reduce((sum, value) => sum + value, 0) / 300;
    const distance = Math.abs((spread[index] ?? 0) - mean) * 10_000;
    if (!isAway && distance >= 20) [entries, isAway] = [entries + 1, true];
    if (isAway && distance < 5) isAway = false;
  }
  return entries;
}

function flawOf(book: Extract<MarketInput, { type: 'snapshot' }>): string | undefined {
  const terms = NADO_INSTRUMENTS.find(({ productId }) => productId === book.productId);
  if (!terms) return 'unknown product';
  if (book.bids.length !== 20 || book.asks.length !== 20) return 'depth';
  const prices = [...book.bids.map(([price]) => price).reverse(), ...book.asks.map(([price]) => price)];
  if (prices.some((price, index) => index > 0 && price <= (prices[index - 1] ?? 0n))) return 'order';
  if (prices.some((price) => price % terms.priceIncrement !== 0n)) return 'tick';
  return [...book.bids, ...book.asks].some(([, size]) => size <= 0n || size % terms.sizeIncrement !== 0n) ? 'lot' : undefined;
}
