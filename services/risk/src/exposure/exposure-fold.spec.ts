import { money, notional, quantity, signedQuantity } from '@ballast/domain';
import type { DayRolled, TradeApproved } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { type Approval, approvalOf } from './approvals.js';
import { accountOf, assess, AT, legOf, planOf, policyOf } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import type { Exposure, ExposureCommand, ExposureEvent } from './exposure.types.js';
import { get, put } from './persistent-map.js';

const { decide, evolve, initial, deadline } = exposureDecider;
const DAY_MS = 86_400_000;
const context = (at = AT) => ({ decisionId: 'd', at });
const run = (state: Exposure, command: ExposureCommand, at = AT): Exposure => decide(state, command, context(at)).reduce(evolve, state);
const rolled = (day: string): DayRolled => ({ type: 'DayRolled', portfolioId: 'p1', day });
const approvedPlan = (id = '1'): readonly ExposureEvent[] => decide(initial, assess(planOf(id)), context());
const count = (id: string, closedAt: number, turnover = '4000'): ExposureCommand => ({ type: 'CountTrade', portfolioId: 'p1', tradeId: `trade-${id}`, planVolume: notional('1000'), turnover: notional(turnover), closedAt, dayBoundaryMs: 0 });

describe('what is kept of an approval', () => {
  it('is the plan as it was approved', () => {
    const [roll, approved] = approvedPlan() as readonly [DayRolled, TradeApproved];
    expect(roll).toEqual(rolled('2025-09-04'));
    const { rules, ...event } = approved;
    const { legs } = planOf('1');
    expect(event).toEqual({
      type: 'TradeApproved', planId: 'plan-1', signalId: 'signal-1', tradeId: 'trade-1', botId: 'b1', accountId: 'a1', portfolioId: 'p1', planHash: assess(planOf('1')).planHash, bindingRule: 'profile-leg', legs, outcome: 'BALANCED',
      imbalanceRatio: planOf('1').imbalanceRatio, slippageBpsMax: planOf('1').slippageBpsMax, grossBefore: notional('0'), grossAfter: notional('2000'), planVolume: notional('1000'), validUntil: AT + 10_000,
    });
    const state = [roll, approved].reduce(evolve, initial);
    const approval: Approval = { planId: 'plan-1', tradeId: 'trade-1', accountId: 'a1', byInstrument: { 'ETH-PERP': notional('1000'), 'SOL-PERP': notional('1000') }, planVolume: notional('1000'), validUntil: AT + 10_000, opened: false, orders: 2 };
    expect(approvalOf(state.approvals, 'trade-1')).toEqual(approval);
    expect({ ...state, approvals: undefined }).toEqual({ ...initial, approvals: undefined, day: '2025-09-04', judged: put({}, 'plan-1', { hash: approved.planHash, day: '2025-09-04' }), last: { planId: 'plan-1', tradeId: 'trade-1', approved: true, bindingRule: 'profile-leg', rules } });
    const opened = run(state, { type: 'ReleaseApproval', tradeId: 'trade-1', reason: 'OPENED' });
    expect(approvalOf(opened.approvals, 'trade-1')).toEqual({ ...approval, opened: true });
    expect(decide(opened, { type: 'ReleaseApproval', tradeId: 'trade-1', reason: 'REFUSED' }, context())).toEqual([]);
  });

  it('names the instruments whose residual it takes over, and none where there is none', () => {
    const [eth, sol] = [{ ...legOf(0, 'ETH-PERP', '960', '1', '1'), residualAbsorbed: signedQuantity('40') }, legOf(1, 'SOL-PERP', '1000', '1', '1')];
    const state = run(initial, assess(planOf('1', '1000', { legs: [eth, sol] }), { residuals: { 'ETH-PERP': signedQuantity('40'), 'SOL-PERP': signedQuantity('0') } }));
    expect(approvalOf(state.approvals, 'trade-1')?.absorbs).toEqual(['ETH-PERP']);
    expect(approvedPlan().reduce(evolve, initial).approvals).not.toHaveProperty('inFlight.trade-1.absorbs');
  });

  it('is nothing of a denial but that and how it was judged', () => {
    const events = decide(initial, assess(planOf('1'), { tradingState: 'HALTED' }), context());
    const [, denied] = events;
    const { rules, ...event } = denied as Extract<ExposureEvent, { type: 'TradeDenied' }>;
    expect(event).toEqual({ type: 'TradeDenied', planId: 'plan-1', signalId: 'signal-1', tradeId: 'trade-1', botId: 'b1', accountId: 'a1', portfolioId: 'p1', planHash: assess(planOf('1')).planHash, bindingRule: 'trading-state', grossBefore: notional('0'), reason: 'trading state is HALTED: no new risk' });
    expect(events.reduce(evolve, initial)).toEqual({ ...initial, day: '2025-09-04', judged: put({}, 'plan-1', { hash: event.planHash, day: '2025-09-04' }), last: { planId: 'plan-1', tradeId: 'trade-1', approved: false, bindingRule: 'trading-state', rules } });
  });

  it('says at most 2,000 signs of why it was denied', () => {
    const legs = Array.from({ length: 60 }, (_, number) => ({ ...legOf(number, `COIN-${number}-PERP`, '1000', '1'), slices: [quantity('1')] }));
    const [, denied] = decide(initial, assess(planOf('1', '1000', { legs })), context());
    expect(denied?.type === 'TradeDenied' && denied.reason.length).toBe(2_000);
  });

  it('keeps the hash that a plan was first judged by', () => {
    const first = approvedPlan().reduce(evolve, initial);
    expect(get(run(first, assess(planOf('1', '900'))).judged, 'plan-1')).toEqual({ hash: assess(planOf('1')).planHash, day: '2025-09-04' });
  });
});

describe('what ends an approval', () => {
  const two = [...approvedPlan(), ...decide(initial, assess(planOf('2', '1000', { validUntil: AT + 5_000 }), { policy: policyOf(), account: accountOf('9000', { equity: money('9000') }) }), context())].reduce(evolve, initial);

  it('is the earliest deadline first, and only what has reached it', () => {
    expect(deadline?.(initial)).toBeUndefined();
    expect(deadline?.(two)).toEqual({ at: AT + 65_000, command: { type: 'ExpireApprovals' } });
    expect(decide(two, { type: 'ExpireApprovals' }, context(AT + 65_000))).toEqual([{ type: 'ApprovalReleased', planId: 'plan-2', tradeId: 'trade-2', reason: 'EXPIRED' }]);
    expect(decide(two, { type: 'ExpireApprovals' }, context(AT + 70_000)).map((event) => event.type === 'ApprovalReleased' && event.tradeId)).toEqual(['trade-1', 'trade-2']);
  });

  it('is not what is said of a trade that has none', () => {
    expect(decide(two, { type: 'ReleaseApproval', tradeId: 'trade-9', reason: 'REFUSED' }, context())).toEqual([]);
    expect(decide(two, count('9', AT, '0'), context())).toEqual([]);
    expect(evolve(two, { type: 'ApprovalReleased', planId: 'plan-9', tradeId: 'trade-9', reason: 'OPENED' })).toBe(two);
  });

  it('is a count of its round, that rolls the day when it closed on a later one', () => {
    const counted = { type: 'VolumeCounted', tradeId: 'trade-1', portfolioId: 'p1', planVolume: notional('1000'), turnover: notional('4000') };
    expect(decide(two, count('1', AT), context())).toEqual([{ ...counted, day: '2025-09-04' }]);
    expect(decide(two, count('1', AT + DAY_MS), context())).toEqual([rolled('2025-09-05'), { ...counted, day: '2025-09-05' }]);
    expect(decide(two, count('1', AT - DAY_MS), context())).toEqual([{ ...counted, day: '2025-09-03' }]);
    const next = run(two, count('1', AT + DAY_MS));
    expect([approvalOf(next.approvals, 'trade-1'), get(next.counted, 'trade-1'), next.day, next.dayVolume.toString(), next.dayTurnover.toString(), next.dayTrades]).toEqual([undefined, '2025-09-05', '2025-09-05', '1000', '4000', 1]);
    const again = run(next, count('2', AT + DAY_MS));
    expect([again.dayVolume.toString(), again.dayTurnover.toString(), again.dayTrades]).toEqual(['2000', '8000', 2]);
    const late = run(next, count('2', AT), AT + DAY_MS);
    expect([get(late.counted, 'trade-2'), late.dayVolume.toString(), late.dayTurnover.toString(), late.dayTrades]).toEqual(['2025-09-04', '1000', '4000', 1]);
  });
});

describe('a new day', () => {
  it('starts from zero and keeps what was judged or counted on it or the day before, and every approval', () => {
    const judged = ['2025-09-02', '2025-09-03', '2025-09-04', ''].reduce((all, day) => put(all, `plan-${day}`, { hash: 'h', day }), initial.judged);
    const counted = ['2025-09-02', '2025-09-03', '2025-09-04', ''].reduce((all, day) => put(all, `trade-${day}`, day), initial.counted);
    const full: Exposure = { ...approvedPlan().reduce(evolve, initial), judged, counted, dayVolume: notional('7'), dayTurnover: notional('8'), dayTrades: 9 };
    const next = evolve(full, rolled('2025-09-04'));
    expect(next).toEqual({
      ...full, day: '2025-09-04', dayVolume: notional('0'), dayTurnover: notional('0'), dayTrades: 0,
      judged: ['2025-09-03', '2025-09-04'].reduce((all, day) => put(all, `plan-${day}`, { hash: 'h', day }), initial.judged),
      counted: ['2025-09-03', '2025-09-04'].reduce((all, day) => put(all, `trade-${day}`, day), initial.counted),
    });
  });

  it('comes once, and never before the one that it is', () => {
    const today = evolve(initial, rolled('2025-09-04'));
    for (const at of [AT, AT - DAY_MS]) expect(decide(today, assess(planOf('1')), context(at)).map(({ type }) => type)).toHaveLength(1);
    expect(decide(today, assess(planOf('1')), context(AT + DAY_MS)).map(({ type }) => type)).toEqual(['DayRolled', 'TradeDenied']);
  });
});
