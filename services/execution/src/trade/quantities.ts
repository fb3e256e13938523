import { Decimal, floorTo, ceilTo, minOf, type Ms, notionalOf, remainderOf, signOf, ZERO_QUANTITY, type Notional, type Price, type Quantity } from '@ballast/domain';
import type { LegState, OrderState, TradeState } from './trade.state.js';

/** An order worth this much more than the minimum is still above it after the price has moved by as much. */
const MINIMUM_CUSHION = new Decimal('1.02');

/** Entered and not given back. */
export const netEntered = (leg: LegState): Quantity => leg.entered.quantity.minus(leg.trimmed.quantity) as Quantity;
export const netExited = (leg: LegState): Quantity => leg.exited.quantity.minus(leg.returned.quantity) as Quantity;
/** What liquidations took of this leg. The venue may have told of one before the fills that it took: those are taken as they arrive. */
export const liquidatedOf = (leg: LegState): Quantity => minOf(leg.liquidated.quantity, remainderOf(leg.absorbed.plus(netEntered(leg)) as Quantity, netExited(leg)));
/** What the trade holds of this leg, what it took over included and what the venue has lost excluded, in the leg's direction; negative where more was exited than held. */
export const holdingOf = (leg: LegState): Decimal => leg.absorbed.plus(netEntered(leg)).minus(netExited(leg)).minus(liquidatedOf(leg)).minus(leg.missing);

/** How far it went to the wrong side: of flat on the way out, of where it began on the way in; 0 where it did not. */
export function shortfallOf({ phase }: Pick<TradeState, 'phase'>, leg: LegState): Quantity {
  const wayIn = phase === 'ENTERING' || (phase === 'HELD' && netExited(leg).isZero());
  const beyond = wayIn ? holdingOf(leg).minus(leg.absorbed) : holdingOf(leg);
  return (beyond.lt(0) ? beyond.abs() : ZERO_QUANTITY) as Quantity;
}
/** Held beyond the plan, or given back beyond where it should have ended. */
export function surplusOf(state: Pick<TradeState, 'phase'>, leg: LegState): Quantity {
  const shortfall = shortfallOf(state, leg);
  return shortfall.isZero() ? remainderOf(netEntered(leg), leg.planned) : shortfall;
}

export const isLive = (order: OrderState): boolean => order.status !== 'ENDED';
/** What the order may still do: nothing once it has ended and every promised fill is here. */
export const openOf = (order: OrderState): Quantity =>
  isLive(order) ? remainderOf(order.quantity, order.filled) : remainderOf(order.quantity, order.filled.plus(order.unfilled) as Quantity);

/** A post-only order that nobody has asked back. */
export const isResting = (order: OrderState): boolean => isLive(order) && order.postOnly && !order.cancelRequested;
/** An order that has ended, with every fill that was promised. */
export const isSettled = (order: OrderState): boolean => !isLive(order) && openOf(order).isZero();
/** A target that the venue has, and that nobody has asked back: it rests for days, and what it does is told. */
export const isAtRest = (order: OrderState): boolean => order.purpose === 'TARGET' && order.status === 'OPEN' && order.accepted && isResting(order);
/** Orders that may still do something: a look at the trade costs these, not every order that it ever sent. */
export const unsettledOf = (state: TradeState): readonly OrderState[] => state.unsettled.flatMap((id) => state.orders[id] ?? []);
/** What a recovery looks up, in the order in which it was decided: what may never have left by when it was sent, what the venue has by when it was asked back. */
export function liveInOrder(state: TradeState): readonly OrderState[] {
  const sent = Object.keys(state.orders);
  const turnOf = ({ accepted, cancelRequested, askedBackAfter, clientOrderId }: OrderState): number => (accepted && cancelRequested ? askedBackAfter ?? sent.length : sent.indexOf(clientOrderId) + 0.5);
  return unsettledOf(state).filter(isLive).sort((a, b) => turnOf(a) - turnOf(b));
}
export const ordersOf = (state: TradeState, leg: number): readonly OrderState[] => unsettledOf(state).filter((order) => order.leg === leg);
/** Nothing of this leg is under way: no order without its end, no end without its fills. */
export const isQuiet = (state: TradeState, leg: number): boolean => ordersOf(state, leg).length === 0;
/** Taking orders in a row that a leg has lost for so long, about 8 s, that a fill after a cancel would have been told by now. */
const FAILURES_LONG = 6;
/** The leg has tried for long, and nothing of it is under way: how the account stands at the venue says why. */
export const triesInVain = (state: TradeState, index: number): boolean => isQuiet(state, index) && state.legs.some(({ leg, failures }) => leg === index && failures >= FAILURES_LONG);
/** A reduction is asked for by the market of that moment: what has waited for longer than this is left, and protection asks anew where it must. */
export const REDUCTION_AGE_MAX_MS: Ms = 120_000;
/** What is still to be taken back of a held leg. */
export const reducingOf = ({ reducing, reducesUntil }: LegState, at: Ms): Quantity => (reducesUntil === undefined || at < reducesUntil ? reducing : ZERO_QUANTITY);
/** Nothing of this trade has ever been sent. */
export const isUnsent = (state: TradeState): boolean => state.legs.every((leg) => leg.orders === 0);
export const allQuiet = (state: TradeState): boolean => state.unsettled.length === 0;

/** What the leg has done of this round's target. */
export const doneOf = (state: TradeState, leg: LegState): Quantity => (state.phase === 'EXITING' ? leg.target.minus(holdingOf(leg)) : netEntered(leg)) as Quantity;
export const isComplete = (state: TradeState, leg: LegState): boolean => leg.residual || doneOf(state, leg).gte(leg.target);

export const isBelowMinimum = (leg: Pick<LegState, 'terms'>, quantity: Decimal, price: Price): boolean => quantity.times(price).lt(leg.terms.notionalMin);
/** The fewest lots that stay above the venue's minimum. */
export const fewestLots = (leg: LegState, price: Price): Quantity => ceilTo(leg.terms.notionalMin.times(MINIMUM_CUSHION).div(price), leg.terms.lotSize) as Decimal as Quantity;

/** The leg that has done the largest share of its target leads; the first of equals. */
export function leaderOf(state: TradeState): LegState | undefined {
  const share = (leg: LegState): Decimal => (leg.target.isZero() ? new Decimal(1) : doneOf(state, leg).div(leg.target));
  return state.legs.reduce<LegState | undefined>((best, leg) => (best === undefined || share(leg).gt(share(best)) ? leg : best), undefined);
}

/**
 * Whole lots that `leg` lacks behind the leader's fills, in proportion to the plan: from fills, never from intent. On the way in no
 * remainder below the venue's minimum is left behind (W-16); what is too small to send waits for the leader's next fill.
 */
export function hedgeDue(state: TradeState, leg: LegState): Quantity {
  const leader = leaderOf(state);
  if (!leader || leader.leg === leg.leg || leader.target.isZero()) return ZERO_QUANTITY;
  const done = doneOf(state, leg);
  const complete = isComplete(state, leader);
  const follow = complete ? leg.target : floorTo(leg.target.times(doneOf(state, leader)).div(leader.target), leg.terms.lotSize) as Decimal as Quantity;
  const due = remainderOf(follow, done);
  if (due.isZero()) return due;
  const rest = remainderOf(leg.target, done);
  if (state.phase === 'EXITING') return due.eq(rest) || !isBelowMinimum(leg, due, leg.referencePrice) ? due : ZERO_QUANTITY;
  const least = fewestLots(leg, leg.referencePrice);
  const left = remainderOf(rest, due);
  const safe = left.isZero() || left.gte(least) ? due : remainderOf(rest, least);
  return isBelowMinimum(leg, safe, leg.referencePrice) ? ZERO_QUANTITY : minOf(safe, rest);
}

/** Legs behind the leader's fills whose resting orders have not been told to make way. */
export const laggingLegs = (state: TradeState): readonly LegState[] => state.legs.filter((leg) => !leg.makerOver && !hedgeDue(state, leg).isZero());

/** Until when the lagging leg's resting orders may still be met; undefined where no leg lags. */
export const patientUntil = ({ lagSince, limits }: TradeState): Ms | undefined => (lagSince === undefined ? undefined : lagSince + (limits.hedgePatienceMs ?? 0));

/** Notional without its counterpart, at the plan's reference prices; 0 for a trade of one leg. */
export function unhedgedOf(state: TradeState): Notional {
  if (state.legs.length < 2) return new Decimal(0) as Notional;
  return state.legs.reduce((sum, leg) => sum.plus(notionalOf(holdingOf(leg) as Quantity, leg.referencePrice).times(signOf(leg.side))), new Decimal(0)).abs() as Notional;
}

/** Exposed beyond what its small size excuses: the naked time limit runs. */
export function isNaked(state: TradeState): boolean {
  if (state.legs.length < 2 || (state.phase !== 'ENTERING' && state.phase !== 'EXITING')) return false;
  const complete = state.legs.filter((leg) => isComplete(state, leg)).length;
  const smallest = minOf(...(state.legs.map((leg) => leg.terms.notionalMin) as [Notional, ...Notional[]]));
  return (complete > 0 && complete < state.legs.length) || unhedgedOf(state).gte(smallest);
}
