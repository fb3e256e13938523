import { type Id, opposite } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import type { OrderFilled, OrderSubmitted, TradeOpened } from '@ballast/events';
import type { Check } from './breach.js';

/** An order is of its leg's instrument and account, enters on its side or leaves reduce-only; a fill is of its order. */
export class OrderTermsCheck implements Check {
  readonly rule = 'orders are their leg\'s';
  private readonly trades = new Map<Id, TradeOpened>();
  private readonly orders = new Map<Id, OrderSubmitted>();

  event({ event }: Recorded): string | undefined {
    switch (event.type) {
      case 'TradeOpened':
        this.trades.set(event.tradeId, event);
        return undefined;
      case 'OrderSubmitted':
        this.orders.set(event.clientOrderId, event);
        return this.ofLeg(event);
      case 'OrderFilled':
        return this.ofOrder(event);
    }
    return undefined;
  }

  /** What belongs to no leg at all is another check's finding. */
  private ofLeg({ clientOrderId, tradeId, accountId, leg, instrument, side, purpose, reduceOnly }: OrderSubmitted): string | undefined {
    const trade = this.trades.get(tradeId);
    const planned = trade?.legs.find((found) => found.leg === leg);
    if (!trade || !planned) return undefined;
    const order = `${purpose} order ${clientOrderId} of leg ${leg} of trade ${tradeId}`;
    if (instrument !== planned.instrument) return `${order} is in ${instrument}, the leg in ${planned.instrument}`;
    if (accountId !== trade.accountId) return `${order} is of account ${accountId}, the trade of ${trade.accountId}`;
    const enters = purpose === 'ENTRY' || purpose === 'HEDGE';
    if (!enters && !reduceOnly) return `${order} is not reduce-only`;
    if (enters && side !== planned.side) return `${order} is a ${side}, the leg a ${planned.side}`;
    return purpose === 'EXIT' && side !== opposite(planned.side) ? `${order} is a ${side}, as the leg that it leaves` : undefined;
  }

  private ofOrder(fill: OrderFilled): string | undefined {
    const order = this.orders.get(fill.clientOrderId);
    return order && termsOf(order) !== termsOf(fill) ? `fill ${fill.fillId} is ${termsOf(fill)}; its order ${fill.clientOrderId} is ${termsOf(order)}` : undefined;
  }
}

const termsOf = ({ purpose, side, instrument, leg, tradeId, accountId }: OrderSubmitted | OrderFilled): string => `${purpose} ${side} ${instrument} of leg ${leg}, trade ${tradeId}, account ${accountId}`;
