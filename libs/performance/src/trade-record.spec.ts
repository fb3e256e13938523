import { money, notional, type Ms } from '@ballast/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, DAYS_KEPT } from './periods.js';
import { kelly } from './statistics.js';
import { EMPTY_RECORD, nonNegativeRateOf, payoffOf, pooled, since, type TradeRecord, type TradeResult, winRateOf, withCorrected, withResult } from './trade-record.js';

const START: Ms = Date.UTC(2025, 8, 4, 12);
const result = (tradeId: string, net: string, closedAt = START): TradeResult => ({ tradeId, closedAt, net: money(net), planVolume: notional('100'), turnover: notional('400') });
const after = (nets: readonly string[]): TradeRecord => nets.reduce((record, net, index) => withResult(record, result(`t${index}`, net)), EMPTY_RECORD);
const cents = fc.integer({ min: -3, max: 3 }).map((value) => (value / 100).toFixed(2));
const plain = (record: TradeRecord): unknown => JSON.parse(JSON.stringify(record));

describe('a record of trades', () => {
  it('tells wins and what lost nothing apart (C-13)', () => {
    const { total } = after(['1', '0', '-2', '3']);
    expect([total.trades, total.wins, total.losses]).toEqual([4, 2, 1]);
    expect([winRateOf(total)?.toString(), nonNegativeRateOf(total)?.toString()]).toEqual(['0.5', '0.75']);
    expect([total.net, total.won, total.lost, total.planVolume, total.turnover].map(String)).toEqual(['2', '4', '2', '400', '1600']);
  });

  it.each([
    [['1', '1', '1', '1', '1'], 'WINS', 5],
    [['1', '-1', '-1'], 'LOSSES', 2],
    [['-1', '-1', '0'], 'NONE', 0],
    [['-1', '0', '-1'], 'LOSSES', 1],
    [[], 'NONE', 0],
  ])('of %s stands at %s of %i (C-49)', (nets, kind, length) => expect(after(nets).streak).toEqual({ kind, length }));

  it('pools the records of two bots: 13 of 14 with +$11.79 and 4 of 7 with -$4.14 are 17 of 21 with +$7.65 (R93, C-37)', () => {
    const short = after([...Array<string>(12).fill('1'), '0.79', '-1']);
    const auto = after(['1', '1', '1', '1', '-3', '-3', '-2.14']);
    const both = pooled([short.total, auto.total]);
    expect([both.wins, both.losses, both.net.toString(), winRateOf(both)?.times(100).toFixed(1)]).toEqual([17, 4, '7.65', '81.0']);
  });

  it('says what a win pays beside a loss, which Kelly needs (C-49)', () => {
    const { total } = after(['4', '2', '-2', '-2']);
    expect(payoffOf(total)?.toString()).toBe('1.5');
    expect(kelly(winRateOf(total)!, payoffOf(total)!)?.toString()).toBe('0.166666666667');
    expect([payoffOf(after(['1']).total), payoffOf(after(['-1']).total)]).toEqual([undefined, undefined]);
  });

  it('counts a trade that is closed again once, with its last result', () => {
    const record = withResult(after(['1', '-1', '-1']), result('t1', '5'));
    expect(plain(record)).toEqual(plain(withCorrected(after(['1', '-1', '-1']), result('t1', '5'))));
    expect([record.total.trades, record.total.wins, record.total.net.toString(), record.streak]).toEqual([3, 2, '5', { kind: 'LOSSES', length: 1 }]);
    expect(withCorrected(record, result('unknown', '5'))).toBe(record);
  });

  it('is the same whenever a result was corrected, as far back as the last 64 trades', () => {
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1, maxLength: 100 }), fc.nat(), cents, (nets, pick, net) => {
        const index = Math.max(0, nets.length - 64) + (pick % Math.min(64, nets.length));
        expect(plain(withCorrected(after(nets), result(`t${index}`, net)))).toEqual(plain(after(nets.with(index, net))));
      }),
    );
  });

  it('keeps days, not trades, and of those the last 400', () => {
    let record = EMPTY_RECORD;
    for (let index = 0; index < DAYS_KEPT + 5; index += 1) for (const half of ['a', 'b']) record = withResult(record, result(`${half}${index}`, '1', START + index * DAY_MS));
    expect([record.days.length, record.days[0]?.day, record.days.at(-1)?.trades, record.recent.length, record.total.trades]).toEqual([DAYS_KEPT, '2025-09-09', 2, 64, 2 * (DAYS_KEPT + 5)]);
  });

  it('puts a result into the day in which its trade closed, as the boundary is set (C-25)', () => {
    const late = result('t', '1', Date.UTC(2025, 8, 4, 23, 30));
    expect(withResult(EMPTY_RECORD, late).days[0]?.day).toBe('2025-09-04');
    expect(withResult(EMPTY_RECORD, result('t', '1', Date.UTC(2025, 8, 4, 3)), 4 * 3_600_000).days[0]?.day).toBe('2025-09-03');
  });

  it('says what came since an earlier tally', () => {
    const before = after(['1', '-1']);
    const now = withResult(before, result('t9', '-4'));
    expect(JSON.parse(JSON.stringify(since(now.total, before.total)))).toEqual({ trades: 1, wins: 0, losses: 1, net: '-4', won: '0', lost: '4', planVolume: '100', turnover: '400' });
  });
});
