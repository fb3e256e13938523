import { type Ms, opposite, type Price, type Side } from '@ballast/domain';
import type { ReachedLevel } from '@ballast/events';
import { holdingOf, isBelowMinimum, isQuiet, ordersOf, reducingOf, surplusOf } from './quantities.js';
import type { Sight, Touch } from './trade.commands.js';
import type { LegState, TradeState } from './trade.state.js';

/** A target that the venue has refused so often rests no more: it stays armed, and is taken when a price reaches it. */
const REFUSALS_MAX = 8;

/** What an exit of this side takes now. */
const exitTouch = (entered: Side, { bid, ask }: Touch): Price => (opposite(entered) === 'SELL' ? bid : ask);

/** Of a trade that stands only the surplus is a residual: the levels guard what it holds, with that. */
function reachedOf(state: TradeState, sight: Sight, level: ReachedLevel['level'], isReached: (leg: LegState, touch: Price) => boolean): ReachedLevel | undefined {
  for (const leg of state.legs) {
    const price = level === 'STOP' ? leg.stopPrice : leg.targetPrice;
    const seen = sight[leg.instrument];
    const touch = seen && exitTouch(leg.side, seen);
    if (price && touch && (!leg.residual || state.phase === 'HELD') && isReached(leg, touch)) return { leg: leg.leg, instrument: leg.instrument, level, price, touch, bookSequence: seen.sequence };
  }
  return undefined;
}

/** The first leg whose stop a fresh price has reached or passed; a leg without a stop has none. */
export const stopReached = (state: TradeState, sight: Sight): ReachedLevel | undefined =>
  reachedOf(state, sight, 'STOP', ({ side, stopPrice }, touch) => stopPrice !== undefined && (side === 'BUY' ? touch.lte(stopPrice) : touch.gte(stopPrice)));

/** The first leg whose target a fresh price has reached while no order rests there: one that rests is filled by the venue. */
export const targetReached = (state: TradeState, sight: Sight): ReachedLevel | undefined =>
  reachedOf(state, sight, 'TARGET', ({ leg, side, targetPrice }, touch) => targetPrice !== undefined && !ordersOf(state, leg).some(({ purpose }) => purpose === 'TARGET') && (side === 'BUY' ? touch.gte(targetPrice) : touch.lte(targetPrice)));

export const levelText = ({ level, instrument, price, touch }: ReachedLevel): string => `the ${level.toLowerCase()} of ${instrument} at ${price.toString()} was reached: ${touch.toString()}`;

/** Targets and reductions have taken back all that the trade held, but for a surplus that is recorded as a residual. */
export const isLeft = (state: TradeState): boolean => state.legs.some((leg) => leg.exited.quantity.gt(0)) && state.legs.every((leg) => isQuiet(state, leg.leg) && (holdingOf(leg).isZero() || isOnlyResidual(state, leg)));

const isOnlyResidual = (state: TradeState, leg: LegState): boolean => leg.residual && holdingOf(leg).abs().eq(surplusOf(state, leg));

/** A target rests where nothing else of its leg is under way; of a pair none does, since it would be left naked when it is met. */
export function restsAt(state: TradeState, leg: LegState, at: Ms): leg is LegState & { readonly targetPrice: Price } {
  if (state.legs.length > 1 || leg.targetPrice === undefined || !reducingOf(leg, at).isZero() || leg.failures >= REFUSALS_MAX) return false;
  const holding = holdingOf(leg);
  return holding.gt(0) && isQuiet(state, leg.leg) && leg.retryAt <= at && !isBelowMinimum(leg, holding, leg.targetPrice);
}
