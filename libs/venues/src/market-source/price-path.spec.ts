import { existsSync } from 'node:fs';
import type { Ms } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { ModelledMarket } from './modelled-market.js';
import { hoursOf, pricePathOf } from './price-path.js';

const DATA = process.env['BALLAST_DATA'] ?? '../shared/data';
const HOUR_MS: Ms = 3_600_000;

describe('the scripted fall', () => {
  const path = pricePathOf({ name: 'scripted', path: '', coins: ['BTC', 'SOL'] });
  const prices = Array.from({ length: Math.ceil((path.endTime - path.startTime) / 1_000) }, (_, second) => path.midAt('BTC', path.startTime + second * 1_000));

  it('falls by 15 % within 37 minutes, and most of it comes back', () => {
    const lowest = Math.min(...prices);
    expect([prices[0], Math.round(lowest), prices.indexOf(lowest) / 60]).toEqual([100_000, 84_500, 37]);
    expect(prices.at(-1)).toBeGreaterThan(96_000);
  });

  it('moves every coin alike, without a jump', () => {
    const jumps = prices.slice(1).map((price, index) => Math.abs(price / (prices[index] ?? price) - 1));
    expect(Math.max(...jumps)).toBeLessThan(0.001);
    expect(path.midAt('SOL', path.startTime + HOUR_MS) / path.midAt('BTC', path.startTime + HOUR_MS)).toBeCloseTo(0.002);
  });

  it('says that nothing of it was recorded, and has weeks of hours before it', () => {
    expect(new ModelledMarket({ path, seed: 1 }).provenance().statements.join(' ')).toContain('nothing of it was recorded');
    const hours = hoursOf(path, 'BTC', path.startTime, 800);
    expect([hours.length, hours.at(-1)?.openTime]).toEqual([800, path.startTime - HOUR_MS * 1.75]);
    expect(hours.every(({ open, high, low, close }) => high.gte(open) && high.gte(close) && low.lte(open) && low.lte(close))).toBe(true);
    expect(hoursOf(path, 'BTC', path.startTime, 5_000).length).toBe(40 * 24);
  });

  it('names a coin that it does not know, and a moment without a price', () => {
    expect(() => pricePathOf({ name: 'scripted', path: '', coins: ['DOGE'] })).toThrow('coins: found DOGE, allowed are BTC, ETH, SOL');
    expect(() => path.midAt('BTC', 0)).toThrow('found no scripted price at 1970');
  });
});

describe.runIf(existsSync(`${DATA}/candles`))('the hours of recorded candles', () => {
  it('are those of the twelve candles each is made of, up to the moment that is asked for', () => {
    const at = Date.UTC(2025, 9, 10, 20, 45);
    const path = pricePathOf({ name: '5m', path: DATA, coins: ['BTC'], from: at, to: at + HOUR_MS });
    expect([path.startTime, path.endTime]).toEqual([at, at + HOUR_MS - 1]);
    const [hour] = hoursOf(path, 'BTC', Date.UTC(2025, 9, 10, 22), 1);
    expect([hour?.openTime, hour?.high, hour?.low].map(String)).toEqual([String(Date.UTC(2025, 9, 10, 21)), '115075.6', '101516.5']);
  });
});
