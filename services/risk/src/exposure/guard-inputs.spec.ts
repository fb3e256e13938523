import { bps, Decimal, ratio } from '@ballast/domain';
import type { TradeApproved, TradeDenied } from '@ballast/events';
import type { GuardLimits } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { accountOf, assess, AT, factsOf, guardFactsOf, instrumentOf, legOf, planOf, policyWith } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import type { AssessPlan } from './exposure.types.js';

const NAN = new Decimal(NaN) as never;
type Change = Partial<AssessPlan>;
const judge = (guards: GuardLimits, change: Change): TradeApproved | TradeDenied =>
  exposureDecider.decide(exposureDecider.initial, assess(change.plan ?? planOf('1'), { policy: policyWith(guards), ...change }), { decisionId: 'd', at: AT }).find(({ type }) => type !== 'DayRolled') as TradeApproved | TradeDenied;

const without = (field: 'equity' | 'eligibleEquity' | 'clockSkewMs'): Change => {
  const { [field]: _gone, ...rest } = accountOf();
  return { account: rest };
};
const account = (change: object): Change => ({ account: accountOf('2000', change) });
const noMarket: Change = { guardFacts: { ...guardFactsOf(), instruments: { 'ETH-PERP': instrumentOf('ETH-PERP') } } };
const noFacts: Change = { guardFacts: undefined };
const held: Change = { facts: factsOf({ 'BTC-PERP': { open: new Decimal(1) as never, pending: new Decimal(0) as never } }) };
const terms = (change: object): Change => ({ guardFacts: guardFactsOf({ instruments: { 'ETH-PERP': instrumentOf('ETH-PERP', change), 'SOL-PERP': instrumentOf('SOL-PERP') } }) });
const slippage: Change = { plan: planOf('1', '1000', { legs: [{ ...legOf(0, 'ETH-PERP', '1000', '1'), estimatedSlippageBps: NAN }, legOf(1, 'SOL-PERP', '1000', '1')] }) };
const MARGIN: GuardLimits = { marginUtilisationMax: ratio('0.8') };
const BUFFER: GuardLimits = { liquidationBufferMin: ratio('0.2') };
const SHARE: GuardLimits = { underlyingShareMax: ratio('0.8') };
const UNDERLYING: GuardLimits = { underlyingMarginMax: ratio('0.8') };
const VENUE: GuardLimits = { venueLeverageMax: { paper: ratio('5') } };
const STRATEGY: GuardLimits = { strategyLeverageMax: { 'dn-pair': ratio('5') } };

describe('a guard without an input refuses:', () => {
  it.each<[rule: string, what: string, guards: GuardLimits, change: Change]>([
    ['strategy-leverage', 'no bot', STRATEGY, { bot: undefined }],
    ['strategy-leverage', 'no strategy', STRATEGY, { bot: { accountId: 'a1', portfolioId: 'p1', profiles: ['demo'] } }],
    ['strategy-leverage', 'no collateral', STRATEGY, account({ eligibleCollateral: NAN })],
    ['strategy-leverage', 'no account', STRATEGY, { account: undefined }],
    ['venue-leverage', 'no terms', VENUE, noMarket],
    ['venue-leverage', 'no exposure', VENUE, { facts: undefined }],
    ['margin-utilisation', 'no equity', MARGIN, without('eligibleEquity')],
    ['margin-utilisation', 'equity that is nothing', MARGIN, account({ eligibleEquity: new Decimal(0) })],
    ['margin-utilisation', 'equity that is no number', MARGIN, account({ eligibleEquity: NAN })],
    ['margin-utilisation', 'no terms', MARGIN, noMarket],
    ['margin-utilisation', 'no terms of what is held', MARGIN, held],
    ['margin-utilisation', 'a margin that is no number', MARGIN, terms({ initialMarginRatio: NAN })],
    ['margin-utilisation', 'no exposure', MARGIN, { facts: undefined }],
    ['liquidation-buffer', 'no equity', BUFFER, without('equity')],
    ['liquidation-buffer', 'equity that is no number', BUFFER, account({ equity: NAN })],
    ['liquidation-buffer', 'no terms of what is held', BUFFER, held],
    ['liquidation-buffer', 'a margin that is no number', BUFFER, terms({ maintenanceMarginRatio: NAN })],
    ['liquidation-buffer', 'a distance of the venue that is no number', BUFFER, account({ nearestLiquidation: NAN })],
    ['underlying-share', 'no equity', SHARE, without('eligibleEquity')],
    ['underlying-share', 'no terms', SHARE, noMarket],
    ['underlying-share', 'no terms of what is held', SHARE, held],
    ['underlying-margin', 'no equity', UNDERLYING, without('eligibleEquity')],
    ['underlying-margin', 'no terms', UNDERLYING, noMarket],
    ['underlying-margin', 'a margin that is no number', UNDERLYING, terms({ initialMarginRatio: NAN })],
    ['slippage-warn', 'an estimate that is no number', { slippageWarnBps: bps('30') }, slippage],
    ['slippage-block', 'an estimate that is no number', { slippageBlockBps: bps('30') }, slippage],
    ['open-orders', 'no count', { openOrdersMax: 5 }, noFacts],
    ['open-orders', 'a count that is no number', { openOrdersMax: 5 }, { guardFacts: guardFactsOf({ orders: { open: NaN, sentInMinute: 0 } }) }],
    ['open-orders', 'a limit that is no number', { openOrdersMax: NaN }, {}],
    ['orders-per-minute', 'no count', { ordersPerMinuteMax: 5 }, noFacts],
    ['orders-per-minute', 'a count that is no number', { ordersPerMinuteMax: 5 }, { guardFacts: guardFactsOf({ orders: { open: 0, sentInMinute: NaN } }) }],
    ['refused-plans', 'no count', { refusedPlansPerHourMax: 5 }, noFacts],
    ['refused-plans', 'a count that is no number', { refusedPlansPerHourMax: 5 }, { guardFacts: guardFactsOf({ refusedInHour: NaN }) }],
    ['venue-maintenance', 'no announcements', { maintenanceLeadMs: 5 }, { guardFacts: { instruments: guardFactsOf().instruments ?? {} } }],
    ['venue-maintenance', 'no terms', { maintenanceLeadMs: 5 }, noMarket],
    ['venue-maintenance', 'a start that is no number', { maintenanceLeadMs: 5 }, { guardFacts: guardFactsOf({ maintenances: [{ venue: 'paper', startsAt: NaN, endsAt: AT + 1, reason: '' }] }) }],
    ['venue-clock', 'no answer of the venue', { clockSkewMaxMs: 5 }, without('clockSkewMs')],
    ['venue-clock', 'a skew that is no number', { clockSkewMaxMs: 5 }, account({ clockSkewMs: NaN })],
    ['terms-changed', 'no terms', {}, noMarket],
    ['terms-changed', 'no legs', {}, { plan: planOf('1', '1000', { legs: [] }) }],
  ])('%s with %s', (rule, _what, guards, change) => {
    const event = judge(guards, change);
    expect([event.type, event.rules.find((each) => each.rule === rule)?.result]).toEqual(['TradeDenied', 'MISSING_INPUT']);
  });

  it('a guard whose term is no number takes it for changed', () => {
    const event = judge({}, terms({ takerFeeBps: NAN }));
    expect(event.rules.find(({ rule }) => rule === 'terms-changed')?.result).toBe('REFUSE');
  });
});
