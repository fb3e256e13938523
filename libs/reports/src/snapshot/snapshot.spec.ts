import { describe, expect, it } from 'vitest';
import { Decimal } from '@ballast/domain';
import { botCreated, DAY, folded, recorded, tradeClosed } from '../report/reports.builders.js';
import type { Snapshot } from './snapshot.js';
import { snapshotReport } from './snapshot.js';

const percent = (value: string | null | undefined): string => new Decimal(value ?? 'NaN').times(100).toDecimalPlaces(1).toString();

/** The plan's own record: 13 won and 1 lost for +$11.79, 4 won and 3 lost for -$4.14. */
const NETS: readonly (readonly [botId: string, nets: readonly string[]])[] = [
  ['short', [...Array.from({ length: 13 }, () => '1'), '-1.21']],
  ['auto', ['1', '1', '1', '1', '-2.72', '-2.71', '-2.71']],
];
const log = [
  ...NETS.map(([botId]) => recorded(botCreated(botId, 'main'), DAY)),
  ...NETS.flatMap(([botId, nets]) => nets.map((net, index) => recorded(tradeClosed(botId, `${botId}-${index}`, net), DAY + 1_000 * (index + 1)))),
];
const snapshotOf = (period = {}): Snapshot => snapshotReport(folded(log, period), {}).document as Snapshot;

describe('the snapshot of bots (R93, C-37, C-38)', () => {
  it('tells 13W/1L +$11.79, 4W/3L -$4.14 and +$7.65 together', () => {
    const { bots, combined } = snapshotOf();
    expect(bots.map(({ botId, wins, losses, net }) => [botId, wins, losses, net])).toEqual([['auto', 4, 3, '-4.14'], ['short', 13, 1, '11.79']]);
    expect([combined.trades, combined.net]).toEqual([21, '7.65']);
  });

  it('pools the rate to 81.0 % instead of the 75 % of two rates, with Wilson’s interval beside each', () => {
    const { bots, combined } = snapshotOf();
    expect(percent(combined.winRate)).toBe('81');
    expect(bots.map(({ winRate }) => percent(winRate))).toEqual(['57.1', '92.9']);
    expect([bots[1]?.winRateInterval?.low, bots[1]?.winRateInterval?.high].map(percent)).toEqual(['68.5', '98.7']);
    expect([combined.winRateInterval?.low, combined.winRateInterval?.high].map(percent)).toEqual(['60', '92.3']);
  });

  it('shows it to a person, with the sign of every result', () => {
    const { markdown, csv } = snapshotReport(folded(log), {});
    expect(markdown).toContain('| short | CREATED | 13W / 1L | 92.9 % | 68.5 % to 98.7 % | 92.9 % | +$11.79 |');
    expect(markdown).toContain('| auto | CREATED | 4W / 3L | 57.1 % |');
    expect(markdown).toMatch(/\| combined \| {2}\| 17W \/ 4L \| 81 % \|.*\+\$7\.65/);
    expect(csv['snapshot.csv']?.trim().split('\n')).toHaveLength(4);
  });

  it('counts a trade that closed when the period began, and not one that closed when it ended', () => {
    expect(snapshotOf({ from: DAY + 2_000, to: DAY + 4_000 }).bots.map(({ trades }) => trades)).toEqual([2, 2]);
    expect(snapshotOf({ from: DAY + 2_001, to: DAY + 4_001 }).bots.map(({ trades }) => trades)).toEqual([2, 2]);
    expect(snapshotOf({ from: DAY + 2_001, to: DAY + 4_000 }).bots.map(({ trades }) => trades)).toEqual([1, 1]);
  });

  it('tells a result of exactly 0 as neither won nor lost (C-13)', () => {
    const { combined } = snapshotReport(folded([recorded(botCreated('b', 'main'), DAY), recorded(tradeClosed('b', 't', '0'), DAY)]), {}).document as Snapshot;
    expect(combined).toMatchObject({ wins: 0, losses: 0, flat: 1, winRate: '0', nonNegativeRate: '1' });
  });

  it('says of an empty log that there is nothing, and measures nothing', () => {
    const { document, markdown, csv } = snapshotReport(folded([]), {});
    expect(document).toMatchObject({ bots: [], combined: { trades: 0, winRate: null, winRateInterval: null, net: '0', netPerTrade: null } });
    expect(markdown).toContain('No bots yet.');
    expect(markdown).toContain('nothing is measured');
    expect(csv['snapshot.csv']?.trim().split('\n')).toHaveLength(1);
  });
});
