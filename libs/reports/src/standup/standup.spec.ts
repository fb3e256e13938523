import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentId, money, type Ms, price, quantity, signedQuantity } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import type { BallastEvent } from '@ballast/events';
import type { Period } from '../report/period.js';
import { botCreated, DAY, equityObserved, folded, funded, recorded, tradeClosed } from '../report/reports.builders.js';
import { snapshotReport } from '../snapshot/snapshot.js';
import { trackerReport } from '../tracker/tracker.js';
import { standupReport } from './standup.js';
import type { Standup } from './standup.types.js';

const HOUR: Ms = 3_600_000;
const NEXT: Ms = DAY + 24 * HOUR;
const OF_DAY: Period = { from: DAY, to: NEXT };

/** Closes a position of 1 ETH for `result`, in one fill without a fee. */
const earned = (botId: string, result: string, at: Ms): BallastEvent => ({ type: 'PositionClosed', accountId: `account-${botId}`, instrument: 'ETH-PERP', fillId: `f${at}`, tradeId: `t${at}`, side: 'SELL', quantity: quantity('1'), price: price('100'), fee: money('0'), position: signedQuantity('0'), realisedPnl: money(result), venueTime: at });

const OPENING: readonly (readonly [BallastEvent, Ms])[] = [
  [botCreated('b1', 'main'), DAY - 2 * HOUR],
  [funded('b1', '2000', DAY - 2 * HOUR), DAY - 2 * HOUR],
  [equityObserved('b1', '2000', DAY - HOUR), DAY - HOUR],
];
const standup = (events: readonly (readonly [BallastEvent, Ms])[], period: Period = OF_DAY): Standup => standupReport(folded([...OPENING, ...events].map(([event, at]) => recorded(event, at)), period), {}).document as Standup;
const only = (events: readonly (readonly [BallastEvent, Ms])[], period?: Period) => standup(events, period).portfolios[0]!;

describe('the daily stand-up (R108)', () => {
  it('tells equity at start and end, the result between them, and that a transfer is none (C-11)', () => {
    const day = only([[earned('b1', '-100', DAY + HOUR), DAY + HOUR], [funded('b1', '500', DAY + 2 * HOUR), DAY + 2 * HOUR], [equityObserved('b1', '2400', DAY + 3 * HOUR), DAY + 3 * HOUR]]);
    expect(day).toMatchObject({ equityAtStart: '2000', equityAtEnd: '2400', result: '-100', transfers: '500', unexplained: '0', dayReturn: '-0.05', drawdown: '0.05' });
  });

  it('tells of a period in which a portfolio had nothing what it has, and no result of the time before', () => {
    const quiet = [[earned('b1', '-100', DAY - HOUR / 2), DAY - HOUR / 2], [equityObserved('b1', '1900', DAY - HOUR / 2), DAY - HOUR / 2]] as const;
    const other = [recorded(botCreated('b2', 'other'), DAY - HOUR, 5), recorded({ ...equityObserved('b2', '500', DAY + HOUR), portfolioId: 'other' }, DAY + HOUR, 5)];
    const log = [...[...OPENING, ...quiet].map(([event, at]) => recorded(event, at)), ...other];
    const { portfolios, attention } = standupReport(folded(log, OF_DAY), { portfolioId: 'main' }).document as Standup;
    expect(portfolios[0]).toMatchObject({ equityAtStart: '1900', equityAtEnd: '1900', result: '0', transfers: '0', unexplained: '0' });
    expect(attention.filter((line) => line.includes('explain'))).toEqual([]);
  });

  it('names what neither results nor transfers explain, and asks a person to look', () => {
    const { portfolios, attention } = standup([[equityObserved('b1', '1999', DAY + HOUR), DAY + HOUR]]);
    expect(portfolios[0]?.unexplained).toBe('-1');
    expect(attention).toEqual(['main: -$1 of equity that neither results nor transfers explain']);
  });

  it('counts what happened in the day only: one moment before its end is in it, its end is the next day’s', () => {
    const trades = [tradeClosed('b1', 'before', '1'), tradeClosed('b1', 'first', '2'), tradeClosed('b1', 'last', '3'), tradeClosed('b1', 'after', '4')];
    const events = trades.map((trade, index) => [trade, [DAY - 1, DAY, NEXT - 1, NEXT][index]!] as const);
    expect(only(events).results).toMatchObject({ trades: 2, net: '5' });
    expect(only(events, { from: NEXT }).results).toMatchObject({ trades: 1, net: '4' });
  });

  it('tells the last ten trades up to the end, whenever they were (R109)', () => {
    const events = Array.from({ length: 12 }, (_, index) => [tradeClosed('b1', `t${index}`, index < 5 ? '-1' : '1'), DAY - HOUR + index] as const);
    expect(only(events).lastTen).toMatchObject({ trades: 10, wins: 7, winRate: '0.7' });
    expect(only(events).results.trades).toBe(0);
  });

  it('explains every trade that lost (C-21)', () => {
    const { losing } = only([
      [tradeClosed('b1', 'fees', '-0.06'), DAY + 1],
      [tradeClosed('b1', 'prices', '-2'), DAY + 2],
      [tradeClosed('b1', 'unwound', '-1', { outcome: 'UNWOUND', reason: 'naked for too long' }), DAY + 3],
      [tradeClosed('b1', 'won', '1'), DAY + 4],
    ]);
    expect(losing.map(({ tradeId, why }) => [tradeId, why])).toEqual([['fees', 'prices gave 0.04, less than the fees of 0.1'], ['prices', 'prices went against it by 1.9, and fees were 0.1'], ['unwound', 'unwound before its time: naked for too long']]);
  });

  it('asks a person to look below 95 % of trades without a loss, and not at it (R26, C-21)', () => {
    const trades = (lost: number): readonly (readonly [BallastEvent, Ms])[] => Array.from({ length: 20 }, (_, index) => [tradeClosed('b1', `t${index}`, index < lost ? '-1' : '1'), DAY + index] as const);
    expect(standup(trades(1)).attention).toEqual([]);
    expect(standup(trades(2)).attention).toEqual(['main: 90 % of trades did not lose, 95 % are asked for (R26, C-21)']);
  });

  it('shows what is not ACTIVE first, and who did it among what happened', () => {
    const { attention, portfolios, happenings } = standup([[{ type: 'TradingStateChanged', portfolioId: 'main', scope: 'BOT', scopeId: 'b1', state: 'HALTED', reason: 'a look', by: 'cli' }, DAY + HOUR]]);
    expect(attention[0]).toContain('main: bot b1 is HALTED');
    expect(portfolios[0]).toMatchObject({ tradingState: 'HALTED' });
    expect(happenings.map(({ event, title }) => [event, title])).toEqual([['TradingStateChanged', expect.stringContaining('HALTED')]]);
  });

  it('tells the rung of the ladder and the funds of the treasury, as they were at the end of the day (R109)', () => {
    const opened = (chest: string): BallastEvent => ({ type: 'TreasuryOpened', portfolioId: 'main', balances: { trading: money('1990'), chest: money(chest), operating: money('2'), withdrawal: money('1'), chestCounts: false } }) as unknown as BallastEvent;
    const rung = (name: string): BallastEvent => ({ type: 'RungEntered', portfolioId: 'main', rung: name, cause: 'BOUND', reason: 'test', by: 'cli', criteria: [] }) as unknown as BallastEvent;
    const fold = folded(OPENING.map(([event, at]) => recorded(event, at)), OF_DAY);
    for (const [event, at] of [[opened('7'), DAY], [rung('phase-1/weeks-1-2'), DAY]] as const) fold.capital.apply(recorded(event, at));
    const report = standupReport(fold, {});
    expect((report.document as Standup).portfolios[0]).toMatchObject({ rung: 'phase-1/weeks-1-2', funds: { trading: '1990', chest: '7', operating: '2', withdrawal: '1' } });
    expect(report.markdown).toContain('| funds: trading, war chest, operating, withdrawal | $1990, $7, $2, $1 |');
    expect(only([])).toMatchObject({ rung: null, funds: null });
  });

  it('says of an empty log, and of a day without a trade, that there is nothing', () => {
    const empty = standupReport(folded([]), {});
    expect(empty.document).toMatchObject({ portfolios: [], attention: [], happenings: [] });
    expect(empty.markdown).toContain('Nothing: there is no bot yet.');
    expect(standupReport(folded(OPENING.map(([event, at]) => recorded(event, at)), OF_DAY), {}).markdown).toContain('none: nothing is measured');
    expect(only([])).toMatchObject({ result: '0', dayReturn: '0', results: { trades: 0, winRate: null } });
  });
});

describe('reports of several partitions', () => {
  const story = (botId: string, partition: number): readonly Recorded[] => [
    recorded(botCreated(botId, `p-${botId}`), DAY, partition),
    ...Array.from({ length: 6 }, (_, index) => recorded({ ...tradeClosed(botId, `${botId}-${index}`, index % 2 === 0 ? '1' : '-0.5'), portfolioId: `p-${botId}` }, DAY + index, partition)),
    recorded({ ...equityObserved(botId, '2000', DAY + 9), portfolioId: `p-${botId}` }, DAY + 9, partition),
  ];
  const [one, other] = [story('b1', 1), story('b2', 2)];

  it('are the same bytes in whatever order the partitions are read', () => {
    const bytes = (log: readonly Recorded[]): string => contentId(...[standupReport, snapshotReport, trackerReport].map((report) => JSON.stringify(report(folded(log, OF_DAY), {}))));
    const expected = bytes([...one, ...other]);
    fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }), (picks) => {
      const queues = [[...one], [...other]];
      const mixed = picks.flatMap((pick) => queues[pick ? 0 : 1]!.splice(0, 1));
      expect(bytes([...mixed, ...queues[0]!, ...queues[1]!])).toBe(expected);
    }), { numRuns: 30 });
  });

  it('tell a portfolio, or a bot, of its own only', () => {
    const fold = folded([...one, ...other], OF_DAY);
    expect((standupReport(fold, { portfolioId: 'p-b2' }).document as Standup).portfolios.map(({ portfolioId }) => portfolioId)).toEqual(['p-b2']);
    expect((standupReport(fold, { portfolioId: 'p-b2' }).document as Standup).happenings.map(({ botId }) => botId)).toEqual(['b2']);
    expect(snapshotReport(fold, { botId: 'b1' }).document).toMatchObject({ bots: [{ botId: 'b1' }], combined: { trades: 6 } });
  });
});
