import { describe, expect, it } from 'vitest';
import { bps, Decimal, money, type Notional, notional, price, quantity, ratio } from '@ballast/domain';
import type { LadderEvidence, LegResult, PlannedLeg, TradeClosed, TradeOpened } from '@ballast/events';
import { profileNamed } from '@ballast/policy';
import { type MetricName, METRICS, slippageErrorOf } from './evidence.js';
import { gateOf, holds, judge, slippageLimitOf, unmet } from './gate.js';
import { addRounds, closeRound, NO_ROUND, openRound } from './round.js';

const decimal = (text: string): Decimal => new Decimal(text);

describe('slippage against its estimate (R48)', () => {
  it.each([
    ['10', '12', '0.2'],
    ['10', '12.001', '0.2001'],
    ['10', '8', '0'],
    ['0.4', '0.5', '0.1'],
    ['0', '-0.3', '0'],
  ])('of %s bps estimated and %s realised is %s beyond', (estimated, realised, error) => {
    expect(slippageErrorOf(decimal(realised), decimal(estimated))?.toString()).toBe(error);
  });

  it('is not measured before anything is entered', () => {
    expect(slippageErrorOf(undefined, undefined)).toBeUndefined();
  });
});

describe('a round as evidence', () => {
  const leg = (index: number, depth: string): PlannedLeg => ({
    leg: index, instrument: 'X-PERP', side: index === 0 ? 'BUY' : 'SELL', quantity: quantity('10'), slices: [quantity('10')], referencePrice: price('10'), notional: notional('100'), estimatedSlippageBps: bps('2'), depthNotional: notional(depth), levels: [],
    seen: { instrument: 'X-PERP', bestBid: price('9.99'), bestAsk: price('10.01'), exchangeTime: 0, bookSequence: 1 },
    terms: { lotSize: quantity('1'), tickSize: price('0.01'), notionalMin: notional('5'), makerFeeBps: bps('1'), takerFeeBps: bps('5'), initialMarginRatio: ratio('0.05'), maintenanceMarginRatio: ratio('0.03') },
  });
  const result = (index: number, filled: string, exited: string, average?: string): LegResult => ({ leg: index, instrument: 'X-PERP', side: index === 0 ? 'BUY' : 'SELL', planned: quantity('10'), filled: quantity(filled), exited: quantity(exited), ...(average === undefined ? {} : { averagePrice: price(average) }), fees: money('0') });
  const opened = openRound({ tradeId: 't1', legs: [leg(0, '500'), leg(1, '400')] } as unknown as TradeOpened, 0);
  const closed = (...legs: readonly LegResult[]): TradeClosed => ({ legs }) as unknown as TradeClosed;

  it('has the fill rate of what it set out to trade, in and out (C-14)', () => {
    const whole = closeRound(opened, closed(result(0, '10', '10', '10.01'), result(1, '10', '10', '9.99')));
    expect([whole.ordered, whole.filled].map(String)).toEqual(['400', '400']);
    const part = closeRound(opened, closed(result(0, '9', '9', '10.01'), result(1, '8', '8', '9.99')));
    expect([part.ordered, part.filled].map(String)).toEqual(['370', '340']);
    const none = closeRound(opened, closed(result(0, '0', '0'), result(1, '0', '0')));
    expect([none.ordered, none.filled, none.entered].map(String)).toEqual(['200', '0', '0']);
  });

  it('has its slippage from the price that the plan could have taken, by notional (R49)', () => {
    const { entered, realised, estimated, depth } = closeRound(opened, closed(result(0, '10', '10', '10.01'), result(1, '10', '10', '9.98')));
    expect([entered.toString(), estimated.div(entered).toString(), depth.toString()]).toEqual(['199.9', '2', '400']);
    expect(realised.div(entered).toDecimalPlaces(4).toString()).toBe('4.9975');
  });

  it('adds up to the same in any order, but for the depth of the last', () => {
    const [a, b] = [closeRound(opened, closed(result(0, '9', '9', '10.02'))), closeRound(opened, closed(result(1, '8', '7', '9.97')))];
    const sum = (first: typeof a, second: typeof a) => ({ ...addRounds(addRounds(NO_ROUND, first), second), depth: decimal('0') as Notional });
    expect(JSON.stringify(sum(a, b))).toBe(JSON.stringify(sum(b, a)));
  });
});

describe('gates of the plans', () => {
  const asksOf = (name: string, rung: number): readonly (readonly [string, string, string])[] => {
    const { ladder } = profileNamed(name);
    const at = ladder?.rungs[rung];
    return ladder && at ? gateOf(at, ladder).map(({ criterion, must, limit }) => [criterion, must, String(limit)] as const) : [];
  };

  it('of a stage: win rate > 50 %, Sharpe > 1.5, drawdown < 10 %, slippage within 20 %, no failure, no violation (R48, C-13, C-14, W-14) over 30 trades (C-38, ours), and no degraded fill rate (C-35)', () => {
    expect(asksOf('scaling-capital', 0)).toEqual([
      ['days', 'AT_LEAST', '14'], ['trades', 'AT_LEAST', '30'], ['win-rate', 'ABOVE', '0.5'], ['sharpe', 'ABOVE', '1.5'], ['drawdown', 'BELOW', '0.1'], ['slippage-error', 'AT_MOST', '0.2'], ['execution-failures', 'AT_MOST', '0'],
      ['execution-success', 'AT_LEAST', '0.995'], ['risk-violations', 'AT_MOST', '0'], ['fill-rate', 'AT_LEAST', '0.95'], ['net-result', 'AT_LEAST', '0'],
    ]);
  });

  it.each([
    ['1', ['trades']],
    ['29', ['trades']],
    ['30', []],
  ])('of every stage: %s winning rounds in four weeks, with a Sharpe ratio of 5.1, leave %j unmet (C-38)', (trades, left) => {
    const figures: Readonly<Partial<Record<MetricName, string>>> = { days: '28', trades, winRate: '1', sharpe: '5.1', maxDrawdown: '0', slippageError: '0', executionFailures: '0', executionSuccess: '1', riskViolations: '0', fillRate: '1', netResult: '1' };
    const metrics = Object.entries(figures).map(([name, value]) => ({ name, unit: METRICS[name as MetricName], value }));
    const evidence: LadderEvidence = { rung: 'stage-1', firstSequence: 1, lastSequence: 2, hash: 'hash', from: 0, to: 1, metrics };
    const { rungs = [], ...ladder } = profileNamed('scaling-capital').ladder!;
    expect(rungs).toHaveLength(7);
    for (const rung of rungs) expect(unmet(judge(gateOf(rung, { ...ladder, rungs }), evidence)).map(({ criterion }) => criterion)).toEqual(left);
  });

  it('of weeks 3-4: 95 % not negative, no intervention, $10,000 and $20 a day (R15, R26, W-1, W-14)', () => {
    expect(asksOf('dn-pair-v4.1', 1)).toEqual([
      ['days', 'AT_LEAST', '14'], ['non-negative-rate', 'AT_LEAST', '0.95'], ['unplanned-interventions', 'AT_MOST', '0'], ['fill-rate', 'AT_LEAST', '0.95'], ['daily-volume', 'AT_LEAST', '10000'], ['daily-profit', 'AT_LEAST', '20'], ['net-result', 'AT_LEAST', '0'],
    ]);
  });

  it('take the slippage that a stage blocks at, else what the profile allows at all (R51, R29, C-4)', () => {
    const [stages, phases] = [profileNamed('scaling-capital'), profileNamed('dn-pair-v4.1')];
    const limits = [stages, phases].map((profile) => profile.ladder?.rungs[0] && slippageLimitOf(profile.ladder.rungs[0], profile).toString());
    expect(limits).toEqual(['50', '10']);
  });

  it('are not met by what was not measured, or is no number', () => {
    for (const must of ['ABOVE', 'AT_LEAST', 'BELOW', 'AT_MOST'] as const) for (const value of [undefined, decimal('NaN'), decimal('Infinity')]) expect(holds(must, value, decimal('0'))).toBe(false);
  });
});
