import { Decimal, type Id, isMultipleOf } from '@ballast/domain';
import type { DecisionRecord, Recorded } from '@ballast/bus';
import type { OrderSubmitted, PlannedLeg, TradeOpened } from '@ballast/events';
import type { Check } from './breach.js';

interface OrderAccount {
  readonly submitted: OrderSubmitted;
  readonly decision: DecisionRecord;
  filled: Decimal;
  unfilled: Decimal | undefined;
  /** The order that took its remainder over. */
  replacedBy?: Id;
}

/** Per order: ordered = filled + cancelled, once it has ended; a replacement equals the remainder that it takes over. */
export class OrderQuantityCheck implements Check {
  readonly rule = 'order quantities';
  private readonly orders = new Map<Id, OrderAccount>();

  event({ event, decision }: Recorded): string | undefined {
    if (event.type === 'OrderSubmitted') {
      if (this.orders.has(event.clientOrderId)) return `client order id ${event.clientOrderId} was submitted twice`;
      this.orders.set(event.clientOrderId, { submitted: event, decision, filled: new Decimal(0), unfilled: undefined });
      return event.replaces ? this.replacement(event) : undefined;
    }
    if (event.type !== 'OrderFilled' && event.type !== 'OrderCancelled' && event.type !== 'OrderRejected') return undefined;
    const order = this.orders.get(event.clientOrderId);
    if (!order) return `${event.type} for order ${event.clientOrderId}, which was never submitted`;
    if (event.type === 'OrderFilled') this.fill(order, event.quantity);
    if (event.type === 'OrderCancelled') order.unfilled = event.unfilled;
    if (event.type === 'OrderRejected') order.unfilled = order.submitted.quantity;
    return this.balance(order, 'more');
  }

  /** Fills that the venue promised when the order ended may come later in the log, but they must come. */
  end(): readonly { readonly decision: DecisionRecord; readonly detail: string }[] {
    return [...this.orders.values()].flatMap((order) => {
      const detail = this.balance(order, 'different');
      return detail === undefined ? [] : [{ decision: order.decision, detail }];
    });
  }

  /** A fill that the venue's figure left out takes the place of as much that was said to stay unfilled. */
  private fill(order: OrderAccount, quantity: Decimal): void {
    order.filled = order.filled.plus(quantity);
    if (!order.unfilled) return;
    const over = Decimal.max(0, order.filled.plus(order.unfilled).minus(order.submitted.quantity));
    order.unfilled = order.unfilled.minus(Decimal.min(over, quantity, order.unfilled));
  }

  private balance({ submitted, filled, unfilled }: OrderAccount, fault: 'more' | 'different'): string | undefined {
    if (filled.gt(submitted.quantity)) return fault === 'different' ? undefined : `order ${submitted.clientOrderId}: ordered ${submitted.quantity}, filled ${filled}`;
    if (unfilled === undefined) return undefined;
    const sum = filled.plus(unfilled);
    const holds = fault === 'more' ? sum.lte(submitted.quantity) : sum.eq(submitted.quantity);
    return holds ? undefined : `order ${submitted.clientOrderId}: ordered ${submitted.quantity}, filled ${filled} + unfilled ${unfilled} = ${sum}`;
  }

  private replacement({ clientOrderId, replaces, quantity }: OrderSubmitted): string | undefined {
    const replaced = replaces === undefined ? undefined : this.orders.get(replaces);
    if (!replaced) return `order ${clientOrderId} replaces ${replaces ?? ''}, which was never submitted`;
    if (replaced.unfilled === undefined) return `order ${clientOrderId} replaces ${replaces ?? ''}, which has not ended`;
    if (replaced.replacedBy !== undefined) return `order ${clientOrderId} replaces ${replaces ?? ''}, whose remainder ${replaced.replacedBy} has taken over`;
    replaced.replacedBy = clientOrderId;
    return replaced.unfilled.eq(quantity) ? undefined : `order ${clientOrderId} takes over ${quantity}, the remainder of ${replaces ?? ''} is ${replaced.unfilled}`;
  }
}

/** The planned quantities are the approved, the opened and the ordered ones (R36), and a plan is opened once: no hop is left out or changes them, and no order is off the grid. */
export class PlanQuantityCheck implements Check {
  readonly rule = 'planned is ordered';
  private readonly plans = new Map<Id, string>();
  private readonly approved = new Set<Id>();
  /** The trade that each plan was opened as. */
  private readonly opened = new Map<Id, Id>();
  private readonly legs = new Map<Id, readonly PlannedLeg[]>();
  private readonly entered = new Map<string, { readonly quantity: Decimal; readonly planned: Decimal | undefined; readonly decision: DecisionRecord }>();

  event({ event, decision }: Recorded): string | undefined {
    switch (event.type) {
      case 'TradePlanned':
        this.plans.set(event.planId, quantitiesOf(event.legs));
        return slicesDiffer(event.planId, event.legs);
      case 'TradeApproved':
        this.approved.add(event.planId);
        return this.same(event.planId, event.legs, 'approved');
      case 'TradeOpened':
        return this.open(event);
      case 'OrderSubmitted':
        return this.onGrid(event);
      case 'OrderFilled':
        if (event.purpose === 'ENTRY' || event.purpose === 'HEDGE') return this.entry(event.tradeId, event.leg, event.quantity, decision);
        return undefined;
      case 'LegOverfilled':
        return this.entry(event.tradeId, event.leg, event.surplus.negated(), decision);
    }
    return undefined;
  }

  /** An approval is for one trade. */
  private open({ planId, tradeId, legs }: TradeOpened): string | undefined {
    const before = this.opened.get(planId);
    this.opened.set(planId, tradeId);
    this.legs.set(tradeId, legs);
    if (!this.approved.has(planId)) return `plan ${planId} was opened as trade ${tradeId} but never approved`;
    return before === undefined ? this.same(planId, legs, 'opened') : `plan ${planId} was opened twice: as trade ${before} and as trade ${tradeId}`;
  }

  private same(planId: Id, legs: readonly PlannedLeg[], what: string): string | undefined {
    const planned = this.plans.get(planId);
    if (planned === undefined) return `plan ${planId} was ${what} but never planned`;
    const found = quantitiesOf(legs);
    return found === planned ? undefined : `plan ${planId}: planned ${planned}, ${what} ${found}`;
  }

  private onGrid({ tradeId, leg, quantity, limitPrice, clientOrderId }: OrderSubmitted): string | undefined {
    const terms = this.legs.get(tradeId)?.[leg]?.terms;
    if (!terms) return `order ${clientOrderId} belongs to leg ${leg} of trade ${tradeId}, which was never opened`;
    if (!isMultipleOf(quantity, terms.lotSize)) return `order ${clientOrderId}: quantity ${quantity} is not a whole number of lots of ${terms.lotSize}`;
    return isMultipleOf(limitPrice, terms.tickSize) ? undefined : `order ${clientOrderId}: price ${limitPrice} is not a whole number of ticks of ${terms.tickSize}`;
  }

  private entry(tradeId: Id, leg: number, quantity: Decimal, decision: DecisionRecord): undefined {
    const key = `${tradeId}/${leg}`;
    const before = this.entered.get(key);
    this.entered.set(key, { quantity: (before?.quantity ?? new Decimal(0)).plus(quantity), decision: before?.decision ?? decision, planned: this.legs.get(tradeId)?.[leg]?.quantity });
  }

  end(): readonly { readonly decision: DecisionRecord; readonly detail: string }[] {
    return [...this.entered]
      .filter(([, { quantity, planned }]) => !planned || quantity.gt(planned))
      .map(([key, { quantity, planned, decision }]) => ({ decision, detail: `trade/leg ${key}: entered ${quantity}, planned ${planned?.toString() ?? 'nothing'}` }));
  }
}

const quantitiesOf = (legs: readonly PlannedLeg[]): string => legs.map(({ instrument, side, quantity, slices, residualAbsorbed }) => `${side} ${quantity} ${instrument}${slices.length === 1 ? '' : ` in ${slices.join(' + ')}`}${residualAbsorbed ? ` to ${residualAbsorbed} taken over` : ''}`).join(' + ');

function slicesDiffer(planId: Id, legs: readonly PlannedLeg[]): string | undefined {
  const wrong = legs.find(({ quantity, slices }) => !slices.reduce((sum, slice) => sum.plus(slice), new Decimal(0)).eq(quantity));
  return wrong && `plan ${planId}: leg ${wrong.leg} is ${wrong.quantity}, its slices are ${wrong.slices.join(' + ')}`;
}
