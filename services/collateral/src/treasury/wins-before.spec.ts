import { money, notional, ZERO_MONEY } from '@ballast/domain';
import { EMPTY_RECORD, type TradeRecord, withResult } from '@ballast/performance';
import { expect, it } from 'vitest';
import { winsBefore } from './wins-before.js';

/** One trade a second, from second 1 on. */
const recordOf = (...nets: readonly string[]): TradeRecord => nets.reduce<TradeRecord>((record, net, index) => withResult(record, { tradeId: `t${index}`, closedAt: (index + 1) * 1_000, net: money(net), planVolume: notional('1'), turnover: notional('2') }), EMPTY_RECORD);

it.each<[string, readonly string[], number, number]>([
  ['no trade', [], 9_000, 0],
  ['five won trades', ['1', '1', '1', '1', '1'], 9_000, 5],
  ['a loss before them', ['1', '-1', '2', '3'], 9_000, 2],
  ['a trade of exactly 0 before them (C-13)', ['1', '0', '2'], 9_000, 1],
  ['a loss at the end', ['1', '1', '-1'], 9_000, 0],
  ['trades of which the last two closed at and after the moment', ['1', '1', '1', '1'], 3_000, 2],
  ['a loss that came after the moment', ['1', '1', '-1'], 3_000, 2],
])('counts won trades in a row of %s', (_what, nets, moment, wins) => expect(winsBefore(recordOf(...nets), moment)).toBe(wins));

it('goes on counting beyond the trades that a record keeps one by one', () => {
  expect(winsBefore(recordOf(...Array.from({ length: 90 }, () => '1')), Infinity)).toBe(90);
  expect(winsBefore({ ...recordOf(), total: { ...EMPTY_RECORD.total, net: ZERO_MONEY } }, Infinity)).toBe(0);
});
