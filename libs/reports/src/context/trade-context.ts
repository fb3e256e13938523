import { canonicalRatio, Decimal, type Id, type Money, type Ms, type Notional, type Ratio, type Side } from '@ballast/domain';
import type { PlannedLeg, TradePlanned } from '@ballast/events';

/** The market of one leg as its plan saw it (R106). */
export interface LegContext {
  readonly instrument: string;
  readonly side: Side;
  /** Best ask less best bid, over their mid, bps. */
  readonly spreadBps: Decimal;
  /** Offered within the slippage band on the side that the leg takes. */
  readonly depthNotional: Notional;
  readonly estimatedSlippageBps: Decimal;
  /** (bids - asks) / (bids + asks) within the slippage band, -1 to 1; undefined where the plan did not record the other side. */
  readonly bookImbalance: Ratio | undefined;
  /** Standard deviation of a day's returns, from the prices that the account's decisions saw in the hour before; undefined below two returns. */
  readonly volatilityDaily: Ratio | undefined;
}

/** R of a trade without a stop (W-17): its cost budget; where it has none, the cost that its plan expected. */
export type RiskBasis = 'COST_BUDGET' | 'EXPECTED_COST';

export interface TradeContext {
  readonly tradeId: Id;
  readonly plannedAt: Ms;
  readonly legs: readonly LegContext[];
  /** Quote currency. */
  readonly risk: Money;
  readonly riskBasis: RiskBasis;
  readonly expectedEdgeBps: Decimal | undefined;
  readonly expectedCostBps: Decimal;
  /** Venue time of the first fill. */
  enteredAt: Ms | undefined;
  /** When its result after the fees paid so far was first seen above 0: at a mark observed while it stood, else when it closed. */
  firstProfitAt: Ms | undefined;
  /** Best and worst result seen at marks while it stood. */
  bestSeen: Money | undefined;
  worstSeen: Money | undefined;
}

const ZERO = new Decimal(0);

export function contextOf({ tradeId, legs, costBudgetBps, expectedCostBps, expectedEdgeBps }: TradePlanned, at: Ms, volatilityOf: (instrument: string) => Ratio | undefined): TradeContext {
  const planVolume = legs.reduce<Decimal>((largest, { notional }) => Decimal.max(largest, notional), ZERO);
  return {
    tradeId, plannedAt: at, legs: legs.map((leg) => legContext(leg, volatilityOf(leg.instrument))),
    risk: planVolume.times(costBudgetBps ?? expectedCostBps).div(10_000) as Money,
    riskBasis: costBudgetBps ? 'COST_BUDGET' : 'EXPECTED_COST',
    expectedEdgeBps, expectedCostBps, enteredAt: undefined, firstProfitAt: undefined, bestSeen: undefined, worstSeen: undefined,
  };
}

function legContext({ instrument, side, seen: { bestBid, bestAsk }, depthNotional, oppositeDepthNotional, estimatedSlippageBps }: PlannedLeg, volatilityDaily: Ratio | undefined): LegContext {
  const [bids, asks] = side === 'BUY' ? [oppositeDepthNotional, depthNotional] : [depthNotional, oppositeDepthNotional];
  return {
    instrument, side, depthNotional, estimatedSlippageBps, volatilityDaily,
    spreadBps: bestAsk.minus(bestBid).div(bestAsk.plus(bestBid).div(2)).times(10_000),
    bookImbalance: bids && asks && !bids.plus(asks).isZero() ? (canonicalRatio(bids.minus(asks).div(bids.plus(asks))) as Ratio) : undefined,
  };
}
