import type { Projection, Recorded } from '@ballast/bus';
import { addNotional, addQuantity, Decimal, maxOf, type Id, type Notional, notionalOf, type Price, type Quantity, remainderOf, type SignedQuantity, type Side, ZERO_NOTIONAL, ZERO_QUANTITY } from '@ballast/domain';
import type { BallastEvent, EquityObserved, OrderFilled, OrderSubmitted, PositionClosed, PositionFlipped, PositionIncreased, PositionOpened, PositionReduced, TradeOpened } from '@ballast/events';
import type { ExposureFacts, InstrumentExposure } from '../exposure/exposure.types.js';

interface Position {
  readonly accountId: Id;
  readonly instrument: string;
  readonly quantity: SignedQuantity;
  /** The last fill's price or the mark of an equity observation, whichever came last. */
  readonly price: Price;
}
interface OpenOrder {
  readonly accountId: Id;
  readonly tradeId: Id;
  readonly leg: number;
  readonly instrument: string;
  readonly remaining: Quantity;
  readonly limitPrice: Price;
}
interface OpenLeg {
  readonly leg: number;
  readonly instrument: string;
  readonly side: Side;
  readonly planned: Quantity;
  readonly referencePrice: Price;
  /** Filled by its orders; the position may not show it yet. */
  readonly filled: Quantity;
  /** What positions have taken over of it. */
  readonly shown: Quantity;
}
interface OpenTrade {
  readonly accountId: Id;
  /** False once no further entry is sent: what it still adds are fills on their way. */
  readonly entering: boolean;
  readonly legs: readonly OpenLeg[];
}
interface Facts {
  readonly positions: ReadonlyMap<string, Position>;
  readonly orders: ReadonlyMap<Id, OpenOrder>;
  readonly trades: ReadonlyMap<Id, OpenTrade>;
}
type PositionFill = PositionOpened | PositionIncreased | PositionReduced | PositionClosed | PositionFlipped;

const ENTRIES: readonly OrderFilled['purpose'][] = ['ENTRY', 'HEDGE'];
const keyOf = (accountId: Id, instrument: string): string => `${accountId} ${instrument}`;
const put = <Value>(map: ReadonlyMap<string, Value>, key: string, value: Value): ReadonlyMap<string, Value> => new Map(map).set(key, value);
function drop<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

const changeLeg = (trade: OpenTrade, matches: (leg: OpenLeg) => boolean, change: (leg: OpenLeg) => OpenLeg): OpenTrade => ({ ...trade, legs: trade.legs.map((leg) => (matches(leg) ? change(leg) : leg)) });

function open(facts: Facts, { tradeId, accountId, legs }: TradeOpened): Facts {
  const opened = legs.map(({ leg, instrument, side, quantity, referencePrice }) => ({ leg, instrument, side, planned: quantity, referencePrice, filled: ZERO_QUANTITY, shown: ZERO_QUANTITY }));
  return { ...facts, trades: put(facts.trades, tradeId, { accountId, entering: true, legs: opened }) };
}

function submit(facts: Facts, order: OrderSubmitted): Facts {
  if (order.reduceOnly) return facts;
  const { accountId, tradeId, leg, instrument, quantity, limitPrice } = order;
  return { ...facts, orders: put(facts.orders, order.clientOrderId, { accountId, tradeId, leg, instrument, remaining: quantity, limitPrice }) };
}

function fill(facts: Facts, filled: OrderFilled): Facts {
  const order = facts.orders.get(filled.clientOrderId);
  const remaining = order && remainderOf(order.remaining, filled.quantity);
  const orders = !order || !remaining ? facts.orders : remaining.isZero() ? drop(facts.orders, filled.clientOrderId) : put(facts.orders, filled.clientOrderId, { ...order, remaining });
  const trade = ENTRIES.includes(filled.purpose) ? facts.trades.get(filled.tradeId) : undefined;
  if (!trade) return { ...facts, orders };
  const counted = changeLeg(trade, (leg) => leg.leg === filled.leg, (leg) => ({ ...leg, filled: addQuantity(leg.filled, filled.quantity) }));
  return { ...facts, orders, trades: put(facts.trades, filled.tradeId, counted) };
}

function move(facts: Facts, { accountId, instrument, tradeId, side, quantity, position, price }: PositionFill): Facts {
  const key = keyOf(accountId, instrument);
  const positions = position.isZero() ? drop(facts.positions, key) : put(facts.positions, key, { accountId, instrument, quantity: position, price });
  const trade = facts.trades.get(tradeId);
  if (!trade) return { ...facts, positions };
  const shown = changeLeg(trade, (leg) => leg.instrument === instrument && leg.side === side, (leg) => ({ ...leg, shown: addQuantity(leg.shown, quantity) }));
  return { ...facts, positions, trades: put(facts.trades, tradeId, shown) };
}

function stopEntering(facts: Facts, tradeId: Id): Facts {
  const trade = facts.trades.get(tradeId);
  return trade ? { ...facts, trades: put(facts.trades, tradeId, { ...trade, entering: false }) } : facts;
}

function mark(facts: Facts, { accountId, marks }: EquityObserved): Facts {
  let { positions } = facts;
  for (const { instrument, markPrice } of marks) {
    const held = positions.get(keyOf(accountId, instrument));
    if (held) positions = put(positions, keyOf(accountId, instrument), { ...held, price: markPrice });
  }
  return { ...facts, positions };
}

function liquidated(facts: Facts, accountId: Id, instrument: string, quantity: SignedQuantity): Facts {
  const key = keyOf(accountId, instrument);
  const held = facts.positions.get(key);
  if (!held) return facts;
  return { ...facts, positions: quantity.isZero() ? drop(facts.positions, key) : put(facts.positions, key, { ...held, quantity }) };
}

const READS = ['TradeOpened', 'TradeBalanced', 'TradeClosed', 'UnwindStarted', 'ExitStarted', 'OrderSubmitted', 'OrderFilled', 'OrderCancelled', 'OrderRejected', 'PositionOpened', 'PositionIncreased', 'PositionReduced', 'PositionClosed', 'PositionFlipped', 'PositionLiquidated', 'EquityObserved'] as const;
type Read = Extract<BallastEvent, { readonly type: (typeof READS)[number] }>;
const isRead = (event: BallastEvent): event is Read => (READS as readonly string[]).includes(event.type);

function evolve(facts: Facts, event: Read): Facts {
  switch (event.type) {
    case 'TradeOpened':
      return open(facts, event);
    case 'OrderSubmitted':
      return submit(facts, event);
    case 'OrderFilled':
      return fill(facts, event);
    case 'OrderCancelled':
    case 'OrderRejected':
      return { ...facts, orders: drop(facts.orders, event.clientOrderId) };
    case 'PositionOpened':
    case 'PositionIncreased':
    case 'PositionReduced':
    case 'PositionClosed':
    case 'PositionFlipped':
      return move(facts, event);
    case 'PositionLiquidated':
      return liquidated(facts, event.accountId, event.instrument, event.position);
    case 'TradeBalanced':
    case 'UnwindStarted':
    case 'ExitStarted':
      return stopEntering(facts, event.tradeId);
    case 'TradeClosed':
      return { ...facts, trades: drop(facts.trades, event.tradeId) };
    case 'EquityObserved':
      return mark(facts, event);
  }
}

/** What a leg may still add to its position: unfilled plan or resting orders, whichever is more, and fills on their way. */
function pendingOf(leg: OpenLeg, entering: boolean, resting: Notional): Notional {
  const outstanding = remainderOf(entering ? maxOf(leg.planned, leg.filled) : leg.filled, leg.shown);
  return maxOf(notionalOf(outstanding, leg.referencePrice), resting);
}

/** Execution's facts as exposure: open positions, and what accepted trades and resting orders may still add (C-23). */
export class ExposureFold implements Projection<Facts> {
  readonly name = 'risk-exposure-facts';
  readonly reads = READS;
  state: Facts = { positions: new Map(), orders: new Map(), trades: new Map() };

  apply({ event }: Recorded): void {
    if (isRead(event)) this.state = evolve(this.state, event);
  }

  of(accountId: Id): ExposureFacts {
    const byInstrument: Record<string, InstrumentExposure> = {};
    const add = (instrument: string, open: Notional, pending: Notional): void => {
      const before = byInstrument[instrument] ?? { open: ZERO_NOTIONAL, pending: ZERO_NOTIONAL };
      byInstrument[instrument] = { open: addNotional(before.open, open), pending: addNotional(before.pending, pending) };
    };
    for (const held of this.state.positions.values()) if (held.accountId === accountId) add(held.instrument, held.quantity.abs().times(held.price) as Notional, ZERO_NOTIONAL);
    const resting = new Map<string, Notional>();
    const slotOf = (tradeId: Id, leg: number): string => `${tradeId} ${leg}`;
    for (const order of this.state.orders.values()) {
      const rest = new Decimal(order.remaining).times(order.limitPrice) as Notional;
      if (order.accountId !== accountId) continue;
      if (!this.state.trades.has(order.tradeId)) add(order.instrument, ZERO_NOTIONAL, rest);
      else resting.set(slotOf(order.tradeId, order.leg), addNotional(resting.get(slotOf(order.tradeId, order.leg)) ?? ZERO_NOTIONAL, rest));
    }
    const tradeIds: Id[] = [];
    for (const [tradeId, trade] of this.state.trades) {
      if (trade.accountId !== accountId) continue;
      tradeIds.push(tradeId);
      for (const leg of trade.legs) add(leg.instrument, ZERO_NOTIONAL, pendingOf(leg, trade.entering, resting.get(slotOf(tradeId, leg.leg)) ?? ZERO_NOTIONAL));
    }
    return { byInstrument, tradeIds };
  }
}
