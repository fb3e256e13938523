import type { Decimal, Ms } from '@ballast/domain';
import { rMultiple } from '@ballast/performance';
import type { LegContext, RiskBasis, TradeContext } from '../context/trade-context.js';
import { isoOf } from '../report/period.js';
import { exact, type Figure, figure } from '../summary/statistics.js';
import type { TradeResult } from '../summary/trade-result.js';

export interface TrackedLeg {
  readonly instrument: string;
  readonly side: string;
  readonly spreadBps: Figure;
  readonly depthNotional: string;
  readonly bookImbalance: Figure;
  readonly volatilityDaily: Figure;
  readonly estimatedSlippageBps: Figure;
}

/** One trade with the market it was entered in and how it went (R106, R107). */
export interface TrackedTrade {
  readonly tradeId: string;
  readonly botId: string;
  readonly portfolioId: string;
  readonly outcome: string;
  readonly plannedAt: string | null;
  readonly enteredAt: string | null;
  readonly closedAt: string | null;
  /** Market time from the first fill to the close, ms. */
  readonly heldMs: number | null;
  readonly net: string;
  readonly planVolume: string;
  readonly fees: string;
  readonly funding: string;
  /** R in quote currency and what it is (W-17); null where the plan is not in the log. */
  readonly risk: string | null;
  readonly riskBasis: RiskBasis | null;
  readonly rMultiple: Figure;
  /** From the first fill until its result was first seen above 0, ms; null where it never was. */
  readonly timeToProfitMs: number | null;
  readonly bestSeen: Figure;
  readonly worstSeen: Figure;
  readonly legs: readonly TrackedLeg[];
}

export function trackedTrade({ trade, closed, funding, net }: TradeResult, context: TradeContext | undefined): TrackedTrade {
  const risk = context && context.risk.gt(0) ? context.risk : undefined;
  const enteredAt = context?.enteredAt;
  return {
    tradeId: trade.tradeId, botId: trade.botId, portfolioId: trade.portfolioId, outcome: closed.outcome,
    plannedAt: isoOf(context?.plannedAt), enteredAt: isoOf(enteredAt), closedAt: isoOf(trade.closedAt), heldMs: span(enteredAt, trade.closedAt),
    net: exact(net), planVolume: exact(closed.planVolume), fees: exact(closed.fees), funding: exact(funding),
    risk: risk ? exact(risk) : null, riskBasis: risk && context ? context.riskBasis : null, rMultiple: figure(risk && rMultiple(net, risk)),
    timeToProfitMs: span(enteredAt, context?.firstProfitAt ?? (net.gt(0) ? trade.closedAt : undefined)),
    bestSeen: figure(context?.bestSeen), worstSeen: figure(context?.worstSeen),
    legs: (context?.legs ?? []).map(legOf),
  };
}

const legOf = ({ instrument, side, spreadBps, depthNotional, bookImbalance, volatilityDaily, estimatedSlippageBps }: LegContext): TrackedLeg => ({
  instrument, side, spreadBps: figure(spreadBps), depthNotional: exact(depthNotional), bookImbalance: figure(bookImbalance), volatilityDaily: figure(volatilityDaily), estimatedSlippageBps: figure(estimatedSlippageBps),
});

const span = (from: Ms | undefined, to: Ms | undefined): number | null => (from === undefined || to === undefined ? null : Math.max(0, to - from));

/** How the books leaned towards what each leg did: positive where a buyer met more bids, a seller more asks. */
export const leanOf = ({ legs }: Pick<TradeContext, 'legs'>): readonly Decimal[] => legs.flatMap(({ bookImbalance, side }) => (bookImbalance ? [side === 'BUY' ? bookImbalance : bookImbalance.neg()] : []));
