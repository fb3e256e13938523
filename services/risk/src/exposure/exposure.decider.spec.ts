import { bps, money, notional, quantity, ratio } from '@ballast/domain';
import { decodeAs, TradeApproved, TradeDenied } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { allApprovals, NO_APPROVALS } from './approvals.js';
import { assess, AT, factsOf, legOf, planOf, policyOf } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import type { AssessPlan, Exposure, ExposureCommand, ExposureEvent } from './exposure.types.js';
import { EVERY_PLAN } from './rule-catalogue.js';

const { initial } = exposureDecider;
const run = (state: Exposure, command: ExposureCommand, at = AT): { readonly state: Exposure; readonly events: readonly ExposureEvent[] } => {
  const events = exposureDecider.decide(state, command, { decisionId: 'd', at });
  return { state: events.reduce(exposureDecider.evolve, state), events };
};
const judge = (command: AssessPlan, state = initial, at = AT): TradeApproved | TradeDenied => {
  const event = run(state, command, at).events.find((each) => each.type === 'TradeApproved' || each.type === 'TradeDenied');
  if (!event) throw new Error('nothing was judged');
  return event as TradeApproved | TradeDenied;
};
const denial = (command: AssessPlan, state = initial, at = AT): TradeDenied => {
  const event = judge(command, state, at);
  if (event.type !== 'TradeDenied') throw new Error('it was approved');
  return event;
};
const resultOf = (event: TradeApproved | TradeDenied, rule: string) => event.rules.find((each) => each.rule === rule);
const count = (id: string, closedAt: number, volume = '1000', dayBoundaryMs = 0): ExposureCommand => ({ type: 'CountTrade', portfolioId: 'p1', tradeId: `trade-${id}`, planVolume: notional(volume), turnover: notional('4000'), closedAt, dayBoundaryMs });


describe('the judgement of a plan', () => {
  it('evaluates every rule and names the one nearest to its limit, with distances (R8, C-1)', () => {
    const event = judge(assess(planOf('1')));
    expect([event.type, event.rules.map((each) => each.rule)]).toEqual(['TradeApproved', EVERY_PLAN]);
    expect(event.bindingRule).toBe('profile-leg');
    expect(resultOf(event, 'profile-leverage')).toMatchObject({ result: 'PASS', value: '2000', limit: '8000', distance: '6000', unit: 'USD', profile: 'demo@2' });
    expect(decodeAs(TradeApproved, JSON.parse(JSON.stringify(event)))).toMatchObject({ type: 'TradeApproved' });
  });

  it('says which position exceeds which safe limit, word for word (R13, W-19)', () => {
    const event = denial(assess(planOf('1'), { account: { eligibleCollateral: money('400'), observedAt: AT } }));
    expect(event.reason).toContain('Position $2,000 exceeds safe limit $1,600 (collateral: $400, leverage: 5×, safety: 0.8)');
    expect(event.rules).toHaveLength(EVERY_PLAN.length);
    expect(decodeAs(TradeDenied, JSON.parse(JSON.stringify(event)))).toMatchObject({ type: 'TradeDenied' });
  });

  it('denies above 20x, and 50x by name (R7, R8, C-29)', () => {
    const loose = policyOf({ leverageMax: ratio('100'), safetyFactor: ratio('1'), positionMax: notional('999999') });
    const at = (collateral: string) => judge(assess(planOf('1'), { policy: loose, account: { eligibleCollateral: money(collateral), observedAt: AT } }));
    expect(at('100').type).toBe('TradeApproved');
    expect([at('99').bindingRule, at('99').type]).toEqual(['absolute-leverage', 'TradeDenied']);
    expect(denial(assess(planOf('1'), { policy: loose, account: { eligibleCollateral: money('40'), observedAt: AT } })).reason).toContain('prohibited leverage 50x');
  });

  it('holds a leg to half and an account to the table, both after the safety factor (R10, C-19)', () => {
    const wide = policyOf({ legNotionalMax: notional('99999') });
    const legs = [legOf(0, 'ETH-PERP', '801', '1'), legOf(1, 'SOL-PERP', '801', '1')];
    expect(resultOf(judge(assess(planOf('1', '801', { legs }), { policy: wide, account: { eligibleCollateral: money('400'), observedAt: AT } })), 'leg-half')).toMatchObject({ result: 'REFUSE', limit: '800' });
    const rich = { eligibleCollateral: money('900000'), observedAt: AT };
    expect(resultOf(judge(assess(planOf('1', '4000'), { policy: wide, account: rich })), 'position-table')).toMatchObject({ result: 'PASS', value: '8000', limit: '8000' });
    expect(resultOf(judge(assess(planOf('1', '4001'), { policy: wide, account: rich })), 'position-table')).toMatchObject({ result: 'REFUSE' });
  });

  it('counts open, pending and approved notional, and an opened trade once (C-23)', () => {
    const first = run(initial, assess(planOf('1')));
    const facts = (...tradeIds: readonly string[]) => factsOf({ 'ETH-PERP': { open: notional('300'), pending: notional('700') } }, ...tradeIds);
    expect(judge(assess(planOf('2'), { facts: facts() }), first.state)).toMatchObject({ grossBefore: notional('3000'), grossAfter: notional('5000') });
    expect(judge(assess(planOf('2'), { facts: facts('trade-1') }), first.state)).toMatchObject({ grossBefore: notional('1000'), grossAfter: notional('3000') });
  });

  it.each([
    ['trading-state', { tradingState: 'REDUCING' as const }],
    ['plan-hash', { planHash: 'another' }],
    ['slippage', { policy: policyOf({ slippageBpsMax: bps('0.5') }) }],
    ['depth', { policy: policyOf({ depthMultipleMin: ratio('1001') }) }],
    ['imbalance', { plan: planOf('1', '1000', { legs: [legOf(0, 'ETH-PERP', '1000', '1'), legOf(1, 'SOL-PERP', '1001', '1')] }) }],
    ['lot-grid', { plan: planOf('1', '1000', { legs: [legOf(0, 'ETH-PERP', '1000', '1', '7'), legOf(1, 'SOL-PERP', '1000', '1')] }) }],
    ['lot-grid', { plan: planOf('1', '1000', { legs: [{ ...legOf(0, 'ETH-PERP', '1000', '1'), slices: [quantity('500'), quantity('499')] }, legOf(1, 'SOL-PERP', '1000', '1')] }) }],
    ['venue-minimum', { plan: planOf('1', '4') }],
    ['account-state-age', { account: { eligibleCollateral: money('2000'), observedAt: AT - 180_001 } }],
  ])('refuses by %s', (rule, change: Partial<AssessPlan>) => {
    const plan = change.plan ?? planOf('1');
    const event = denial({ ...assess(plan), ...change });
    expect([event.bindingRule, resultOf(event, rule)?.result, event.reason.length > 0]).toEqual([rule, 'REFUSE', true]);
  });

  it('refuses by expiry and by the age of the book, judged at the decision', () => {
    expect(resultOf(denial(assess(planOf('1')), initial, AT + 10_001), 'expiry')).toMatchObject({ result: 'REFUSE', unit: 'MS' });
    expect(denial(assess(planOf('1')), initial, AT + 4_501).bindingRule).toBe('market-data-age');
    expect(judge(assess(planOf('1')), initial, AT + 4_500).type).toBe('TradeApproved');
  });

  it('lets a flagged best effort pass only up to its waiver and before its expiry (W-11)', () => {
    const plan = planOf('1', '1000', { outcome: 'BEST_EFFORT', legs: [legOf(0, 'ETH-PERP', '1000', '1'), legOf(1, 'SOL-PERP', '1003', '1')] });
    const policy = (expiresAt: number) => policyOf({ waiver: { imbalanceRatioMax: ratio('0.003'), expiresAt } });
    expect(judge(assess(plan, { policy: policy(AT) })).type).toBe('TradeApproved');
    expect(denial(assess(plan, { policy: policy(AT - 1) })).bindingRule).toBe('imbalance');
    expect(denial(assess({ ...plan, outcome: 'BALANCED' }, { policy: policy(AT) })).bindingRule).toBe('imbalance');
  });

  it.each(['account', 'facts', 'policy', 'tradingState', 'bot', 'residuals'] as const)('refuses as MISSING_INPUT without %s, and names a binding rule', (input) => {
    const event = denial({ ...assess(planOf('1')), [input]: undefined });
    expect(event.rules.filter((each) => each.result === 'MISSING_INPUT').length).toBeGreaterThan(0);
    expect(event.rules.find((each) => each.rule === event.bindingRule)?.result).toBe('MISSING_INPUT');
    expect(event.reason).toContain('missing input');
  });

  it('refuses an input that is not finite', () => {
    const broken = { ...legOf(0, 'ETH-PERP', '1000', '1'), estimatedSlippageBps: bps('1').div(0) as ReturnType<typeof bps> };
    const event = denial(assess(planOf('1', '1000', { legs: [broken, legOf(1, 'SOL-PERP', '1000', '1')] })));
    expect([event.bindingRule, resultOf(event, 'slippage')?.result]).toEqual(['slippage', 'MISSING_INPUT']);
  });

  it('decides nothing for a plan judged before, and refuses a second plan of the same trade', () => {
    const { state } = run(initial, assess(planOf('1')));
    expect(run(state, assess(planOf('1'))).events).toEqual([]);
    expect(denial(assess(planOf('2', '1000', { tradeId: 'trade-1' })), state).bindingRule).toBe('trade-once');
    expect(denial(assess(planOf('1', '900')), state).rules.find((each) => each.rule === 'plan-hash')?.result).toBe('REFUSE');
  });
});

describe('approvals', () => {
  const approved = (): Exposure => run(initial, assess(planOf('1'))).state;

  it('are released by what execution says, once', () => {
    const refused = run(approved(), { type: 'ReleaseApproval', tradeId: 'trade-1', reason: 'REFUSED' });
    expect(refused.events).toEqual([{ type: 'ApprovalReleased', planId: 'plan-1', tradeId: 'trade-1', reason: 'REFUSED' }]);
    expect(run(refused.state, { type: 'ReleaseApproval', tradeId: 'trade-1', reason: 'REFUSED' }).events).toEqual([]);
    expect(refused.state.approvals).toEqual(NO_APPROVALS);
  });

  it('end by themselves when execution says nothing, a minute after they were valid, but never once opened', () => {
    expect(exposureDecider.deadline?.(approved())).toEqual({ at: AT + 70_000, command: { type: 'ExpireApprovals' } });
    expect(run(approved(), { type: 'ExpireApprovals' }, AT + 69_999).events).toEqual([]);
    expect(run(approved(), { type: 'ExpireApprovals' }, AT + 70_000).events).toEqual([{ type: 'ApprovalReleased', planId: 'plan-1', tradeId: 'trade-1', reason: 'EXPIRED' }]);
    const opened = run(approved(), { type: 'ReleaseApproval', tradeId: 'trade-1', reason: 'OPENED' });
    expect(exposureDecider.deadline?.(opened.state)).toBeUndefined();
    expect(run(opened.state, { type: 'ExpireApprovals' }, AT + 999_999).events).toEqual([]);
  });

  it('of a trade that filled nothing are given back without counting', () => {
    const unfilled = run(approved(), { ...count('1', AT), turnover: notional('0') } as ExposureCommand);
    expect(unfilled.events).toEqual([{ type: 'ApprovalReleased', planId: 'plan-1', tradeId: 'trade-1', reason: 'CLOSED' }]);
    expect([unfilled.state.dayTrades, unfilled.state.approvals]).toEqual([0, NO_APPROVALS]);
  });
});

describe('the day (R23, C-25)', () => {
  it('stops when volume or count is reached, counting approved rounds too', () => {
    const policy = policyOf({ dailyVolumeMax: notional('2000'), dailyTradesMax: 3 });
    const one = run(run(initial, assess(planOf('1'), { policy })).state, count('1', AT)).state;
    expect([one.dayVolume.toString(), one.dayTrades, one.dayTurnover.toString()]).toEqual(['1000', 1, '4000']);
    const two = run(one, assess(planOf('2'), { policy }));
    expect(denial(assess(planOf('3'), { policy }), two.state).bindingRule).toBe('daily-volume');
    expect(denial(assess(planOf('3'), { policy: policyOf({ dailyTradesMax: 2 }) }), two.state).bindingRule).toBe('daily-trades');
  });

  it('rolls by an event at the boundary and starts from zero', () => {
    const before = run(run(initial, assess(planOf('1'))).state, count('1', AT)).state;
    const midnight = Date.parse('2025-09-05T00:00:00.000Z');
    expect(run(before, assess(planOf('2')), midnight - 1).events[0]?.type).not.toBe('DayRolled');
    const after = run(before, assess(planOf('2')), midnight);
    expect(after.events[0]).toEqual({ type: 'DayRolled', portfolioId: 'p1', day: '2025-09-05' });
    expect([after.state.dayTrades, after.state.dayVolume.toString()]).toEqual([0, '0']);
    expect(run(before, assess(planOf('2'), { dayBoundaryMs: 3_600_000 }), midnight).events[0]?.type).not.toBe('DayRolled');
  });

  it('goes on counting where its start is moved back to later the day before, until the new day begins', () => {
    const HOUR = 3_600_000;
    const [moved, tomorrow] = [23 * HOUR, AT + 11 * HOUR + 24 * HOUR];
    const today = run(run(initial, assess(planOf('1'))).state, count('1', AT), AT).state;
    const later = run(today, count('2', AT + HOUR, '1000', moved), AT + HOUR);
    expect([later.events, later.state.dayTrades, later.state.dayVolume.toString()]).toMatchObject([[{ type: 'VolumeCounted', day: '2025-09-04' }], 2, '2000']);
    expect(denial(assess(planOf('3'), { dayBoundaryMs: moved, policy: policyOf({ dailyTradesMax: 2 }) }), later.state).bindingRule).toBe('daily-trades');
    expect(run(later.state, count('4', tomorrow, '1000', moved), tomorrow).state).toMatchObject({ day: '2025-09-05', dayTrades: 1 });
  });

  it('counts a round once, and one that closed yesterday toward yesterday', () => {
    const rolled = run(run(initial, assess(planOf('1'))).state, count('2', AT + 86_400_000)).state;
    const late = run(rolled, count('1', AT), AT + 86_400_000);
    expect(late.events).toMatchObject([{ type: 'VolumeCounted', day: '2025-09-04' }]);
    expect([late.state.dayTrades, late.state.day, allApprovals(late.state.approvals)]).toEqual([1, '2025-09-05', []]);
    expect(run(late.state, count('1', AT)).events).toEqual([]);
  });
});
