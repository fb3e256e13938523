import { notional, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { pathOf } from './candle-path.js';
import { CandleError, candlesOf } from './candles.js';
import { compare, type Comparison, entriesBefore, HALF_OF_NOTIONAL } from './compare.js';
import { HYPERLIQUID_COSTS } from './costs.js';
import { fundingOf, statedFunding } from './funding.js';
import { HYPERLIQUID_TIERS } from './hyperliquid-tiers.js';

const FIVE_MINUTES = 300_000;
const START = Date.UTC(2025, 9, 9);
/** A candle every 5 min from these closes; each opens where the one before closed. */
const csvOf = (closes: readonly number[]): string => ['date,open,high,low,close,volume', ...closes.map((close, index) => {
  const open = closes[index - 1] ?? close;
  return `${START + index * FIVE_MINUTES},${open},${Math.max(open, close)},${Math.min(open, close)},${close},1`;
})].join('\n');
const calm = (count: number, at: number): readonly number[] => Array.from({ length: count }, () => at);
/** 100 for an hour, down by 1 a candle to 79, back to 100, and calm. */
const FALL = candlesOf(csvOf([...calm(12, 100), ...Array.from({ length: 21 }, (_, index) => 99 - index), ...Array.from({ length: 21 }, (_, index) => 80 + index), ...calm(36, 101)]));
const of = (changes: Partial<Comparison> = {}) => compare({
  series: FALL, model: HYPERLIQUID_TIERS.ETH, side: 'LONG', leverage: ratio('5'), notional: notional('10000'), ...HALF_OF_NOTIONAL, way: 'seconds', entries: [START], holdMs: 10 * 3_600_000, costs: { ...HYPERLIQUID_COSTS, funding: [] }, ...changes,
});

describe('a long of 5 x through a fall of 21 %', () => {
  const { refused, without, increment, smart, initialDistance } = of();

  // A second's step ends at 81.63: 2000 - 100 x 18.77815 are left of a sale at 81.63 x 0.995, less 8122.185 x 4.5 bp; and 4.5 were paid at entry.
  it('is liquidated without protection at its liquidation price, and $5 a minute do not help (C-62)', () => {
    expect([refused, initialDistance!.toFixed(4)]).toEqual([[], '0.2250']);
    expect(without[0]).toMatchObject({ calls: 0, deposits: 0 });
    expect([without[0]!.firstLiquidationPrice!.toFixed(4), without[0]!.liquidatedPrice!.toFixed(2), without[0]!.pnl.toString()]).toEqual(['81.6327', '81.63', '-1885.96998325']);
    expect(increment[0]!.liquidatedAt).toBeGreaterThan(without[0]!.liquidatedAt!);
    expect([increment[0]!.pnl.lt(without[0]!.pnl), increment[0]!.kept.toString()]).toEqual([true, '1']);
  });

  it('survives by smart, with all of it back at the end, and every call counted', () => {
    const [survivor] = smart;
    expect([survivor!.liquidatedAt, survivor!.lost.toString(), survivor!.pnl.toString()]).toEqual([undefined, '0', '90.955']);
    // 10,000 and 10,100 x 4.5 bp
    expect(survivor!.fees.toString()).toBe('9.045');
    // 79 needs 79 / 1.05 at least, less what the first margin carries: 0.98 x 100 x (81.63 - 75.24).
    expect(survivor!.depositedMax.gt(626) && survivor!.depositedMax.lt(1_000)).toBe(true);
    expect(survivor!.deposits).toBeGreaterThan(1);
    expect(survivor!.withdrawals).toBeGreaterThan(0);
    expect(survivor!.calls).toBeGreaterThan(survivor!.deposits + survivor!.withdrawals);
    expect(survivor!.nearest!.gt(0) && survivor!.nearest!.lt('0.05')).toBe(true);
  });

  it('and a short has nothing to fear of it', () => {
    const { refused: no, settings, without: short } = of({ side: 'SHORT' });
    expect(no.map((text) => text.split(':')[0])).toEqual(['safeDistance']);
    expect([settings.triggerDistance, settings.safeDistance, short[0]!.pnl].map(String)).toEqual(['0.0525', '0.12', '-109.045']);
  });
});

describe('what a position pays beside its price', () => {
  it('funding is settled each hour at the open of its candle, longs pay what shorts receive, and it brings the liquidation nearer', () => {
    const series = candlesOf(csvOf(calm(40, 100)));
    const costs = { ...HYPERLIQUID_COSTS, funding: fundingOf(`date,open,high\n${START},0.5,0\n${START + 3_600_005},0.001,0\n${START + 7_200_000},-4e-4,0`) };
    const [long, short] = (['LONG', 'SHORT'] as const).map((side) => of({ series, side, costs, holdMs: 3 * 3_600_000 }).without[0]!);
    // 10 paid, 4 received; entry and exit cost 4.5 each.
    expect([long!.funding, long!.pnl, short!.funding, short!.pnl].map(String)).toEqual(['-6', '-15', '6', '-3']);
    const pressed = of({ costs: { ...HYPERLIQUID_COSTS, funding: statedFunding(ratio('0.01'), START, START + 36_000_000) } }).without[0]!;
    expect(pressed.liquidatedPrice!.gt('81.63')).toBe(true);
  });

  it('a rate that is stated is paid at each full hour', () => {
    expect(statedFunding(ratio('0.0000125'), START + 1, START + 3 * 3_600_000).map(({ time }) => (time - START) / 3_600_000)).toEqual([1, 2]);
  });

  it.each([['date,close\n1760000000000,1', 'allowed are the columns date and open'], ['date,open\n17,1', 'line 2: found "17" as its time']])('settlements that are none are refused: %j', (csv, text) => expect(() => fundingOf(csv)).toThrow(text));
});

describe('the policy reduce, once the cap is reached', () => {
  const capped = of({ capShare: ratio('0.02') });

  it('sells a part and lives on with the rest where the policy to hold is liquidated with all it was given', () => {
    const [held, reduced] = [capped.urgent[0]!, capped.reduce[0]!];
    expect([held.liquidatedAt !== undefined, reduced.liquidatedAt, held.depositedMax.toString(), reduced.depositedMax.toString()]).toEqual([true, undefined, '200', '200']);
    expect([held.reductions, held.kept.toString(), reduced.reductions > 0]).toEqual([0, '1', true]);
    expect(reduced.kept.gt(0) && reduced.kept.lt(1)).toBe(true);
    expect(reduced.pnl.gt(held.pnl)).toBe(true);
    // Entry, and all of it sold again between 79 and 101.
    expect(reduced.fees.gt('8.055') && reduced.fees.lt('9.045')).toBe(true);
  });

  it('and is of no use against one jump', () => {
    const series = candlesOf(csvOf([100, 100, 70, 100, 100]));
    expect(of({ series, way: 'jump', capShare: ratio('0.02') }).reduce[0]).toMatchObject({ reductions: 0, deposits: 0 });
  });

  it('ends flat where no rest can be saved', () => {
    const series = candlesOf(csvOf([...calm(12, 100), 84, 84, 84]));
    const [reduced] = of({ series, way: 'jump', capShare: ratio('0.001'), changes: { triggerDistance: ratio('0.05'), restoreMargin: ratio('0.1') } }).reduce;
    expect([reduced!.liquidatedAt, reduced!.reductions]).toEqual([undefined, 1]);
  });
});

it('a fall in one jump leaves no time for any deposit: protection can not help', () => {
  const series = candlesOf(csvOf([100, 100, 70, 100, 100]));
  const { smart, without } = of({ series, way: 'jump' });
  expect([smart[0]!.liquidatedAt, smart[0]!.depositedMax.toString()]).toEqual([without[0]!.liquidatedAt, '0']);
});

it('the price goes from open over what is worst for the position, and then what is best for it, to close', () => {
  const candle = candlesOf(csvOf([100, 97])).candles[1]!;
  const pricesOf = (side: 'LONG' | 'SHORT', way: 'seconds' | 'jump') => [...pathOf({ ...candle, high: candlesOf(csvOf([103, 103])).candles[0]!.open }, FIVE_MINUTES, side, way)];
  expect(pricesOf('LONG', 'jump').map(({ price }) => price.toString())).toEqual(['100', '97', '103', '97']);
  expect(pricesOf('SHORT', 'jump').map(({ price }) => price.toString())).toEqual(['100', '103', '97', '97']);
  const seconds = pricesOf('LONG', 'seconds');
  expect([seconds.length, seconds[50]!.price.toString(), seconds.at(-1)!.time - candle.time]).toEqual([301, '98.5', FIVE_MINUTES]);
});

it('entries are an hour apart from 24 h before the lowest price of the day on', () => {
  const series = candlesOf(csvOf([...calm(300, 100), 90, ...calm(40, 100)]));
  const [first, second] = entriesBefore(series, START + 86_400_000, 2);
  expect([first, second]).toEqual([START + 300 * FIVE_MINUTES - 86_400_000, START + 300 * FIVE_MINUTES - 82_800_000]);
  expect(() => entriesBefore(series, START + 20 * 86_400_000, 1)).toThrow('found no candle on 2025-10-29');
});

it.each([
  ['time,open,high,low,close\n1,2,3,1,2', 'allowed are the columns'],
  ['date,open,high,low,close\n17600000,2,3,1,2\n1760000000000,2,3,1,2', 'line 2: found "17600000" as its time'],
  ['date,open,high,low,close\n1760000000000,2,3,2.5,2\n1760000300000,2,3,1,2', 'line 2: found low 2.5'],
  ['date,open,high,low,close\n1760000000000,2,3,1,2', 'fewer than two candles'],
])('candles that are none are refused with the line: %j', (csv, text) => {
  expect(() => candlesOf(csv)).toThrow(CandleError);
  expect(() => candlesOf(csv)).toThrow(text);
});
