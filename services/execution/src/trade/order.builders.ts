import { ceilTo, clientOrderIdOf, Decimal, floorTo, isMultipleOf, minOf, type Bps, type Price, type Quantity, type Side } from '@ballast/domain';
import type { ContractTerms, OrderDenied, OrderSubmitted } from '@ballast/events';
import type { Sight, Touch, TradeContext } from './trade.commands.js';
import type { LegState, Purpose, TradeState } from './trade.state.js';

/** Market time within which a payload must reach the venue; after it "not found" is final (architecture, "The outside"). */
export const RECEIVE_MS = 6_000;
/** More than the slices of one decision. */
const LATER_MS = 1_000;
const BPS = 10_000;
/** A target rests for so long before it is sent anew: positions are held for hours to days. */
const TARGET_LIFE_MS = 7 * 86_400_000;

export interface OrderIntent {
  readonly leg: LegState;
  readonly purpose: Purpose;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly slice: number;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** Where a target rests; any other order is priced by the book. */
  readonly price?: Price;
  /** Index among the orders of this leg in this very decision. */
  readonly nth?: number;
  /** How many of those before it have its quantity. */
  readonly twins?: number;
}

/** The worst price that an order may take now: the opposing touch and the slippage limit beyond it, on the tick inside it. */
export function takingLimit(side: Side, touch: Touch, slippageBpsMax: Bps, tickSize: Price): Price {
  const band = slippageBpsMax.div(BPS);
  return side === 'BUY' ? floorTo(touch.ask.times(band.plus(1)), tickSize) as Decimal as Price : ceilTo(touch.bid.times(new Decimal(1).minus(band)), tickSize) as Decimal as Price;
}

/** An entry and an exit by a signal accept what their signal does, and never more than execution's own limit; any other reduction that limit. */
function slippageOf({ phase, limits, entrySlippageBpsMax, exitSlippageBpsMax }: TradeState, reduceOnly: boolean): Bps {
  const asked = reduceOnly ? (phase === 'EXITING' ? exitSlippageBpsMax : undefined) : entrySlippageBpsMax;
  return asked === undefined ? limits.slippageBpsMax : minOf(limits.slippageBpsMax, asked);
}

/** Price of what `intent` would send now; undefined without a fresh book. */
export function priceOf(state: TradeState, sight: Sight, intent: Pick<OrderIntent, 'leg' | 'side' | 'postOnly' | 'reduceOnly' | 'price'>): Price | undefined {
  const touch = sight[intent.leg.instrument];
  if (!touch) return undefined;
  if (intent.price) return intent.price;
  if (intent.postOnly) return intent.side === 'BUY' ? touch.bid : touch.ask;
  return takingLimit(intent.side, touch, slippageOf(state, intent.reduceOnly), intent.leg.terms.tickSize);
}

/** The order as it leaves: the intent's quantity untouched (R36), priced from the book in sight. */
export function orderOf(state: TradeState, sight: Sight, context: TradeContext, intent: OrderIntent): OrderSubmitted | OrderDenied | undefined {
  const { leg, purpose, side, quantity, slice, postOnly, reduceOnly } = intent;
  const limitPrice = priceOf(state, sight, intent);
  const touch = sight[leg.instrument];
  if (!limitPrice || !touch) return undefined;
  const denied = denialOf(state.ids.tradeId, leg, leg.terms, quantity);
  if (denied) return denied;
  const attempt = leg.orders + (intent.nth ?? 0);
  const { tradeId, botId, accountId, portfolioId } = state.ids;
  const remainder = purpose === 'REDUCE' ? undefined : leg.remainders.filter((one) => one.quantity.eq(quantity) && (purpose !== 'TARGET' || state.orders[one.clientOrderId]?.purpose === 'TARGET'))[intent.twins ?? 0];
  const replaces = remainder ? { replaces: remainder.clientOrderId } : {};
  const order: OrderSubmitted = {
    type: 'OrderSubmitted',
    clientOrderId: clientOrderIdOf(context.decisionId, leg.leg, slice, attempt),
    tradeId, botId, accountId, portfolioId, leg: leg.leg, purpose, instrument: leg.instrument, side, quantity, limitPrice,
    timeInForce: postOnly ? 'GTC' : 'IOC', postOnly, reduceOnly,
    receiveBy: context.at + RECEIVE_MS + (intent.nth ?? 0),
    expiresAt: context.at + (purpose === 'TARGET' ? TARGET_LIFE_MS : state.limits.orderTimeToLiveMs),
    deadlineAt: context.at + (purpose === 'TARGET' ? TARGET_LIFE_MS : postOnly ? state.limits.makerTimeoutMs : RECEIVE_MS),
    slice, attempt, ...replaces, bookSequence: touch.sequence,
  };
  return identified(order, context);
}

/**
 * The venue's identity has few bits that are an order's own: equal orders of one decision are told apart by their time of receipt,
 * and one whose identity another order has already gets a later one. Two orders of one identity would be one order to the venue.
 */
function identified(order: OrderSubmitted, context: TradeContext): OrderSubmitted {
  if (!context.identify) return order;
  const venueOrderId = context.identify(order);
  return context.isTaken?.(venueOrderId) === true ? identified({ ...order, receiveBy: order.receiveBy + LATER_MS }, context) : { ...order, venueOrderId };
}

/** Refused on the instrument's terms, which the plan carries: nothing here ever rounds. */
export function denialOf(tradeId: string, leg: Pick<LegState, 'leg' | 'instrument'>, terms: ContractTerms, quantity: Quantity): OrderDenied | undefined {
  const of = (reason: OrderDenied['reason'], allowed: string): OrderDenied => ({ type: 'OrderDenied', tradeId, leg: leg.leg, instrument: leg.instrument, reason, found: quantity.toString(), allowed });
  if (quantity.isZero()) return of('QUANTITY_ZERO', 'at least one lot');
  if (!isMultipleOf(quantity, terms.lotSize)) return of('QUANTITY_OFF_LOT', `whole lots of ${terms.lotSize.toString()}`);
  return undefined;
}
