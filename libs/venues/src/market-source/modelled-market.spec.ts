import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MarketInput } from '../engine/engine.api.js';
import { CandlePath } from './candle-path.js';
import { ModelledMarket, type PricePath } from './modelled-market.js';

const AT = 1_767_571_200_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Straight lines: ETH rises by a dollar a second, SOL stands still. */
const straight = (): PricePath => ({ coins: ['ETH', 'SOL'], startTime: AT, endTime: AT + 60_000, midAt: (coin, time) => (coin === 'ETH' ? 4_000 + (time - AT) / 1_000 : 200), funding: ({ productId }) => [{ type: 'fundingRate', time: AT + 3_000, productId, rateHourly: 1n }], provenance: { kind: 'generated', files: [], statements: ['Straight lines.'] } });
const times = (inputs: Iterable<MarketInput>): readonly number[] => [...new Set([...inputs].filter(({ type }) => type === 'snapshot').map(({ time }) => time))];

describe('a modelled market', () => {
  const schedule = { stepMs: 2_000, activeMs: 10_000, everyMs: MINUTE_MS, restMs: 30_000 };

  it('has books often while it is active and seldom while it rests, and says so', () => {
    const market = new ModelledMarket({ path: straight(), seed: 3, schedule });
    expect(times(market.events()).map((time) => (time - AT) / 1_000)).toEqual([0, 2, 4, 6, 8, 10, 40, 60]);
    expect(market.provenance().statements).toContainEqual(expect.stringContaining('one book each 2 s for the first 10 s of every 1 min, else each 30 s; not recorded'));
  });

  it('gives the same inputs when read twice, in time order, and from any moment on', () => {
    const market = new ModelledMarket({ path: straight(), seed: 3 });
    const all = [...market.events()];
    expect([...market.events()]).toEqual(all);
    expect(all.every(({ time }, index) => index === 0 || time >= (all[index - 1]?.time ?? 0))).toBe(true);
    expect([...market.events(AT + 30_000)]).toEqual(all.filter(({ time }) => time >= AT + 30_000));
  });

  it('puts no best bid above the price and no best ask below it', () => {
    for (const input of new ModelledMarket({ path: straight(), seed: 3 }).events()) {
      if (input.type !== 'snapshot') continue;
      const [bid = 0n, ask = 0n] = [input.bids[0]?.[0], input.asks[0]?.[0]];
      const mid = straight().midAt(input.productId === 4 ? 'ETH' : 'SOL', input.time);
      expect(bid < ask && Math.abs(Number(bid) / 1e18 / mid - 1) < 0.01).toBe(true);
    }
  });

  it('tells a rate of funding with the first book at or after its time', () => {
    const rates = [...new ModelledMarket({ path: straight(), seed: 3, schedule }).events()].filter(({ type }) => type === 'fundingRate');
    expect(rates.map(({ time }) => time)).toEqual([AT + 4_000, AT + 4_000]);
  });

  it('refuses a schedule that can not be kept, and a coin without terms', () => {
    expect(() => new ModelledMarket({ path: straight(), seed: 3, schedule: { ...schedule, stepMs: 0 } })).toThrow(/schedule stepMs: found 0/);
    expect(() => new ModelledMarket({ path: straight(), seed: 3, instruments: [] })).toThrow(/coins: found ETH/);
  });
});

describe('candles as a price path', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'ballast-candles-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (rows: readonly string[], header = 'date,open,high,low,close,volume'): void => writeFileSync(join(folder, 'x_ETHUSDT_1m_2026-01-05_2026-01-06.csv'), [header, ...rows].join('\n'));
  const path = (more: object = {}): CandlePath => new CandlePath({ path: folder, length: '1m', coins: ['ETH'], ...more });

  it('walks from the open over both extremes to the close: a rising candle to its low first', () => {
    write([`${AT},100,130,90,120,1`, `${AT + MINUTE_MS},120,126,96,99,1`]);
    expect([0, 20, 40, 60, 80, 100].map((s) => Math.round(path().midAt('ETH', AT + s * 1_000)))).toEqual([100, 90, 130, 120, 126, 96]);
    expect([path().startTime, path().endTime]).toEqual([AT, AT + 2 * MINUTE_MS - 1]);
  });

  it('takes the part asked for, and refuses a part without candles', () => {
    write(Array.from({ length: 5 }, (_, row) => `${AT + row * MINUTE_MS},100,130,90,120,1`));
    expect(path({ from: AT + MINUTE_MS, to: AT + 2 * MINUTE_MS })).toMatchObject({ startTime: AT + MINUTE_MS, endTime: AT + 2 * MINUTE_MS - 1 });
    expect(() => path({ from: AT + HOUR_MS })).toThrow(/found no 1m candles/);
  });

  it('names the file, line and field of a gap, and of a candle that does not hold its own prices', () => {
    write([`${AT},100,130,90,120,1`, `${AT + 2 * MINUTE_MS},120,126,96,99,1`]);
    expect(() => path()).toThrow(/x_ETHUSDT_1m.*line 3.*date.*without gaps/s);
    write([`${AT},100,110,90,120,1`]);
    expect(() => path()).toThrow(/line 2.*high/s);
    expect(() => path({ coins: ['SOL'] })).toThrow(/found no 1m candles of SOL/);
    expect(() => path({ length: '2m' })).toThrow(/length: found 2m, allowed are 1m, 5m, 1h, 4h/);
  });
});
