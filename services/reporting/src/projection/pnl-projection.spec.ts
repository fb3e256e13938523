import { describe, expect, it } from 'vitest';
import { bps, notional, ratio } from '@ballast/domain';
import { projectPnl } from './pnl-projection.js';

/** The plan's own table: trades a day, notional, spread in bps, POST_ONLY share; per day, per 20 days. */
const GOLDEN = [
  { trades: 20, size: '1000', spread: '20', share: '0.7', day: '22.4', month: '448' },
  { trades: 100, size: '1000', spread: '25', share: '0.6', day: '146', month: '2920' },
  { trades: 400, size: '1250', spread: '25', share: '0.7', day: '810', month: '16200' },
  { trades: 1_000, size: '1000', spread: '30', share: '0.7', day: '2120', month: '42400' },
] as const;

describe('a projection of PnL (R19, W-15)', () => {
  it.each(GOLDEN)('brings of $trades trades of $$size at $spread bps, $share of them as maker, $$day a day and $$month in 20 days', ({ trades: tradesPerDay, size, spread, share, day, month }) => {
    const { perDay, perMonth } = projectPnl({ tradesPerDay, notional: notional(size), spreadBps: bps(spread), makerShare: ratio(share), makerRoundBps: bps('4'), takerRoundBps: bps('20') });
    expect(perDay.toString()).toBe(day);
    expect(perMonth[20]?.toString()).toBe(month);
  });

  it('takes fees and the days of a month as inputs', () => {
    const { perMonth } = projectPnl({ tradesPerDay: 1, notional: notional('10000'), spreadBps: bps('10'), makerShare: ratio('1'), makerRoundBps: bps('6'), takerRoundBps: bps('20') }, [22]);
    expect(Object.entries(perMonth).map(([days, amount]) => [days, amount.toString()])).toEqual([['22', '88']]);
  });
});
