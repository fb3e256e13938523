import { bps, imbalanceOf, money, notional, notionalOf, price, quantity, ratio, signedQuantity } from '@ballast/domain';
import type { PlannedLeg, TradePlanned } from '@ballast/events';
import { DEMO, inForce, planHashOf, type PolicyProfile } from '@ballast/policy';
import type { AssessPlan } from './exposure.types.js';

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

export const assess = (plan: TradePlanned, change: Partial<AssessPlan> = {}): AssessPlan => ({
  type: 'AssessPlan', plan, planHash: planHashOf(plan.planId, plan.legs),
  account: { eligibleCollateral: money('2000'), observedAt: AT - 1_000 },
  facts: { byInstrument: {}, tradeIds: [] },
  bot: { accountId: 'a1', portfolioId: 'p1', profiles: ['demo'] },
  residuals: Object.fromEntries(plan.legs.map(({ instrument }) => [instrument, signedQuantity('0')])),
  policy: policyOf(),
  tradingState: 'ACTIVE',
  dayBoundaryMs: 0,
  ...change,
});
