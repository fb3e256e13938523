import { type Bps, Decimal, type Id, minOf, type Ms, type Notional, type Price, slippageBps, type Side } from '@ballast/domain';
import type { PlannedLeg, TradeClosed, TradeOpened } from '@ballast/events';

/** A leg as it was planned: what its fills are compared with. */
interface OpenLeg {
  readonly leg: number;
  readonly side: Side;
  readonly planned: Decimal;
  readonly referencePrice: Price;
  /** Best price on the side that the entry takes, when it was planned: what the estimate is measured from. */
  readonly touchPrice: Price;
  readonly estimatedBps: Bps;
}

/** A round that was opened on the rung and is not over. */
export interface OpenRound {
  readonly tradeId: Id;
  readonly openedAt: Ms;
  readonly balanced: boolean;
  readonly legs: readonly OpenLeg[];
  /** Offered within the slippage band on the leg that has least of it. */
  readonly depth: Notional;
}

/** What a round that is over set out to do and did, at reference prices; slippage weighted by what was entered. */
export interface RoundDone {
  readonly ordered: Decimal;
  readonly filled: Decimal;
  /** Entered at fill prices. */
  readonly entered: Decimal;
  /** Basis points x entered notional. */
  readonly estimated: Decimal;
  readonly realised: Decimal;
  readonly depth: Notional;
}

export const ZERO = new Decimal(0);

const openLeg = ({ leg, side, quantity, referencePrice, seen, estimatedSlippageBps }: PlannedLeg): OpenLeg => ({ leg, side, planned: quantity, referencePrice, touchPrice: side === 'BUY' ? seen.bestAsk : seen.bestBid, estimatedBps: estimatedSlippageBps });

export function openRound({ tradeId, legs }: TradeOpened, openedAt: Ms): OpenRound {
  const [first, ...rest] = legs.map(({ depthNotional }) => depthNotional);
  return { tradeId, openedAt, balanced: false, legs: legs.map(openLeg), depth: first ? minOf(first, ...rest) : (ZERO as Notional) };
}

/**
 * Fill rate as in every report (C-14): an entry is set out for with its plan, an exit with what was entered; maker or IOC alike.
 * Slippage of the entry against the best price that the plan could have taken, as its estimate is.
 */
export function closeRound({ legs, depth }: OpenRound, { legs: results }: TradeClosed): RoundDone {
  return legs.reduce<RoundDone>(
    (sum, { leg, side, planned, referencePrice, touchPrice, estimatedBps }) => {
      const result = results.find((each) => each.leg === leg);
      const [filled, exited] = [result?.filled ?? ZERO, result?.exited ?? ZERO];
      const entered = result?.averagePrice ? filled.times(result.averagePrice) : ZERO;
      const slipped = result?.averagePrice ? slippageBps(side, touchPrice, result.averagePrice) : ZERO;
      return {
        ordered: sum.ordered.plus(planned.plus(filled).times(referencePrice)),
        filled: sum.filled.plus(filled.plus(exited).times(referencePrice)),
        entered: sum.entered.plus(entered),
        estimated: sum.estimated.plus(entered.times(estimatedBps)),
        realised: sum.realised.plus(entered.times(slipped)),
        depth,
      };
    },
    { ordered: ZERO, filled: ZERO, entered: ZERO, estimated: ZERO, realised: ZERO, depth },
  );
}

export const NO_ROUND: RoundDone = { ordered: ZERO, filled: ZERO, entered: ZERO, estimated: ZERO, realised: ZERO, depth: ZERO as Notional };

/** Two rounds as one; the depth is that of the second. */
export const addRounds = (a: RoundDone, b: RoundDone): RoundDone => ({
  ordered: a.ordered.plus(b.ordered),
  filled: a.filled.plus(b.filled),
  entered: a.entered.plus(b.entered),
  estimated: a.estimated.plus(b.estimated),
  realised: a.realised.plus(b.realised),
  depth: b.depth,
});
