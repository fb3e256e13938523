import { bps, Decimal, type Instrument, money, quantity, ratio } from '@ballast/domain';
import type { PlannedLeg, TradeApproved, TradeDenied } from '@ballast/events';
import { decodeAs, TradeApproved as Approved } from '@ballast/events';
import type { GuardLimits } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { accountOf, assess, AT, guardFactsOf, instrumentOf, legOf, planOf, policyWith } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import type { AssessPlan, Exposure, GuardFacts } from './exposure.types.js';
import { GUARD_RULES, guardsBound } from './guard-rules.js';
import { EVERY_PLAN } from './rule-catalogue.js';

type Change = Partial<AssessPlan>;
const WIDE = { slippageBpsMax: bps('500') };
const PLAN = planOf('1', '1000', { slippageBpsMax: bps('500') });
const judge = (guards: GuardLimits, change: Change = {}, state: Exposure = exposureDecider.initial): TradeApproved | TradeDenied =>
  exposureDecider.decide(state, assess(change.plan ?? PLAN, { policy: policyWith(guards, WIDE), ...change }), { decisionId: 'd', at: AT }).find(({ type }) => type !== 'DayRolled') as TradeApproved | TradeDenied;
const resultOf = (event: TradeApproved | TradeDenied, rule: string) => event.rules.find((each) => each.rule === rule);

const equity = (eligible: string): Change => ({ account: accountOf('2000', { eligibleEquity: money(eligible) }) });
const whole = (of: string, more = {}): Change => ({ account: accountOf('2000', { equity: money(of), ...more }) });
const facts = (change: Partial<GuardFacts>): Change => ({ guardFacts: guardFactsOf(change) });
const slipping = (estimate: string): Change => ({ plan: planOf('1', '1000', { slippageBpsMax: bps('500'), legs: [{ ...legOf(0, 'ETH-PERP', '1000', '1'), estimatedSlippageBps: bps(estimate) }, legOf(1, 'SOL-PERP', '1000', '1')] }) });
const oneUnderlying = { 'ETH-PERP': instrumentOf('ETH-PERP'), 'SOL-PERP': instrumentOf('SOL-PERP', { base: 'ETH' }) };
const allEth = (eligible: string): Change => ({ ...equity(eligible), ...facts({ instruments: oneUnderlying }) });
const away = (startsAt: number, venue = 'paper'): Change => facts({ maintenances: [{ venue, startsAt, endsAt: AT + 3_600_000, reason: 'upgrade' }] });
const skewed = (clockSkewMs: number): Change => ({ account: accountOf('2000', { clockSkewMs }) });
const ahead = (ms: number): Change => ({ plan: planOf('1', '1000', { slippageBpsMax: bps('500'), legs: [{ ...legOf(0, 'ETH-PERP', '1000', '1'), seen: { ...legOf(0, 'ETH-PERP', '1000', '1').seen, exchangeTime: AT + ms } }, legOf(1, 'SOL-PERP', '1000', '1')] }) });

/** Rule, limits, what passes at the boundary, what is refused just beyond it. */
const BOUNDARIES: readonly (readonly [rule: string, about: string, guards: GuardLimits, passes: Change, refused: Change])[] = [
  ['strategy-leverage', 'its strategy at 1 x of 1 x', { strategyLeverageMax: { 'dn-pair': ratio('1') } }, {}, { account: accountOf('1999.99') }],
  ['venue-leverage', 'its venue at 1 x of 1 x', { venueLeverageMax: { paper: ratio('1') } }, {}, { account: accountOf('1999.99') }],
  ['margin-utilisation', 'margin at 80.00 % of equity, not 80.06 % (R54)', { marginUtilisationMax: ratio('0.8') }, equity('125'), equity('124.9')],
  ['liquidation-buffer', 'a buffer of 20.00 %, not 19.995 % (R54, C-8)', { liquidationBufferMin: ratio('0.2') }, whole('460'), whole('459.9')],
  ['liquidation-buffer', 'the venue\'s own distance where that is less', { liquidationBufferMin: ratio('0.2') }, whole('2000', { nearestLiquidation: ratio('0.2') }), whole('2000', { nearestLiquidation: ratio('0.1999') })],
  ['underlying-share', 'one underlying at 80.00 % of allowed gross, not 80.02 % (C-45)', { underlyingShareMax: ratio('0.8') }, allEth('500'), allEth('499.9')],
  ['underlying-margin', 'margin in one underlying at 80.00 % of equity, not 80.06 % (W-10)', { underlyingMarginMax: ratio('0.8') }, allEth('125'), allEth('124.9')],
  ['slippage-block', '49.99 bps of 50, not 50 (R51, stages 1 and 2)', { slippageBlockBps: bps('50') }, slipping('49.99'), slipping('50')],
  ['slippage-block', '59.99 bps of 60, not 60 (R51, stages 3 and 4)', { slippageBlockBps: bps('60') }, slipping('59.99'), slipping('60')],
  ['slippage-block', '74.99 bps of 75, not 75 (R51, stages 5 and 6)', { slippageBlockBps: bps('75') }, slipping('74.99'), slipping('75')],
  ['slippage-block', '99.99 bps of 100, not 100 (R51, stage 7)', { slippageBlockBps: bps('100') }, slipping('99.99'), slipping('100')],
  ['open-orders', '8 open and 2 of the plan of 10', { openOrdersMax: 10 }, facts({ orders: { open: 8, sentInMinute: 0 } }), facts({ orders: { open: 9, sentInMinute: 0 } })],
  ['orders-per-minute', '8 sent and 2 of the plan of 10', { ordersPerMinuteMax: 10 }, facts({ orders: { open: 0, sentInMinute: 8 } }), facts({ orders: { open: 0, sentInMinute: 9 } })],
  ['refused-plans', '5 refusals of 5, not 6', { refusedPlansPerHourMax: 5 }, facts({ refusedInHour: 5 }), facts({ refusedInHour: 6 })],
  ['venue-maintenance', 'a maintenance 10 minutes away, not a millisecond less', { maintenanceLeadMs: 600_000 }, away(AT + 600_000), away(AT + 599_999)],
  ['venue-clock', 'a venue that is 1,000 ms behind, not 1,001', { clockSkewMaxMs: 1_000 }, skewed(1_000), skewed(1_001)],
  ['venue-clock', 'a venue that is 1,000 ms ahead, not 1,001', { clockSkewMaxMs: 1_000 }, skewed(-1_000), skewed(-1_001)],
  ['venue-clock', 'a book from 1,000 ms ahead, not 1,001', { clockSkewMaxMs: 1_000 }, ahead(1_000), ahead(1_001)],
];

describe('a guard', () => {
  it.each(BOUNDARIES)('%s lets pass %s', (rule, _about, guards, passes, refused) => {
    const passed = judge(guards, passes);
    expect([passed.type, resultOf(passed, rule)?.result]).toEqual(['TradeApproved', 'PASS']);
    const denied = judge(guards, refused);
    expect([denied.type, denied.bindingRule, resultOf(denied, rule)?.result]).toEqual(['TradeDenied', rule, 'REFUSE']);
    expect(denied.type === 'TradeDenied' && denied.reason).toContain(rule);
  });

  it('is evaluated only where a bound profile has its limit, after the rules that every plan meets (W-18)', () => {
    expect(judge({}, { policy: { ...policyWith({}), guards: undefined } as never }).rules.map(({ rule }) => rule)).toEqual(EVERY_PLAN);
    expect(judge({}).rules.map(({ rule }) => rule)).toEqual([...EVERY_PLAN, 'terms-changed']);
    const all: GuardLimits = Object.assign({}, ...BOUNDARIES.map(([, , guards]) => guards), { slippageWarnBps: bps('30') }) as GuardLimits;
    expect(judge(all).rules.map(({ rule }) => rule)).toEqual([...EVERY_PLAN, ...GUARD_RULES]);
    expect(guardsBound(policyWith(all).guards)).toEqual(GUARD_RULES);
    expect(guardsBound(undefined)).toEqual([]);
  });

  it('names the profile that its limit comes from, and the one of the rung (C-1)', () => {
    expect(resultOf(judge({ openOrdersMax: 10 }), 'open-orders')).toMatchObject({ profile: 'demo@2', unit: 'COUNT', value: '2', limit: '10', distance: '8', inputs: { open: '0', approved: '0', plan: '2' } });
    const event = judge({}, { policy: policyWith({ openOrdersMax: 10 }, { ...WIDE, rung: 'phase-1/weeks-1-2' } as never) });
    expect(resultOf(event, 'open-orders')?.profile).toBe('demo@2/phase-1/weeks-1-2');
    expect(decodeAs(Approved, JSON.parse(JSON.stringify(event)))).toMatchObject({ type: 'TradeApproved' });
  });

  it('binds by name where it is the nearest of all', () => {
    const event = judge({ marginUtilisationMax: ratio('0.8') }, equity('125.1'));
    expect([event.type, event.bindingRule]).toEqual(['TradeApproved', 'margin-utilisation']);
  });
});

describe('the slippage warning (R51)', () => {
  it.each([['30', '50'], ['40', '60'], ['50', '75'], ['60', '100']])('tells of a plan from %s bps on and refuses only from %s bps', (warn, block) => {
    const guards = { slippageWarnBps: bps(warn), slippageBlockBps: bps(block) };
    const below = new Decimal(warn).minus('0.01').toString();
    expect([judge(guards, slipping(below)).type, resultOf(judge(guards, slipping(below)), 'slippage-warn')?.result]).toEqual(['TradeApproved', 'PASS']);
    const told = judge(guards, slipping(warn));
    expect([told.type, resultOf(told, 'slippage-warn')?.result, resultOf(told, 'slippage-block')?.result, told.bindingRule === 'slippage-warn']).toEqual(['TradeApproved', 'WARN', 'PASS', false]);
    expect(resultOf(judge(guards, slipping(block)), 'slippage-warn')?.result).toBe('WARN');
    expect(judge(guards, slipping(block)).bindingRule).toBe('slippage-block');
  });
});

describe('leverage by name', () => {
  it('has no ceiling for a strategy or a venue that no profile names', () => {
    const event = judge({ strategyLeverageMax: { range: ratio('0.1') }, venueLeverageMax: { nado: ratio('0.1') } });
    expect([event.type, resultOf(event, 'strategy-leverage'), resultOf(event, 'venue-leverage')]).toMatchObject(['TradeApproved', { result: 'PASS', value: 'dn-pair', limit: 'has no ceiling' }, { value: 'paper' }]);
  });

  it('takes the lowest of the venues of a plan', () => {
    const instruments = { 'ETH-PERP': instrumentOf('ETH-PERP', { venue: 'nado' }), 'SOL-PERP': instrumentOf('SOL-PERP') };
    const event = judge({ venueLeverageMax: { paper: ratio('5'), nado: ratio('0.9') } }, facts({ instruments }));
    expect([event.bindingRule, resultOf(event, 'venue-leverage')?.limit]).toEqual(['venue-leverage', '0.9']);
  });
});

describe('the distance to liquidation after a plan (C-8)', () => {
  it.each([['3', '0.303333333333', 'PASS'], ['5', '0.17', 'REFUSE'], ['10', '0.07', 'REFUSE'], ['20', '0.02', 'REFUSE']])('at %s x is 1/L - mmr = %s: %s', (leverage, distance, result) => {
    const event = judge({ liquidationBufferMin: ratio('0.2') }, whole(new Decimal(2000).div(leverage).toString()));
    expect(resultOf(event, 'liquidation-buffer')).toMatchObject({ value: distance, result, inputs: { by: '1/L - mmr', venue: 'none' } });
  });

  it('counts protection, which eligible equity does not (C-10)', () => {
    const protectedBy = { account: accountOf('2000', { equity: money('460'), eligibleEquity: money('1') }) };
    expect(resultOf(judge({ liquidationBufferMin: ratio('0.2') }, protectedBy), 'liquidation-buffer')?.result).toBe('PASS');
    expect(resultOf(judge({ marginUtilisationMax: ratio('0.8') }, protectedBy), 'margin-utilisation')?.result).toBe('REFUSE');
  });

  it('takes the largest maintenance margin of what is held', () => {
    const instruments = { 'ETH-PERP': instrumentOf('ETH-PERP', { maintenanceMarginRatio: ratio('0.1') }), 'SOL-PERP': instrumentOf('SOL-PERP') };
    expect(resultOf(judge({ liquidationBufferMin: ratio('0.2') }, { ...whole('500'), ...facts({ instruments }) }), 'liquidation-buffer')).toMatchObject({ value: '0.15', inputs: { maintenance: '0.1', by: '1/L - mmr' } });
    expect(resultOf(judge({ liquidationBufferMin: ratio('0.2') }, whole('2000', { nearestLiquidation: ratio('0.1') })), 'liquidation-buffer')?.inputs['by']).toBe("the venue's distance");
  });
});

describe('underlyings', () => {
  it('are told apart by base: a pair of two is no concentration', () => {
    const event = judge({ underlyingShareMax: ratio('0.8'), underlyingMarginMax: ratio('0.8') }, equity('300'));
    expect(resultOf(event, 'underlying-share')).toMatchObject({ result: 'PASS', value: '0.666666666667', inputs: { underlying: 'ETH', notional: '1000' } });
    expect(resultOf(event, 'underlying-margin')).toMatchObject({ result: 'PASS', value: '0.166666666667' });
  });

  it('leave what the plan does not trade alone', () => {
    const before = { byInstrument: { 'BTC-PERP': { open: new Decimal(5000) as never, pending: new Decimal(0) as never } }, tradeIds: {} };
    const instruments = { ...guardFactsOf().instruments, 'BTC-PERP': instrumentOf('BTC-PERP') };
    expect(resultOf(judge({ underlyingShareMax: ratio('0.2') }, { facts: before, ...facts({ instruments }) }), 'underlying-share')).toMatchObject({ result: 'PASS', value: '0.1' });
  });
});

describe('orders to come', () => {
  it('of an approval that execution has not answered count too', () => {
    const sliced: PlannedLeg = { ...legOf(0, 'ETH-PERP', '1000', '1'), slices: [quantity('500'), quantity('500')] };
    const first = assess(planOf('0', '1000', { legs: [sliced, legOf(1, 'SOL-PERP', '1000', '1')] }));
    const state = exposureDecider.decide(exposureDecider.initial, first, { decisionId: 'd', at: AT }).reduce(exposureDecider.evolve, exposureDecider.initial);
    expect(judge({ openOrdersMax: 5, ordersPerMinuteMax: 5 }, {}, state).type).toBe('TradeApproved');
    expect(judge({ openOrdersMax: 4 }, {}, state).bindingRule).toBe('open-orders');
    expect(judge({ ordersPerMinuteMax: 4 }, {}, state).bindingRule).toBe('orders-per-minute');
  });
});

describe('an announced maintenance', () => {
  const guards = { maintenanceLeadMs: 600_000 };
  it('of another venue, or one that is over, stops nothing', () => {
    expect(resultOf(judge(guards, away(AT, 'nado')), 'venue-maintenance')).toMatchObject({ result: 'PASS', value: 'none announced' });
    expect(judge(guards, facts({ maintenances: [{ venue: 'paper', startsAt: AT - 9, endsAt: AT, reason: 'over' }] })).type).toBe('TradeApproved');
  });

  it('that goes on stops every entry, and the earliest counts', () => {
    expect(judge(guards, away(AT - 1)).bindingRule).toBe('venue-maintenance');
    const both = facts({ maintenances: [{ venue: 'paper', startsAt: AT + 9_000_000, endsAt: AT + 9_900_000, reason: 'late' }, { venue: 'paper', startsAt: AT + 5, endsAt: AT + 6, reason: 'soon' }] });
    expect(resultOf(judge(guards, both), 'venue-maintenance')?.inputs).toMatchObject({ reason: 'soon', startsAt: String(AT + 5) });
  });
});

describe('terms that changed since the plan', () => {
  it.each<[keyof Instrument, unknown]>([['lotSize', quantity('0.01')], ['tickSize', quantity('0.1')], ['notionalMin', quantity('6')], ['makerFeeBps', bps('2')], ['takerFeeBps', bps('6')], ['initialMarginRatio', ratio('0.06')], ['maintenanceMarginRatio', ratio('0.04')]])('refuse it by name: %s', (term, value) => {
    const event = judge({}, facts({ instruments: { 'ETH-PERP': instrumentOf('ETH-PERP'), 'SOL-PERP': instrumentOf('SOL-PERP', { [term]: value }) } }));
    expect([event.bindingRule, event.type === 'TradeDenied' && event.reason]).toEqual(['terms-changed', expect.stringContaining(`SOL-PERP ${term} `)]);
  });
});
