import { addMoney, Decimal, maxOf, type Notional, type Ms, type Price, type Quantity, remainderOf, signOf, ZERO_MONEY, ZERO_QUANTITY } from '@ballast/domain';
import type { ExitStarted, LegLiquidated, OrderFilled, OrderSubmitted, ReductionStarted, TradeOpened, UnwindStarted } from '@ballast/events';
import type { TradeEvent } from './trade.commands.js';
import { hedgeDue, holdingOf, isNaked, isSettled, reducingOf, REDUCTION_AGE_MAX_MS, unhedgedOf } from './quantities.js';
import { initialTrade, type LegState, NOTHING, type OrderState, type Phase, type Sum, type TradeState } from './trade.state.js';

const MS_PER_SECOND = 1_000;

/** What a recorded event means. Total: an event that does not fit changes nothing. */
export function evolveTrade(state: TradeState, event: TradeEvent): TradeState {
  switch (event.type) {
    case 'TradeOpened': return opened(event);
    case 'TradeRefused': return { ...state, phase: 'REFUSED', reason: event.reason };
    case 'OrderDenied': return state;
    case 'OrderSubmitted': return submitted(state, event);
    case 'OrderAccepted': return withOrder(state, event.clientOrderId, (order) => ({ ...order, accepted: true, venueOrderId: order.venueOrderId ?? event.venueOrderId, status: order.status === 'ENDED' ? 'ENDED' : 'OPEN' }));
    case 'OrderOutcomeUnknown': return withOrder(state, event.clientOrderId, (order) => ({ ...order, status: order.status === 'SUBMITTED' ? 'UNKNOWN' : order.status }));
    case 'OrderRejected': return ended(state, event.clientOrderId, undefined, event.retryAt);
    case 'OrderCancelled': return ended(state, event.clientOrderId, event.unfilled, event.retryAt);
    case 'OrderCancelRequested': return cancelRequested(state, event.clientOrderId);
    case 'OrderFilled': return filled(state, event);
    case 'HedgeStarted': return { ...state, hedging: true };
    case 'ExitStarted': return exiting(state, event);
    case 'ReductionStarted': return reduced(state, event);
    case 'UnwindStarted': return onTheWay(state, 'UNWINDING', event);
    case 'LegLiquidated': return liquidated(state, event);
    case 'LegOverfilled': return withLeg(state, event.leg, (leg) => ({ ...leg, surplusTold: event.surplus }));
    case 'PairResidual': return withLeg(state, event.leg, (leg) => (event.missing === true ? { ...leg, missing: leg.missing.plus(event.quantity.times(signOf(leg.side))) } : { ...leg, residual: true }));
    case 'TradeBalanced': return { ...state, phase: 'HELD', balanced: true, naked: { ...state.naked, since: undefined } };
    case 'TradeClosed': return { ...state, phase: 'CLOSED' };
  }
}

function opened(event: TradeOpened): TradeState {
  const { planId, signalId, tradeId, botId, accountId, portfolioId, outcome, imbalanceRatio, slippageBpsMax, limits, enterBy } = event;
  const legs = event.legs.map(({ leg, instrument, side, quantity, slices, referencePrice, terms, residualAbsorbed, stopPrice, targetPrice }): LegState => ({
    leg, instrument, side, planned: quantity, slices, referencePrice, terms, stopPrice, targetPrice, reducing: ZERO_QUANTITY, reducesUntil: undefined,
    absorbed: (residualAbsorbed ?? new Decimal(0)).times(signOf(side)),
    entered: NOTHING, trimmed: NOTHING, exited: NOTHING, returned: NOTHING, liquidated: NOTHING, missing: new Decimal(0), fees: ZERO_MONEY,
    target: quantity, orders: 0, makers: 0, makerOver: false, failures: 0, retryAt: 0,
    remainders: [], surplusTold: ZERO_QUANTITY, residual: false,
  }));
  return { ...initialTrade, phase: 'ENTERING', ids: { planId, signalId, tradeId, botId, accountId, portfolioId }, outcome, imbalancePlanned: imbalanceRatio, limits, entrySlippageBpsMax: slippageBpsMax, enterBy: enterBy ?? 0, legs };
}

function submitted(state: TradeState, event: OrderSubmitted): TradeState {
  const { clientOrderId, venueOrderId, leg, instrument, purpose, side, quantity, limitPrice, timeInForce, postOnly, reduceOnly, receiveBy, expiresAt, deadlineAt, slice } = event;
  const order: OrderState = { clientOrderId, venueOrderId, leg, instrument, purpose, side, quantity, limitPrice, timeInForce, postOnly, reduceOnly, receiveBy, expiresAt, deadlineAt, slice, status: 'SUBMITTED', accepted: false, cancelRequested: false, filled: ZERO_QUANTITY, unfilled: ZERO_QUANTITY };
  const next = { ...state, orders: { ...state.orders, [clientOrderId]: order }, unsettled: [...state.unsettled, clientOrderId] };
  return withLeg(next, leg, (found) => ({ ...found, orders: found.orders + 1, makers: found.makers + (postOnly ? 1 : 0), remainders: event.replaces === undefined ? [] : found.remainders.filter((one) => one.clientOrderId !== event.replaces) }));
}

function ended(state: TradeState, clientOrderId: string, unfilled: Quantity | undefined, retryAt: Ms | undefined): TradeState {
  const order = state.orders[clientOrderId];
  if (!order) return state;
  const left = unfilled ?? remainderOf(order.quantity, order.filled);
  const next = withOrder(state, clientOrderId, (found) => ({ ...found, status: 'ENDED', unfilled: left }));
  return withLeg(next, order.leg, (leg) => ({
    ...leg,
    failures: !countsAsFailure(order) || order.status === 'ENDED' ? leg.failures : left.isZero() ? 0 : leg.failures + 1,
    retryAt: retryAt ?? leg.retryAt,
    remainders: left.isZero() ? leg.remainders : [...leg.remainders, { clientOrderId, quantity: left }],
  }));
}

/** A maker may always be missed; a target that the venue does not take is tried less and less often. */
const countsAsFailure = ({ purpose, postOnly, accepted }: OrderState): boolean => (purpose === 'TARGET' ? !accepted : !postOnly);

function cancelRequested(state: TradeState, clientOrderId: string): TradeState {
  const order = state.orders[clientOrderId];
  if (!order) return state;
  const askedBackAfter = order.askedBackAfter ?? state.legs.reduce((sent, { orders }) => sent + orders, 0);
  return withLeg(withOrder(state, clientOrderId, (found) => ({ ...found, cancelRequested: true, askedBackAfter })), order.leg, (leg) => ({ ...leg, makerOver: leg.makerOver || order.purpose !== 'TARGET' }));
}

function filled(state: TradeState, event: OrderFilled): TradeState {
  if (state.fillIds.has(event.fillId)) return state;
  const fillIds = new Set(state.fillIds).add(event.fillId);
  const counted = withLeg({ ...state, fillIds }, event.leg, (leg) => {
    const bucket = bucketOf(leg, event);
    const reducing = event.purpose === 'REDUCE' ? remainderOf(leg.reducing, event.quantity) : leg.reducing;
    return { ...leg, [bucket]: added(leg[bucket], event), reducing, fees: addMoney(leg.fees, event.fee) };
  });
  const done = withOrder(counted, event.clientOrderId, (order) => {
    const total = order.filled.plus(event.quantity) as Quantity;
    return { ...order, filled: total, status: total.gte(order.quantity) ? 'ENDED' : order.status === 'ENDED' ? 'ENDED' : 'OPEN' };
  });
  const order = done.orders[event.clientOrderId];
  const settled = order?.status === 'ENDED' && !order.postOnly && order.unfilled.isZero() ? withLeg(done, event.leg, (leg) => ({ ...leg, failures: 0 })) : done;
  return exposed(state, settled, event.venueTime);
}

const added = ({ quantity, notional }: Sum, event: { readonly quantity: Quantity; readonly price: Price }): Sum =>
  ({ quantity: quantity.plus(event.quantity) as Quantity, notional: notional.plus(event.quantity.times(event.price)) as Notional });

/** An exit that has become urgent stays so, and waits out no pause of what it was before. */
function exiting(state: TradeState, event: ExitStarted): TradeState {
  const was = state.phase === 'EXITING' && state.urgent;
  const next = onTheWay(state, 'EXITING', event);
  const legs = event.urgent === true && !was ? next.legs.map((leg) => ({ ...leg, failures: 0, retryAt: 0 })) : next.legs;
  return { ...next, legs, exitSlippageBpsMax: event.slippageBpsMax, urgent: event.urgent === true || was };
}

function reduced(state: TradeState, { reductionId, leg: index, quantity, endsAt }: ReductionStarted): TradeState {
  if (state.reductions[reductionId] !== undefined) return state;
  const known = { ...state, reductions: { ...state.reductions, [reductionId]: quantity } };
  return withLeg(known, index, (leg) => {
    const before = endsAt === undefined ? leg.reducing : reducingOf(leg, endsAt - REDUCTION_AGE_MAX_MS);
    // Each request is for all that is needed at its time: what an earlier one still waits for is part of it.
    // A target's refusals are no reason to wait; only a reduction's own misses are.
    return { ...leg, reducing: maxOf(before, quantity), reducesUntil: endsAt, failures: before.isZero() ? 0 : leg.failures, retryAt: 0 };
  });
}

function liquidated(state: TradeState, event: LegLiquidated): TradeState {
  if (state.liquidations[event.liquidationId] !== undefined) return state;
  const known = { ...state, liquidations: { ...state.liquidations, [event.liquidationId]: event.quantity } };
  const counted = withLeg(known, event.leg, (leg) => ({ ...leg, liquidated: added(leg.liquidated, event), missing: explained(leg.missing, event.quantity), fees: addMoney(leg.fees, event.fee) }));
  return exposed(state, counted, event.venueTime);
}

/** The venue may tell of a liquidation after its position was seen: what was missing is found. */
const explained = (missing: Decimal, liquidated: Quantity): Decimal => (missing.gt(0) ? Decimal.max(0, missing.minus(liquidated)) : missing);

/** What moved a holding also moved what is unhedged, and which leg lags. */
function exposed(before: TradeState, after: TradeState, at: Ms): TradeState {
  const rounds = after.phase === 'ENTERING' || after.phase === 'EXITING';
  const lags = rounds && after.legs.some((leg) => !hedgeDue(after, leg).isZero());
  return { ...after, naked: nakedAfter(before, after, at), lagSince: lags ? before.lagSince ?? at : undefined };
}

function bucketOf(leg: LegState, event: OrderFilled): 'entered' | 'trimmed' | 'exited' | 'returned' {
  switch (event.purpose) {
    case 'ENTRY':
    case 'HEDGE': return 'entered';
    case 'EXIT':
    case 'TARGET':
    case 'REDUCE': return 'exited';
    case 'UNWIND': return event.side === leg.side ? 'returned' : 'exited';
    case 'TRIM': return event.side === leg.side ? 'returned' : 'trimmed';
  }
}

/** The exposure before this fill lasted until it; a held pair's planned imbalance is not exposure. */
function nakedAfter(before: TradeState, after: TradeState, at: Ms): TradeState['naked'] {
  const { seconds, at: since } = before.naked;
  const counts = before.phase !== 'HELD' && !(before.phase === 'EXITING' && before.legs.every((leg) => holdingOf(leg).eq(leg.target)));
  const elapsed = counts && since > 0 ? Math.max(0, at - since) : 0;
  const total = seconds.plus(unhedgedOf(before).times(elapsed).div(MS_PER_SECOND)) as Notional;
  return { seconds: total, amount: unhedgedOf(after), at: Math.max(at, since), since: isNaked(after) ? before.naked.since ?? at : undefined };
}

/**
 * A new aim for every leg: what was said about makers, failures and pauses belonged to the last one. What a closed trade has
 * left as a residual stays one when it is reopened for another leg: a later trade may have taken it over. Reopened for no other
 * leg it is reopened for the residual itself.
 */
function round(state: TradeState, phase: Phase, reason: string): TradeState {
  const stays = state.phase === 'CLOSED' && state.legs.some((leg) => !leg.residual && !holdingOf(leg).isZero());
  const legs = state.legs.map((leg): LegState => ({ ...leg, target: positive(holdingOf(leg)), makers: 0, makerOver: false, failures: 0, retryAt: 0, remainders: [], reducing: ZERO_QUANTITY, reducesUntil: undefined, residual: stays && leg.residual }));
  return { ...state, phase, reason, hedging: false, lagSince: undefined, legs, naked: { ...state.naked, since: undefined } };
}

/** One that is told again goes on as it was, and keeps its first reason. */
const onTheWay = (state: TradeState, phase: Phase, { reason, againAt = 0, reduction }: ExitStarted | UnwindStarted): TradeState => ({ ...(state.phase === phase ? state : round(state, phase, reason)), againAt, ...(reduction ? { reductions: { ...state.reductions, [reduction.reductionId]: reduction.quantity } } : {}) });

const positive = (value: Decimal): Quantity => (value.gt(0) ? value : ZERO_QUANTITY) as Quantity;

function withOrder(state: TradeState, clientOrderId: string, change: (order: OrderState) => OrderState): TradeState {
  const order = state.orders[clientOrderId];
  if (!order) return state;
  const changed = change(order);
  const rest = state.unsettled.filter((id) => id !== clientOrderId);
  return { ...state, orders: { ...state.orders, [clientOrderId]: changed }, unsettled: isSettled(changed) ? rest : state.unsettled.length === rest.length ? [...rest, clientOrderId] : state.unsettled };
}

function withLeg(state: TradeState, leg: number, change: (leg: LegState) => LegState): TradeState {
  return { ...state, legs: state.legs.map((found) => (found.leg === leg ? change(found) : found)) };
}
