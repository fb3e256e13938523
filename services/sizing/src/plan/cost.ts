import { type Bps, Decimal, type Ratio } from '@ballast/domain';
import type { SignalRaised } from '@ballast/events';
import type { Refusal } from './plan.types.js';

/** Fees and estimated slippage of one leg of the pair. */
export interface LegCost {
  readonly makerFeeBps: Bps;
  readonly takerFeeBps: Bps;
  readonly slippageBps: Bps;
}

/**
 * Expected cost of the whole round in bps of one leg's notional: each leg is filled twice, entry and exit, the maker share
 * at the maker fee and the rest at the taker fee plus the slippage estimated now (W-15: 4 fills of 1 bp = 4, of 5 bps = 20).
 */
export function roundCostBps(legs: readonly LegCost[], makerShare: Ratio): Bps {
  const takerShare = new Decimal(1).minus(makerShare);
  const perSide = legs.map((leg) => makerShare.times(leg.makerFeeBps).plus(takerShare.times(leg.takerFeeBps.plus(leg.slippageBps))));
  return perSide.reduce((sum, cost) => sum.plus(cost), new Decimal(0)).times(2).toDecimalPlaces(6) as Bps;
}

/**
 * Net edge after fees and slippage must be positive (C-4); a round without an expected edge must fit its cost budget.
 * A signal with neither is refused: nothing says that it may cost anything.
 */
export function edgeRefusal(signal: SignalRaised, cost: Bps): Refusal | undefined {
  const { expectedEdgeBps: edge, costBudgetBps: budget } = signal;
  if (!edge && !budget) return { reason: 'EDGE', detail: `found neither an expected edge nor a cost budget, the round is expected to cost ${cost.toString()} bps` };
  if (edge && edge.lte(cost)) return { reason: 'EDGE', detail: `expected edge ${edge.toString()} bps, expected cost ${cost.toString()} bps: the net edge is ${edge.minus(cost).toString()} bps, allowed is above 0` };
  if (budget && cost.gt(budget)) return { reason: 'EDGE', detail: `expected cost ${cost.toString()} bps, the budget is ${budget.toString()} bps` };
  return undefined;
}
