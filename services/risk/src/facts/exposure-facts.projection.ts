import type { Projection, Recorded } from '@ballast/bus';
import { addQuantity, Decimal, type Id, maxOf, type Notional, type Price, type Quantity, remainderOf, type Side, type SignedQuantity, ZERO_NOTIONAL, ZERO_QUANTITY } from '@ballast/domain';
import { type EquityObserved, type OrderFilled, type OrderSubmitted, POSITION_CHANGES, type PositionClosed, type PositionFlipped, type PositionIncreased, type PositionOpened, type PositionReduced, type TradeOpened } from '@ballast/events';
import type { ExposureFacts } from '../exposure/exposure.types.js';
import { AccountTotals, addExactly, difference, exactNotional } from './account-totals.js';

interface Position {
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
  readonly instrument: string;
  readonly side: Side;
  readonly planned: Quantity;
  readonly referencePrice: Price;
  /** Filled by its orders; the position may not show it yet. */
  readonly filled: Quantity;
  /** What positions have taken over of it. */
  readonly shown: Quantity;
  /** Worth of its orders that may still fill, at their limits. */
  readonly resting: Notional;
}
interface OpenTrade {
  readonly accountId: Id;
  /** False once no further entry is sent: what it still adds are fills on their way. */
  readonly entering: boolean;
  readonly legs: ReadonlyMap<number, OpenLeg>;
}
interface Facts {
  readonly accounts: Map<Id, ExposureFacts>;
  readonly positions: Map<string, Position>;
  readonly orders: Map<Id, OpenOrder>;
  readonly trades: Map<Id, OpenTrade>;
  /** Orders that may still fill, by trade. */
  readonly ordersOfTrade: Map<Id, Set<Id>>;
}
type PositionFill = PositionOpened | PositionIncreased | PositionReduced | PositionClosed | PositionFlipped;

const ENTRIES: readonly OrderFilled['purpose'][] = ['ENTRY', 'HEDGE'];
const keyOf = (accountId: Id, instrument: string): string => `${accountId} ${instrument}`;
const worth = ({ remaining, limitPrice }: OpenOrder): Decimal => exactNotional(remaining, limitPrice);
const valueOf = (position: Position | undefined): Decimal => (position ? exactNotional(position.quantity.abs(), position.price) : ZERO_NOTIONAL);

/** What a leg may still add to its position: unfilled plan or resting orders, whichever is more, and fills on their way. */
function pendingOf({ planned, filled, shown, referencePrice, resting }: OpenLeg, entering: boolean): Decimal {
  const outstanding = remainderOf(entering ? maxOf(planned, filled) : filled, shown);
  return Decimal.max(exactNotional(outstanding, referencePrice), resting);
}

/**
 * Execution's facts as exposure: open positions, and what accepted trades and resting orders may still add (C-23). Every
 * event changes its own part of the totals; nothing is added up when a plan is judged.
 */
export class ExposureFold implements Projection<Facts> {
  readonly name = 'risk-exposure-facts';
  readonly reads = ['TradeOpened', 'TradeBalanced', 'TradeClosed', 'UnwindStarted', 'ExitStarted', 'OrderSubmitted', 'OrderFilled', 'OrderCancelled', 'OrderRejected', ...POSITION_CHANGES, 'EquityObserved'];
  state: Facts = { accounts: new Map(), positions: new Map(), orders: new Map(), trades: new Map(), ordersOfTrade: new Map() };

  of(accountId: Id): ExposureFacts {
    return this.totals.of(accountId);
  }

  apply({ event }: Recorded): void {
    switch (event.type) {
      case 'TradeOpened': return this.opened(event);
      case 'OrderSubmitted': return this.submitted(event);
      case 'OrderFilled': return this.filled(event);
      case 'OrderCancelled':
      case 'OrderRejected': return this.rest(event.clientOrderId, undefined);
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped': return this.moved(event);
      case 'PositionLiquidated': return this.liquidated(event.accountId, event.instrument, event.position);
      case 'TradeBalanced':
      case 'UnwindStarted':
      case 'ExitStarted': return this.change(event.tradeId, (trade) => ({ ...trade, entering: false }));
      case 'TradeClosed': return this.closed(event.tradeId);
      case 'EquityObserved': return this.marked(event);
    }
  }

  private get totals(): AccountTotals {
    return new AccountTotals(this.state.accounts);
  }

  private opened({ tradeId, accountId, legs }: TradeOpened): void {
    this.closed(tradeId);
    this.replace(tradeId, undefined, { accountId, entering: true, legs: new Map(legs.map(({ leg, instrument, side, quantity, referencePrice }) => [leg, { instrument, side, planned: quantity, referencePrice, filled: ZERO_QUANTITY, shown: ZERO_QUANTITY, resting: ZERO_NOTIONAL }])) });
    this.totals.show(accountId, tradeId);
    for (const order of this.ordersOf(tradeId)) this.count(order, ZERO_NOTIONAL, worth(order), true);
  }

  /** Orders that outlive their trade count by themselves. */
  private closed(tradeId: Id): void {
    const trade = this.state.trades.get(tradeId);
    if (!trade) return;
    this.replace(tradeId, trade, undefined);
    this.totals.hide(trade.accountId, tradeId);
    for (const order of this.ordersOf(tradeId)) this.count(order, ZERO_NOTIONAL, worth(order));
  }

  private submitted({ clientOrderId, reduceOnly, accountId, tradeId, leg, instrument, quantity, limitPrice }: OrderSubmitted): void {
    if (!reduceOnly) this.rest(clientOrderId, { accountId, tradeId, leg, instrument, remaining: quantity, limitPrice });
  }

  private filled({ clientOrderId, quantity, purpose, tradeId, leg }: OrderFilled): void {
    const order = this.state.orders.get(clientOrderId);
    if (order) {
      const remaining = remainderOf(order.remaining, quantity);
      this.rest(clientOrderId, remaining.isZero() ? undefined : { ...order, remaining });
    }
    if (ENTRIES.includes(purpose)) this.changeLegs(tradeId, (each, number) => (number === leg ? { ...each, filled: addQuantity(each.filled, quantity) } : each));
  }

  private moved({ accountId, instrument, tradeId, side, quantity, position, price }: PositionFill): void {
    this.hold(accountId, instrument, position.isZero() ? undefined : { quantity: position, price });
    this.changeLegs(tradeId, (leg) => (leg.instrument === instrument && leg.side === side ? { ...leg, shown: addQuantity(leg.shown, quantity) } : leg));
  }

  private marked({ accountId, marks }: EquityObserved): void {
    for (const { instrument, markPrice } of marks) {
      const held = this.state.positions.get(keyOf(accountId, instrument));
      if (held) this.hold(accountId, instrument, { ...held, price: markPrice });
    }
  }

  private liquidated(accountId: Id, instrument: string, quantity: SignedQuantity): void {
    const held = this.state.positions.get(keyOf(accountId, instrument));
    if (held) this.hold(accountId, instrument, quantity.isZero() ? undefined : { ...held, quantity });
  }

  private hold(accountId: Id, instrument: string, after: Position | undefined): void {
    const { positions } = this.state;
    const key = keyOf(accountId, instrument);
    this.totals.add(accountId, instrument, 'open', difference(valueOf(after), valueOf(positions.get(key))));
    if (after) positions.set(key, after);
    else positions.delete(key);
  }

  /** Puts an order at what it may still fill, or takes it away. */
  private rest(clientOrderId: Id, after: OpenOrder | undefined): void {
    const { orders, ordersOfTrade } = this.state;
    const before = orders.get(clientOrderId);
    const order = after ?? before;
    if (!order) return;
    this.count(order, before ? worth(before) : ZERO_NOTIONAL, after ? worth(after) : ZERO_NOTIONAL);
    const ofTrade = ordersOfTrade.get(order.tradeId) ?? new Set();
    if (after) {
      orders.set(clientOrderId, after);
      ordersOfTrade.set(order.tradeId, ofTrade.add(clientOrderId));
      return;
    }
    orders.delete(clientOrderId);
    ofTrade.delete(clientOrderId);
    if (ofTrade.size === 0) ordersOfTrade.delete(order.tradeId);
  }

  /** The worth of an order goes from `before` to `after`: of its leg, or of its own where its trade is not open. `moves`: it counted by itself until now. */
  private count({ accountId, tradeId, leg, instrument }: OpenOrder, before: Decimal, after: Decimal, moves = false): void {
    const change = difference(after, before);
    const alone = this.state.trades.get(tradeId)?.legs.has(leg) !== true;
    if (moves && !alone) this.totals.add(accountId, instrument, 'pending', change.negated());
    if (alone && !moves) this.totals.add(accountId, instrument, 'pending', change);
    if (!alone) this.changeLegs(tradeId, (each, number) => (number === leg ? { ...each, resting: addExactly(each.resting, change) } : each));
  }

  private ordersOf(tradeId: Id): readonly OpenOrder[] {
    return [...(this.state.ordersOfTrade.get(tradeId) ?? [])].flatMap((clientOrderId) => this.state.orders.get(clientOrderId) ?? []);
  }

  private changeLegs(tradeId: Id, alter: (leg: OpenLeg, number: number) => OpenLeg): void {
    this.change(tradeId, (trade) => ({ ...trade, legs: new Map([...trade.legs].map(([number, leg]) => [number, alter(leg, number)])) }));
  }

  private change(tradeId: Id, alter: (trade: OpenTrade) => OpenTrade): void {
    const trade = this.state.trades.get(tradeId);
    if (trade) this.replace(tradeId, trade, alter(trade));
  }

  private replace(tradeId: Id, before: OpenTrade | undefined, after: OpenTrade | undefined): void {
    for (const leg of before?.legs.values() ?? []) this.totals.add(before?.accountId ?? '', leg.instrument, 'pending', pendingOf(leg, before?.entering === true).negated());
    for (const leg of after?.legs.values() ?? []) this.totals.add(after?.accountId ?? '', leg.instrument, 'pending', pendingOf(leg, after?.entering === true));
    if (after) this.state.trades.set(tradeId, after);
    else this.state.trades.delete(tradeId);
  }
}
