import { bps, imbalanceOf, type Instrument, money, notional, notionalOf, price, quantity, ratio, signedQuantity } from '@ballast/domain';
import type { PlannedLeg, TradePlanned } from '@ballast/events';
import { DEMO, type GuardLimits, inForce, planHashOf, type PolicyProfile } from '@ballast/policy';
import type { AssessPlan, ExposureFacts, GuardFacts } from './exposure.types.js';
import { put } from './persistent-map.js';

/** 2025-09-04T12:00Z, market time of every builder. */
export const AT = Date.parse('2025-09-04T12:00:00.000Z');

export function legOf(leg: number, instrument: string, size: string, reference: string, lot = '0.001'): PlannedLeg {
  const [q, p] = [quantity(size), price(reference)];
  return {
    leg, instrument, side: leg === 0 ? 'BUY' : 'SELL', quantity: q, slices: [q], referencePrice: p, notional: notionalOf(q, p),
    estimatedSlippageBps: bps('1'), depthNotional: notional('1000000'), levels: [],
    seen: { instrument, bestBid: p, bestAsk: p, exchangeTime: AT - 500, bookSequence: 1 },
    terms: { lotSize: quantity(lot), tickSize: price('0.01'), notionalMin: notional('5'), makerFeeBps: bps('1'), takerFeeBps: bps('5'), initialMarginRatio: ratio('0.05'), maintenanceMarginRatio: ratio('0.03') },
  };
}

/** A plan of two equal legs of `size` dollars: prices are 1. */
export function planOf(id: string, size = '1000', change: Partial<TradePlanned> = {}): TradePlanned {
  const legs = change.legs ?? [legOf(0, 'ETH-PERP', size, '1'), legOf(1, 'SOL-PERP', size, '1')];
  const [a, b] = legs;
  return {
    type: 'TradePlanned', planId: `plan-${id}`, signalId: `signal-${id}`, tradeId: `trade-${id}`, botId: 'b1', accountId: 'a1', portfolioId: 'p1',
    outcome: 'BALANCED', targetNotional: notional('1000'), legs, imbalanceRatio: a && b ? imbalanceOf(a.notional, b.notional) : ratio('0'),
    bindingCap: 'target', caps: [], eligibleCollateral: money('2000'), expectedCostBps: bps('8'), slippageBpsMax: bps('10'), validUntil: AT + 10_000,
    ...change,
  };
}

export const policyOf = (change: Partial<PolicyProfile> = {}) => inForce([{ ...DEMO, ...change }]);

export const policyWith = (guards: GuardLimits, change: Partial<PolicyProfile> = {}) => policyOf({ guards, ...change });

/** What the fold shows of an account: exposure by instrument, and the trades that are in it. */
export const factsOf = (byInstrument: ExposureFacts['byInstrument'] = {}, ...tradeIds: readonly string[]): ExposureFacts => ({ byInstrument, tradeIds: tradeIds.reduce<ExposureFacts['tradeIds']>((ids, id) => put(ids, id, true), {}) });

/** The terms that `legOf` plans with, as the market publishes them. */
export function instrumentOf(name: string, change: Partial<Instrument> = {}): Instrument {
  const { terms } = legOf(0, name, '1', '1');
  return { instrument: name, venue: 'paper', base: name.split('-')[0] ?? name, quote: 'USD', ...terms, ...change };
}

/** All that a guard can ask for, none of it near a limit. */
export const guardFactsOf = (change: Partial<GuardFacts> = {}): GuardFacts => ({
  instruments: { 'ETH-PERP': instrumentOf('ETH-PERP'), 'SOL-PERP': instrumentOf('SOL-PERP') }, orders: { open: 0, sentInMinute: 0 }, refusedInHour: 0, maintenances: [], ...change,
});

/** An account as an observation of it is known: equity equal to collateral, a clock that agrees. */
export const accountOf = (collateral = '2000', change: Partial<NonNullable<AssessPlan['account']>> = {}): NonNullable<AssessPlan['account']> => ({
  eligibleCollateral: money(collateral), observedAt: AT - 1_000, equity: money(collateral), eligibleEquity: money(collateral), clockSkewMs: 0, ...change,
});

export const assess = (plan: TradePlanned, change: Partial<AssessPlan> = {}): AssessPlan => ({
  type: 'AssessPlan', plan, planHash: planHashOf(plan.planId, plan.legs),
  account: accountOf(),
  facts: factsOf(),
  bot: { accountId: 'a1', portfolioId: 'p1', profiles: ['demo'], strategy: 'dn-pair' },
  residuals: Object.fromEntries(plan.legs.map(({ instrument }) => [instrument, signedQuantity('0')])),
  policy: policyOf(),
  guardFacts: guardFactsOf(),
  tradingState: 'ACTIVE',
  dayBoundaryMs: 0,
  ...change,
});
