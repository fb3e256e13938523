import { type Bps, Decimal, floorTo, minOf, type Ms, notionalOf, opposite, type Price, type Quantity, remainderOf, type Side, type SignedQuantity, signOf, ZERO_QUANTITY } from '@ballast/domain';
import type { ExitStarted, PairResidual, UnwindStarted } from '@ballast/events';
import { isLeft, levelText, restsAt, stopReached, targetReached } from './levels.js';
import { type OrderIntent, orderOf, priceOf } from './order.builders.js';
import { allQuiet, doneOf, fewestLots, hedgeDue, holdingOf, isBelowMinimum, isComplete, isLive, isQuiet, isResting, isUnsent, laggingLegs, leaderOf, netEntered, ordersOf, patientUntil, reducingOf, shortfallOf, surplusOf, unsettledOf } from './quantities.js';
import { tradeBalanced, tradeClosed } from './results.js';
import type { Sight, TradeContext, TradeEvent } from './trade.commands.js';
import type { LegState, OrderState, TradeState } from './trade.state.js';

/** Post-only orders that a leg may lose to the market in one round before it takes. */
const MAKERS_MAX = 3;
/** Taking orders in a row that an entry may lose before the trade is unwound; a reduction never gives up. */
const FAILURES_MAX = 5;
/** An unwind that has not ended for so long is told again. */
const UNWIND_ALARM_MS: Ms = 60_000;

/** The next step of a trade towards balanced or flat, from what it is and what is in sight; nothing where it has to wait. */
export function advance(state: TradeState, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  switch (state.phase) {
    case 'ABSENT':
    case 'REFUSED': return [];
    case 'CLOSED': return state.legs.some((leg) => !leg.residual && !holdingOf(leg).isZero()) ? [unwind(state, 'a late fill reopened it', context)] : [];
    case 'ENTERING':
    case 'EXITING': return advanceRound(state, sight, context);
    case 'HELD': return advanceHeld(state, sight, context);
    case 'UNWINDING': return advanceUnwind(state, sight, context);
  }
}

/** Whatever is open is to be reduced to flat, and told again where that has not ended in time. */
export const unwind = (state: TradeState, reason: string, { at }: TradeContext, why: Pick<UnwindStarted, 'reduction'> = {}): TradeEvent =>
  ({ type: 'UnwindStarted', tradeId: state.ids.tradeId, reason, ...why, againAt: againAt(state, at) });
/** When an exit or an unwind that starts at `at` is told again. */
export const againAt = ({ limits }: TradeState, at: Ms): Ms => at + (limits.unwindAlarmMs ?? UNWIND_ALARM_MS);
/** The limit of an exit, as its events tell it. */
export const limitOf = (slippageBpsMax: Bps | undefined): { readonly slippageBpsMax?: Bps } => (slippageBpsMax === undefined ? {} : { slippageBpsMax });
/** Before any exit that an event starts the trade with these words. */
export const leave = (state: TradeState, reason: string, { at }: TradeContext, how: Pick<ExitStarted, 'reached' | 'urgent' | 'reduction'> = {}): TradeEvent =>
  ({ type: 'ExitStarted', tradeId: state.ids.tradeId, reason, ...how, againAt: againAt(state, at) });
const isOverdue = (state: TradeState, { at }: TradeContext): boolean => state.againAt > 0 && state.againAt <= at;

const cancelAll = (state: TradeState, which: (order: OrderState) => boolean, reason: string): readonly TradeEvent[] =>
  unsettledOf(state).filter((order) => isResting(order) && which(order))
    .map(({ clientOrderId }) => ({ type: 'OrderCancelRequested', clientOrderId, tradeId: state.ids.tradeId, reason }));

function advanceRound(state: TradeState, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  const broken = abandonment(state, context);
  if (broken) return [unwind(state, broken, context)];
  const stop = stopReached(state, sight);
  if (stop && state.phase === 'ENTERING') return [unwind(state, `${levelText(stop)} before the trade was whole`, context)];
  if (stop && !state.urgent) return [leave(state, levelText(stop), context, { reached: stop, urgent: true })];
  if (state.phase === 'EXITING' && isOverdue(state, context)) return [{ type: 'ExitStarted', tradeId: state.ids.tradeId, reason: stuck(state, context), ...limitOf(state.exitSlippageBpsMax), againAt: againAt(state, context.at) }];
  const late = cancelAll(state, (order) => order.deadlineAt <= context.at, 'the maker time limit has passed');
  if (late.length > 0) return late;
  const resting = state.phase === 'EXITING' ? cancelAll(state, ({ purpose }) => state.urgent || purpose === 'TARGET', 'the trade is left') : [];
  if (resting.length > 0) return resting;
  const surplus = trims(state, sight, context);
  if (surplus.length > 0) return surplus;
  if (allQuiet(state) && state.legs.every((leg) => isComplete(state, leg))) return state.phase === 'ENTERING' ? [tradeBalanced(state)] : finish(state);
  const hedge = startHedge(state, context);
  return hedge.length > 0 ? hedge : state.legs.flatMap((leg) => legOrders(state, leg, sight, context));
}

function abandonment(state: TradeState, { at }: TradeContext): string | undefined {
  const { since } = state.naked;
  if (since !== undefined && since + state.limits.nakedTimeoutMs <= at) return 'the naked time limit has passed';
  if (state.phase !== 'ENTERING') return undefined;
  if (isUnsent(state) && state.enterBy > 0 && state.enterBy < at) return 'no fresh book before the approval ended';
  const failed = state.legs.find((leg) => leg.failures >= FAILURES_MAX);
  return failed && `leg ${failed.leg} could not be taken within the slippage limit`;
}

const isPatient = (state: TradeState, { at }: TradeContext): boolean => at < (patientUntil(state) ?? at);

/** The lagging leg follows what the leader has filled: its resting orders make way once patience is over, then it takes. */
function startHedge(state: TradeState, context: TradeContext): readonly TradeEvent[] {
  const leader = leaderOf(state);
  if (!leader || isPatient(state, context)) return [];
  return laggingLegs(state).flatMap((leg) => {
    const cancels = cancelAll(state, (order) => order.leg === leg.leg, 'the leg lags behind the other one');
    const started: TradeEvent = { type: 'HedgeStarted', tradeId: state.ids.tradeId, leaderLeg: leader.leg, reason: `leg ${leader.leg} is filled first` };
    return cancels.length > 0 ? [...(state.hedging ? [] : [started]), ...cancels] : [];
  });
}

const takesOnly = ({ urgent }: TradeState, leg: LegState): boolean => urgent || leg.makerOver || leg.makers >= MAKERS_MAX * leg.slices.length;

function legOrders(state: TradeState, leg: LegState, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  if (!isQuiet(state, leg.leg) || isComplete(state, leg) || leg.retryAt > context.at) return [];
  const rest = remainderOf(leg.target, doneOf(state, leg));
  const everyoneTakes = state.legs.every((other) => isComplete(state, other) || (takesOnly(state, other) && ordersOf(state, other.leg).every((order) => !isLive(order) || !order.postOnly)));
  const due = everyoneTakes ? rest : isPatient(state, context) && !takesOnly(state, leg) ? ZERO_QUANTITY : hedgeDue(state, leg);
  if (due.gt(0)) return taking(state, leg, due, sight, context);
  return takesOnly(state, leg) ? [] : resting(state, leg, rest, sight, context);
}

/** Post-only at the touch, in the planned slices where the whole leg is still to do. */
function resting(state: TradeState, leg: LegState, rest: Quantity, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  if (state.legs.some((other) => !sight[other.instrument])) return [];
  const exiting = state.phase === 'EXITING';
  const side = exiting ? opposite(leg.side) : leg.side;
  const intent = { leg, side, purpose: exiting ? 'EXIT' : 'ENTRY', postOnly: true, reduceOnly: exiting } as const;
  const price = priceOf(state, sight, intent);
  if (!price) return [];
  const planned = slicesFor(leg, rest, price);
  const small = planned.some((slice) => isBelowMinimum(leg, slice, price));
  if (small && !exiting) return taking(state, leg, rest, sight, context);
  const slices = small ? [rest] : planned;
  return slices.flatMap((quantity, slice) => send(state, sight, context, { ...intent, quantity, slice, nth: slice, twins: slices.slice(0, slice).filter((earlier) => earlier.eq(quantity)).length }));
}

/** The planned slices where the whole leg is to do; what was taken over comes or goes with the last of them. */
function slicesFor(leg: LegState, rest: Quantity, price: Price): readonly Quantity[] {
  if (rest.eq(leg.planned)) return leg.slices;
  const last = (leg.slices.at(-1) ?? ZERO_QUANTITY).plus(leg.absorbed) as Quantity;
  return rest.eq(leg.planned.plus(leg.absorbed)) && !isBelowMinimum(leg, last, price) ? [...leg.slices.slice(0, -1), last] : [rest];
}

function taking(state: TradeState, leg: LegState, quantity: Quantity, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  const exiting = state.phase === 'EXITING';
  const side = exiting ? opposite(leg.side) : leg.side;
  const follows = leaderOf(state)?.leg !== leg.leg && doneOf(state, leaderOf(state) ?? leg).gt(0);
  const intent: OrderIntent = { leg, side, quantity, purpose: exiting ? 'EXIT' : follows ? 'HEDGE' : 'ENTRY', slice: 0, postOnly: false, reduceOnly: exiting };
  const price = priceOf(state, sight, intent);
  if (!price) return [];
  if (exiting) return send(state, sight, context, { ...intent, quantity: closing(state, leg, quantity, price) });
  if (!isBelowMinimum(leg, quantity, price)) return send(state, sight, context, intent);
  return quantity.eq(remainderOf(leg.target, doneOf(state, leg))) ? giveBack(state, leg, sight, context) : [];
}

/** What follows the leader out is worth the venue's minimum at the price that it may get; only what closes the leg may be worth less. */
function closing(state: TradeState, leg: LegState, due: Quantity, price: Price): Quantity {
  const rest = remainderOf(leg.target, doneOf(state, leg));
  return isBelowMinimum(leg, due, price) ? minOf(fewestLots(leg, price), rest) : due;
}

/**
 * What is missing is below the venue's minimum: so much is given back, reduce-only, that the rest can be ordered again (W-16).
 * The leg never holds more than was approved, and ends at exactly the planned quantity.
 */
function giveBack(state: TradeState, leg: LegState, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  const held = Decimal.min(netEntered(leg), holdingOf(leg)) as Quantity;
  if (held.lte(0)) return [unwind(state, `leg ${leg.leg} is below the venue's minimum`, context)];
  const intent = { leg, side: opposite(leg.side), purpose: 'TRIM', slice: 0, postOnly: false, reduceOnly: true } as const;
  const price = priceOf(state, sight, intent);
  return price ? send(state, sight, context, { ...intent, quantity: minOf(fewestLots(leg, minOf(price, leg.referencePrice)), held) }) : [];
}

/** What a leg holds beyond its plan, or beyond flat, is told and trimmed; below the venue's minimum it is a residual. */
function trims(state: TradeState, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  return state.legs.flatMap((leg) => {
    const short = shortfallOf(state, leg).gt(0);
    const surplus = surplusOf(state, leg);
    if (surplus.isZero() || leg.residual || (state.phase === 'EXITING' && !short)) return [];
    if (!leg.surplusTold.eq(surplus)) return [{ type: 'LegOverfilled', tradeId: state.ids.tradeId, leg: leg.leg, instrument: leg.instrument, surplus }];
    if (!isQuiet(state, leg.leg)) return cancelAll(state, (order) => order.leg === leg.leg, 'the leg is overfilled');
    if (leg.retryAt > context.at) return [];
    const side: Side = short ? leg.side : opposite(leg.side);
    const intent: OrderIntent = { leg, side, quantity: surplus, purpose: 'TRIM', slice: 0, postOnly: false, reduceOnly: true };
    const price = priceOf(state, sight, intent);
    if (!price) return [];
    if (!surplus.eq(holdingOf(leg).abs()) && isBelowMinimum(leg, surplus, price)) return [residual(state, leg, surplus, price)];
    return send(state, sight, context, intent);
  });
}

/** Signed as a position: what stands open beyond the plan, or beyond flat, at the price that it could not be traded at. */
export function residual(state: TradeState, leg: LegState, quantity: Decimal, price: Price): PairResidual {
  const { tradeId, accountId } = state.ids;
  return { type: 'PairResidual', tradeId, accountId, leg: leg.leg, instrument: leg.instrument, quantity: quantity.times(signOf(leg.side)) as SignedQuantity, notional: notionalOf(quantity.abs() as Quantity, price) };
}

/**
 * A trade that stands: it is left where a level is reached, what it holds too much goes back, then what was asked to be taken back, and a
 * target rests at the venue. Nothing of a leg is under way but one order, so that no order is ever larger than the position.
 */
function advanceHeld(state: TradeState, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  const reached = stopReached(state, sight) ?? targetReached(state, sight);
  if (reached) return [leave(state, levelText(reached), context, { reached, ...(reached.level === 'STOP' ? { urgent: true } : {}) })];
  const surplus = trims(state, sight, context);
  if (surplus.length > 0) return surplus;
  if (isLeft(state)) return [leave(state, 'nothing is left of it', context)];
  return state.legs.flatMap((leg) => [...reduction(state, leg, sight, context), ...restingTarget(state, leg, sight, context)]);
}

function reduction(state: TradeState, leg: LegState, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  const reducing = reducingOf(leg, context.at);
  if (reducing.isZero()) return [];
  if (!isQuiet(state, leg.leg)) return cancelAll(state, (order) => order.leg === leg.leg, 'the position is to be reduced');
  if (leg.retryAt > context.at) return [];
  const intent = { leg, side: opposite(leg.side), purpose: 'REDUCE', slice: 0, postOnly: false, reduceOnly: true } as const;
  const price = priceOf(state, sight, intent);
  if (!price) return [];
  const due = isBelowMinimum(leg, reducing, price) ? fewestLots(leg, price) : reducing;
  return due.gte(holdingOf(leg)) ? [leave(state, 'what is left of it is to be taken back', context, { urgent: true })] : send(state, sight, context, { ...intent, quantity: due });
}

function restingTarget(state: TradeState, leg: LegState, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  if (!restsAt(state, leg, context.at)) return [];
  return send(state, sight, context, { leg, side: opposite(leg.side), quantity: holdingOf(leg) as Quantity, purpose: 'TARGET', slice: 0, postOnly: true, reduceOnly: true, price: leg.targetPrice });
}

/** Everything is cancelled, then taken back, for ever and with longer pauses, until flat. */
function advanceUnwind(state: TradeState, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  const done = finish(state);
  if (done.length === 0 && isOverdue(state, context)) return [unwind(state, stuck(state, context), context)];
  const cancels = cancelAll(state, () => true, 'the trade is unwound');
  if (cancels.length > 0) return cancels;
  const orders = state.legs.flatMap((leg): readonly TradeEvent[] => {
    const holding = holdingOf(leg);
    if (holding.isZero() || leg.residual || !isQuiet(state, leg.leg) || leg.retryAt > context.at) return [];
    const side = holding.isNegative() ? leg.side : opposite(leg.side);
    return send(state, sight, context, { leg, side, quantity: holding.abs() as Quantity, purpose: 'UNWIND', slice: 0, postOnly: false, reduceOnly: true });
  });
  return orders.length > 0 ? orders : done;
}

/** What an exit or an unwind holds and waits for: without a reason of its own it would have acted on the last fresh book. */
function stuck(state: TradeState, { at }: TradeContext): string {
  const waits = state.legs.flatMap((leg) => {
    const [pending] = ordersOf(state, leg.leg);
    if (pending) return [`${holdingOf(leg).toString()} ${leg.instrument} waits for the end of order ${pending.clientOrderId}`];
    if (holdingOf(leg).isZero() || leg.residual) return [];
    return [`${holdingOf(leg).toString()} ${leg.instrument} ${leg.retryAt > at ? `pauses after ${leg.failures} failures` : 'waits for a fresh book'}`];
  });
  return `the ${state.phase === 'EXITING' ? 'exit' : 'unwind'} has not ended for another ${state.limits.unwindAlarmMs ?? UNWIND_ALARM_MS} ms: ${waits.join(', ')}`;
}

function finish(state: TradeState): readonly TradeEvent[] {
  return allQuiet(state) && state.legs.every((leg) => leg.residual || holdingOf(leg).isZero()) ? [tradeClosed(state)] : [];
}

/** A reduction leaves in whole lots: less than one lot stays open, and is recorded as that. */
function send(state: TradeState, sight: Sight, context: TradeContext, intent: OrderIntent): readonly TradeEvent[] {
  const { leg, reduceOnly, quantity } = intent;
  const whole = reduceOnly ? floorTo(quantity, leg.terms.lotSize) as Decimal as Quantity : quantity;
  const price = priceOf(state, sight, intent);
  if (!price) return [];
  if (reduceOnly && whole.isZero()) return [residual(state, leg, intent.side === leg.side ? quantity.neg() : quantity, price)];
  const order = orderOf(state, sight, context, { ...intent, quantity: whole });
  if (!order) return [];
  return order.type === 'OrderDenied' ? [order, unwind(state, `leg ${leg.leg} may not be ordered: ${order.reason}`, context)] : [order];
}
