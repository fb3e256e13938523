import { ratio } from '@ballast/domain';
import { candlesOf } from '@ballast/protection';
import { describe, expect, it } from 'vitest';
import { DAY } from '../report/reports.builders.js';
import { hour, LifeLog } from './protection.builders.js';
import { ProtectionFold } from './protection-fold.js';
import { PROTECTION_DEFAULTS, protectionReport } from './protection-report.js';
import type { ProtectionAsked, ProtectionWorth } from './protection.types.js';

function reportOf(logs: readonly LifeLog[], changes: Partial<ProtectionAsked> = {}, period = {}, scope = {}) {
  const fold = new ProtectionFold(changes.venue ?? 'nado');
  for (const { log } of logs) for (const each of log) fold.apply(each);
  const { document, markdown, csv } = protectionReport(fold, period, scope, { ...PROTECTION_DEFAULTS, moneyRate: ratio('0.365'), ...changes });
  return { ...(document as ProtectionWorth), markdown, csv };
}
/** 495 come at 1990, it goes down to 1950 and back, and they go back. */
const carried = (botId: string): LifeLog => new LifeLog(botId).deposits(1, '495', '1990', '1960').observed(2, '1950', '1910').observed(12, '2000', '1910').withdrawsAll(13, 'RECOVERED');

describe('what protection was worth, from the log alone (R90)', () => {
  it('an episode in which the venue would have sold 6.667 at 1950.2 has avoided $332.02, less $2 of fees and the rent of 495 for half a day', () => {
    const { episodes, totals, adoption, model } = reportOf([carried('a'), new LifeLog('b', false).observed(1, '2000', '1960')]);
    expect(episodes).toMatchObject([{
      botId: 'a', instrument: 'ETH-PERP', side: 'LONG', from: new Date(hour(1)).toISOString(), to: new Date(hour(13)).toISOString(), end: 'BACK', verdict: 'PREVENTED', deposits: 1, withdrawals: 1, depositedMax: '495', lost: '0', path: 'events only', prices: 2,
      taken: [{ price: '1960', quantity: '6.667', result: '-332.0166' }], lossAvoided: '332.0166', fees: '2', moneyDays: '247.5', cost: '2.2475', net: '329.7691', roi: '0.66620020202',
    }]);
    expect(totals).toMatchObject({ episodes: 1, prevented: 1, notNeeded: 0, net: '329.7691' });
    expect(adoption).toEqual([{ strategy: 'test', bots: 2, protected: 1, share: '0.5', notional: '40000', protectedNotional: '20000', notionalShare: '0.5' }]);
    expect(model.path).toBe('events only');
  });

  it('one that was liquidated with its deposits has not prevented it, and lost the more', () => {
    // All of it sold at 1900.45, which reality was left with; without deposits 6.667 at 1950.2, and the rest on the way.
    const log = new LifeLog('a').deposits(1, '495', '1990', '1960').observed(2, '1915', '1910').closed(3, 'PositionLiquidated', '1900.45', '0').released(4, '495');
    const [episode] = reportOf([log]).episodes;
    expect(episode).toMatchObject({ end: 'LIQUIDATED', verdict: 'NOT_PREVENTED', lost: '495', to: new Date(hour(4)).toISOString() });
    const lost = episode!.taken.reduce((sum, { quantity, result }) => sum - Number(result) - (2000 - 1900.45) * Number(quantity), 0);
    expect(Number(episode!.lossAvoided)).toBeCloseTo(lost, 6);
    expect(Number(episode!.lossAvoided)).toBeLessThan(0);
  });

  it('one that was never near costs what it cost, one that is open is told so far, and one whose bot closed is over', () => {
    const near = new LifeLog('a').deposits(1, '495', '1990', '1960').observed(2, '1965', '1910').withdrawsAll(3, 'RECOVERED');
    const open = new LifeLog('b').deposits(2, '495', '1990', '1960').observed(3, '1950', '1910');
    const closed = new LifeLog('c').deposits(3, '495', '1990', '1960').closed(4, 'PositionClosed', '1980', '6.93').withdrawsAll(5, 'FLAT').released(5, '0');
    const { episodes, totals, markdown, csv } = reportOf([near, open, closed]);
    expect(episodes.map(({ botId, end, verdict, lossAvoided, to }) => [botId, end, verdict, lossAvoided, to !== null])).toEqual([
      ['a', 'BACK', 'NOT_NEEDED', '0', true], ['b', 'OPEN', 'PREVENTED', '-1.3334', false], ['c', 'CLOSED', 'NOT_NEEDED', '0', true],
    ]);
    expect(totals).toMatchObject({ episodes: 3, prevented: 1, notNeeded: 2, open: 1 });
    expect([markdown.includes('The rules are nado\'s for every position'), markdown.includes('Velocity')]).toEqual([true, false]);
    expect(reportOf([near], { venue: 'velocity' }).markdown).toContain('What Velocity charges for a liquidation is left out');
    expect(markdown).toContain('3 episodes: 1 prevented a liquidation, 0 did not, 2 were not needed; 1 open.');
    expect(csv['protection.csv']!.trim().split('\n')).toHaveLength(4);
  });

  it('candles show what happened between recorded prices: a spike to 1950 that no event saw', () => {
    const log = new LifeLog('a').deposits(1, '495', '1990', '1960').observed(2, '1990', '1910').observed(4, '2000', '1910').withdrawsAll(5, 'RECOVERED');
    const series = candlesOf(['date,open,high,low,close', ...[0, 1, 2, 3, 4, 5].map((at) => `${DAY + at * 3_600_000},1990,2000,${at === 2 ? 1950 : 1985},1990`)].join('\n'));
    expect(reportOf([log]).episodes[0]!.verdict).toBe('NOT_NEEDED');
    const [seen] = reportOf([log], { candles: { coin: 'ETH', series } }).episodes;
    expect([seen!.verdict, seen!.path, seen!.taken[0]!.at, seen!.lossAvoided]).toEqual(['PREVENTED', 'candles', new Date(hour(2.5)).toISOString(), '265.3466']);
    expect(reportOf([log], { candles: { coin: 'SOL', series } }).episodes[0]!.path).toBe('events only');
  });

  it('a low before the position was opened, in the candle of its first deposit, liquidates nothing', () => {
    const log = new LifeLog('a').deposits(1, '495', '1990', '1960').observed(3, '1990', '1910').withdrawsAll(5, 'RECOVERED');
    const series = (before: number) => candlesOf(['date,open,high,low,close', `${DAY - before},1990,2000,1950,1990`, `${DAY - before + 4 * 3_600_000},1990,2000,1985,1990`].join('\n'));
    const verdictOf = (before: number) => reportOf([log], { candles: { coin: 'ETH', series: series(before) } }).episodes[0]!.verdict;
    expect([verdictOf(0), verdictOf(60_000)]).toEqual(['PREVENTED', 'NOT_NEEDED']);
  });

  it('is of the bots asked for, and of episodes that began in the period', () => {
    const logs = [carried('a'), carried('b')];
    expect(reportOf(logs, {}, {}, { botId: 'b' }).episodes.map(({ botId }) => botId)).toEqual(['b']);
    expect(reportOf(logs, {}, { from: hour(1), to: hour(2) }).episodes).toHaveLength(2);
    expect(reportOf(logs, {}, { from: hour(2) }).markdown).toContain('No protection was deposited.');
  });

  it('a bot that was deleted uses it no more, and what it was worth is told all the same', () => {
    const { adoption, episodes } = reportOf([carried('a').deleted(14), carried('b')]);
    expect([adoption.map(({ bots }) => bots), episodes.length]).toEqual([[1], 2]);
  });

  it('a second episode of a position that would have been gone counts nothing', () => {
    const twice = carried('a').deposits(20, '495', '1990', '1960').observed(21, '1950', '1910').observed(22, '2000', '1910').withdrawsAll(23, 'RECOVERED');
    const { episodes, totals, markdown } = reportOf([twice], { venue: 'hyperliquid', slippage: ratio('0') });
    // 10 x (2000 - 1960), and 19,600 x 3.5 bp
    expect(episodes.map(({ verdict, lossAvoided }) => [verdict, lossAvoided])).toEqual([['PREVENTED', '406.86'], ['ALREADY_GONE', '0']]);
    expect(totals).toMatchObject({ prevented: 1, alreadyGone: 1, lossAvoided: '406.86' });
    expect(markdown).toContain('1 of positions that would have been gone before');
  });
});
