import { type DecisionContext, type Ms, type Quantity, remainderOf } from '@ballast/domain';
import type { OrderCancelled, OrderFilled } from '@ballast/events';
import type { FillFacts, TradeCommand, TradeEvent } from './trade.commands.js';
import { isLive } from './quantities.js';
import type { OrderState, TradeState } from './trade.state.js';

type Outcome = Extract<TradeCommand, { readonly clientOrderId: string }>;

const PAUSE_MS = 250;
const PAUSE_MAX_MS = 30_000;

/** Longer with every failure in a row: 250 ms, 500 ms … 30 s of market time. */
export const pauseAfter = (failures: number): Ms => Math.min(PAUSE_MS * 2 ** Math.min(failures, 10), PAUSE_MAX_MS);

/** What the venue has said of one order, as events; nothing where it is known already or the order is not ours. */
export function outcomeEvents(state: TradeState, command: Outcome, context: DecisionContext): readonly TradeEvent[] {
  const order = state.orders[command.clientOrderId];
  if (!order) return [];
  const { clientOrderId } = order;
  const { tradeId } = state.ids;
  switch (command.type) {
    case 'RecordAccepted':
      return !order.accepted ? [{ type: 'OrderAccepted', clientOrderId, tradeId, venueOrderId: command.venueOrderId }] : [];
    case 'RecordUnknown':
      return order.status === 'SUBMITTED' ? [{ type: 'OrderOutcomeUnknown', clientOrderId, tradeId, reason: command.reason }] : [];
    case 'RecordRejected':
      return isLive(order) && !order.accepted && order.filled.isZero() ? [{ type: 'OrderRejected', clientOrderId, tradeId, kind: command.kind, ...(command.venueCode === undefined ? {} : { venueCode: command.venueCode }), message: command.message, ...retry(state, order, context) }] : [];
    case 'RecordEnded':
      return isLive(order) ? [cancelled(state, order, remainderOf(order.quantity, largest(order.filled, command.filled)), command.reason, context)] : [];
    case 'RecordFill':
      return fillEvents(state, order, command.fill);
  }
}

const largest = (a: Quantity, b: Quantity): Quantity => (a.gt(b) ? a : b);

function cancelled(state: TradeState, order: OrderState, unfilled: Quantity, reason: string, context?: DecisionContext): OrderCancelled {
  return { type: 'OrderCancelled', clientOrderId: order.clientOrderId, tradeId: state.ids.tradeId, unfilled, reason, ...(context && !unfilled.isZero() ? retry(state, order, context) : {}) };
}

/** A maker that was cancelled on purpose is followed at once; whatever failed by itself pauses. */
function retry(state: TradeState, order: OrderState, context: DecisionContext): { readonly retryAt?: Ms } {
  const failures = state.legs.find((leg) => leg.leg === order.leg)?.failures ?? 0;
  return order.cancelRequested ? {} : { retryAt: context.at + pauseAfter(failures) };
}

/** A fill is known by its id. One that the venue's own figure left out corrects that figure, so that ordered = filled + cancelled. */
function fillEvents(state: TradeState, order: OrderState, fill: FillFacts): readonly TradeEvent[] {
  if (state.fillIds.has(fill.fillId)) return [];
  const { botId, accountId, portfolioId, tradeId } = state.ids;
  const { clientOrderId, leg, purpose, instrument, side } = order;
  const { fillId, quantity, price, fee, liquidity, venueTime } = fill;
  const filled: OrderFilled = { type: 'OrderFilled', clientOrderId, fillId, tradeId, botId, accountId, portfolioId, leg, purpose, instrument, side, quantity, price, fee, liquidity, venueTime };
  const total = order.filled.plus(quantity);
  const late = !isLive(order) && total.plus(order.unfilled).gt(order.quantity) && order.unfilled.gt(0);
  return late ? [filled, cancelled(state, order, remainderOf(order.quantity, total as Quantity), 'corrected by a late fill')] : [filled];
}
