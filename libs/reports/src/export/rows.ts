import { type Decimal, type Ms, signOf } from '@ballast/domain';
import type { OrderFilled } from '@ballast/events';
import type { LegFacts, OrderFacts, TradeFacts } from '../facts/trade-facts.js';
import { isTraded } from '../facts/trade-facts.js';
import { figure } from '../summary/statistics.js';
import { imbalanceAtFill, imbalanceAtReference, type Phase, phaseFill } from '../summary/trade-measures.js';

/** Columns of trades.csv, in order. `side`, `quantity` and `price` are the ones that the plan's own script reads (W-21). */
export const TRADE_COLUMNS = ['timestamp', 'tradeId', 'botId', 'accountId', 'phase', 'side', 'quantity', 'price', 'instrument', 'notional', 'turnover', 'cash', 'fee', 'makerShare', 'referencePrice', 'slippageBps', 'estimatedSlippageBps', 'plannedQuantity', 'imbalanceAtFill', 'imbalanceAtReference', 'planOutcome', 'outcome'] as const;
export const SLICE_COLUMNS = ['timestamp', 'tradeId', 'botId', 'accountId', 'clientOrderId', 'fillId', 'leg', 'purpose', 'instrument', 'side', 'orderedQuantity', 'limitPrice', 'timeInForce', 'postOnly', 'reduceOnly', 'slice', 'attempt', 'status', 'quantity', 'price', 'notional', 'fee', 'liquidity'] as const;

export type TradeRow = Readonly<Record<(typeof TRADE_COLUMNS)[number], string>>;
export type SliceRow = Readonly<Record<(typeof SLICE_COLUMNS)[number], string>>;

/** Side of a row whose leg was not filled: it keeps a round's rows in pairs, and no reader takes it for a trade. */
export const NOT_FILLED = 'NONE';

const iso = (at: Ms | undefined): string => (at === undefined ? '' : new Date(at).toISOString());
const text = (value: Decimal | undefined): string => figure(value) ?? '';
/** `ETH` of `ETH-PERP`: what a side is named with. */
const assetOf = (instrument: string): string => instrument.split(/[-_.@]/, 1)[0] ?? instrument;

/** One row per leg and side of a round (W-21): the legs' entries in leg order, then their exits. Nothing for a round without fills. */
export const tradeRows = (trades: readonly TradeFacts[]): readonly TradeRow[] => trades.filter(isTraded).flatMap((trade) => [...rowsOf(trade, 'ENTRY'), ...rowsOf(trade, 'EXIT')]);

function rowsOf(trade: TradeFacts, phase: Phase): readonly TradeRow[] {
  const filled = trade.legs.some((leg) => !phaseFill(trade, leg, phase).turnover.isZero());
  return filled ? trade.legs.map((leg) => rowOf(trade, leg, phase)) : [];
}

function rowOf(trade: TradeFacts, leg: LegFacts, phase: Phase): TradeRow {
  const fill = phaseFill(trade, leg, phase);
  const times = trade.fills.filter(({ leg: index, side }) => index === leg.leg && side === fill.side).map(({ venueTime }) => venueTime);
  return {
    timestamp: iso(times.length === 0 ? (phase === 'ENTRY' ? trade.openedAt : trade.closedAt) : Math.max(...times)),
    tradeId: trade.tradeId,
    botId: trade.botId,
    accountId: trade.accountId,
    phase,
    side: fill.quantity.isZero() ? NOT_FILLED : `${fill.side} ${assetOf(leg.instrument)}`,
    quantity: fill.quantity.toString(),
    price: text(fill.averagePrice),
    instrument: leg.instrument,
    notional: fill.notional.toString(),
    turnover: fill.turnover.toString(),
    cash: fill.notional.times(-signOf(fill.side)).toString(),
    fee: fill.fees.toString(),
    makerShare: fill.turnover.isZero() ? '' : text(fill.makerNotional.div(fill.turnover)),
    referencePrice: fill.referencePrice?.toString() ?? '',
    slippageBps: text(fill.slippageBps),
    estimatedSlippageBps: phase === 'ENTRY' ? text(leg.estimatedSlippageBps) : '',
    plannedQuantity: leg.planned.toString(),
    imbalanceAtFill: text(imbalanceAtFill(trade, phase)),
    imbalanceAtReference: phase === 'ENTRY' ? text(imbalanceAtReference(trade)) : '',
    planOutcome: trade.planOutcome ?? '',
    outcome: trade.stage === 'CLOSED' ? (trade.closed?.outcome ?? '') : 'OPEN',
  };
}

/** One row per fill of every order; an order without a fill has one row without quantity and price. */
export function sliceRows(orders: readonly OrderFacts[], trades: readonly TradeFacts[]): readonly SliceRow[] {
  const fills = new Map<string, OrderFilled[]>();
  for (const fill of trades.flatMap((trade) => trade.fills)) fills.set(fill.clientOrderId, [...(fills.get(fill.clientOrderId) ?? []), fill]);
  return orders.flatMap(({ submitted, status }) => {
    const order = {
      tradeId: submitted.tradeId, botId: submitted.botId, accountId: submitted.accountId, clientOrderId: submitted.clientOrderId, leg: String(submitted.leg), purpose: submitted.purpose,
      instrument: submitted.instrument, side: submitted.side, orderedQuantity: submitted.quantity.toString(), limitPrice: submitted.limitPrice.toString(), timeInForce: submitted.timeInForce,
      postOnly: String(submitted.postOnly), reduceOnly: String(submitted.reduceOnly), slice: String(submitted.slice), attempt: String(submitted.attempt), status,
    };
    const filled = (fills.get(submitted.clientOrderId) ?? []).map((fill): SliceRow => ({
      ...order, timestamp: iso(fill.venueTime), fillId: fill.fillId, quantity: fill.quantity.toString(), price: fill.price.toString(), notional: fill.quantity.times(fill.price).toString(), fee: fill.fee.toString(), liquidity: fill.liquidity,
    }));
    return filled.length > 0 ? filled : [{ ...order, timestamp: '', fillId: '', quantity: '', price: '', notional: '', fee: '', liquidity: '' }];
  });
}
