import { Decimal, type Id, maxOf, type Ms, type Price, slippageBps } from '@ballast/domain';
import type { OrderFilled } from '@ballast/events';
import type { LegFacts, OrderFacts, TradeFacts } from '../facts/trade-facts.js';
import { sumOf } from '../summary/statistics.js';

/** What an entry was estimated to slip when it was planned, and what it did when it was filled; exact. */
export interface SlippageAnalysis {
  /** A whole entry with both legs, or one order of it. */
  readonly level: 'TRADE' | 'SLICE';
  readonly portfolioId: Id;
  readonly botId: Id;
  readonly tradeId: Id;
  /** Of a slice. */
  readonly clientOrderId?: Id;
  readonly instrument?: string;
  /** Filled, at fill prices, quote currency; of a trade: the larger leg, once (W-1). */
  readonly positionSize: Decimal;
  /** Of the leg's plan: taking it all at once from the book seen, against the best opposing price; of a trade: weighted by what each leg filled. */
  readonly estimatedBps: Decimal;
  /** Average fill against the same price; positive = worse, negative = better, as a maker's. */
  readonly realizedBps: Decimal;
  /** Venue time of its last entry fill, ms. */
  readonly timestamp: Ms;
}

/** A record as it is written: money in cents, slippage in whole basis points, rounded half to even (R49, C-57). */
export interface SlippageRecord {
  readonly positionSizeCents: number;
  readonly estimatedSlippageBps: number;
  readonly realizedSlippageBps: number;
  readonly timestamp: Ms;
}

const ZERO = new Decimal(0);
const isEntry = ({ purpose }: Pick<OrderFilled, 'purpose'>): boolean => purpose === 'ENTRY' || purpose === 'HEDGE';

interface Filled {
  readonly notional: Decimal;
  readonly estimated: Decimal;
  readonly realized: Decimal;
}

function filledAs(leg: LegFacts, quantity: Decimal, notional: Decimal): Filled {
  return { notional, estimated: leg.estimatedSlippageBps, realized: slippageBps(leg.side, leg.touchPrice, notional.div(quantity) as Price) };
}

const weighted = (parts: readonly Filled[], of: (part: Filled) => Decimal): Decimal => sumOf(parts.map((part) => of(part).times(part.notional))).div(sumOf(parts.map(({ notional }) => notional)));

/** One of the whole entry, then one of each order that filled any of it. Nothing where nothing was entered. */
export function slippageOfTrade(trade: TradeFacts, orders: readonly OrderFacts[]): readonly SlippageAnalysis[] {
  const { portfolioId, botId, tradeId } = trade;
  const fills = trade.fills.filter(isEntry);
  const parts = trade.legs.filter(({ entered }) => entered.quantity.gt(0)).map((leg) => filledAs(leg, leg.entered.quantity, leg.entered.notional));
  if (fills.length === 0 || parts.length === 0) return [];
  const whole: SlippageAnalysis = {
    level: 'TRADE', portfolioId, botId, tradeId, positionSize: maxOf(ZERO, ...parts.map(({ notional }) => notional)), estimatedBps: weighted(parts, ({ estimated }) => estimated), realizedBps: weighted(parts, ({ realized }) => realized), timestamp: lastOf(fills),
  };
  return [whole, ...orders.flatMap((order) => sliceOf(trade, order, fills))];
}

function sliceOf({ portfolioId, botId, tradeId, legs }: TradeFacts, { submitted, filled, filledNotional }: OrderFacts, fills: readonly OrderFilled[]): readonly SlippageAnalysis[] {
  const leg = legs[submitted.leg];
  if (!leg || !isEntry(submitted) || filled.isZero()) return [];
  const { notional, estimated, realized } = filledAs(leg, filled, filledNotional);
  const { clientOrderId, instrument } = submitted;
  return [{ level: 'SLICE', portfolioId, botId, tradeId, clientOrderId, instrument, positionSize: notional, estimatedBps: estimated, realizedBps: realized, timestamp: lastOf(fills.filter((fill) => fill.clientOrderId === clientOrderId)) }];
}

const lastOf = (fills: readonly OrderFilled[]): Ms => fills.reduce((last, { venueTime }) => (venueTime > last ? venueTime : last), 0);

/** Of every entry, in the order in which the trades began. */
export function slippageAnalyses(trades: readonly TradeFacts[], orders: readonly OrderFacts[]): readonly SlippageAnalysis[] {
  const byTrade = new Map<Id, OrderFacts[]>();
  for (const order of orders) byTrade.set(order.submitted.tradeId, [...(byTrade.get(order.submitted.tradeId) ?? []), order]);
  return trades.flatMap((trade) => slippageOfTrade(trade, byTrade.get(trade.tradeId) ?? []));
}

/** Half to even, an integer that JSON holds exactly; slippage and sizes are far below its bounds. */
const integer = (value: Decimal): number => Number(value.toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN).toString());

export const slippageRecord = ({ positionSize, estimatedBps, realizedBps, timestamp }: SlippageAnalysis): SlippageRecord => ({
  positionSizeCents: integer(positionSize.times(100)), estimatedSlippageBps: integer(estimatedBps), realizedSlippageBps: integer(realizedBps), timestamp,
});
