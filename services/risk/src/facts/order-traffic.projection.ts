import type { Projection, Recorded } from '@ballast/bus';
import { type Id, type Ms, type Quantity, remainderOf } from '@ballast/domain';
import { countedAt, countedSince, type Moments } from './moments.js';

const SECOND_MS = 1_000;

interface OpenOrder {
  readonly portfolioId: Id;
  readonly remaining: Quantity;
}
interface Traffic {
  readonly orders: Map<Id, OpenOrder>;
  /** Orders that may still fill, by portfolio. */
  readonly open: Map<Id, number>;
  readonly sent: Map<Id, Moments>;
}

/** How many orders a portfolio has at the venue, reduce-only ones too, and how many it sent in the last minute. */
export class OrderTrafficFold implements Projection<Traffic> {
  readonly name = 'risk-order-traffic';
  readonly reads = ['OrderSubmitted', 'OrderFilled', 'OrderCancelled', 'OrderRejected'];
  state: Traffic = { orders: new Map(), open: new Map(), sent: new Map() };

  apply({ event, decision }: Recorded): void {
    const { orders, sent } = this.state;
    if (event.type === 'OrderSubmitted') {
      const { clientOrderId, portfolioId, quantity } = event;
      if (!orders.has(clientOrderId)) this.change(portfolioId, 1);
      orders.set(clientOrderId, { portfolioId, remaining: quantity });
      sent.set(portfolioId, countedAt(sent.get(portfolioId) ?? {}, decision.occurredAt, SECOND_MS));
    }
    if (event.type === 'OrderFilled') this.filled(event.clientOrderId, event.quantity);
    if (event.type === 'OrderCancelled' || event.type === 'OrderRejected') this.gone(event.clientOrderId);
  }

  of(portfolioId: Id, at: Ms): { readonly open: number; readonly sentInMinute: number } {
    return { open: this.state.open.get(portfolioId) ?? 0, sentInMinute: countedSince(this.state.sent.get(portfolioId) ?? {}, at, SECOND_MS) };
  }

  private filled(clientOrderId: Id, quantity: Quantity): void {
    const order = this.state.orders.get(clientOrderId);
    if (!order) return;
    const remaining = remainderOf(order.remaining, quantity);
    if (remaining.isZero()) this.gone(clientOrderId);
    else this.state.orders.set(clientOrderId, { ...order, remaining });
  }

  private gone(clientOrderId: Id): void {
    const order = this.state.orders.get(clientOrderId);
    if (!order) return;
    this.state.orders.delete(clientOrderId);
    this.change(order.portfolioId, -1);
  }

  private change(portfolioId: Id, by: number): void {
    this.state.open.set(portfolioId, (this.state.open.get(portfolioId) ?? 0) + by);
  }
}
