import { Decimal, type Id, type Ms, type Price } from '@ballast/domain';
import type { Projection, Recorded } from '@ballast/bus';
import type { BallastEvent, ExitStarted, OrderFilled, OrderSubmitted, PairResidual, SignalRaised, TradeOpened, UnwindStarted } from '@ballast/events';
import { refuserOf } from '@ballast/ladder';
import { countOne } from './desk.projection.js';
import { isLive, type LegFacts, legFactsOf, newTrade, type OrderFacts, plus, type TradeFacts, type TradeIdentity } from './trade-facts.js';

export interface TradesState {
  readonly trades: Map<Id, TradeFacts>;
  readonly orders: Map<Id, OrderFacts>;
  /** Client order ids that rest or are on their way, by bot. */
  readonly openOrders: Map<Id, Set<Id>>;
  /** The last one recorded of each leg, by `<trade>/<leg>`. */
  readonly residuals: Map<string, Residual>;
  /** How many orders execution or the venue refused, by bot and reason code. */
  readonly orderRefusals: Map<Id, OrderRefusals>;
}

export interface Residual {
  readonly left: PairResidual;
  /** The trade that took it over; undefined while it stands alone. */
  takenOverBy: Id | undefined;
}

export interface OrderRefusals {
  readonly botId: Id;
  readonly portfolioId: Id;
  readonly counts: Map<string, number>;
}

/** Every trade, its legs, orders and fills, folded from the events alone. Nobody decides on it. */
export class TradesProjection implements Projection<TradesState> {
  readonly name = 'trades';
  readonly reads = [
    'SignalRaised', 'TradePlanned', 'TradePlanInfeasible', 'TradeApproved', 'TradeDenied', 'TradeRefused', 'TradeOpened', 'TradeBalanced', 'ExitStarted', 'UnwindStarted', 'TradeClosed',
    'OrderSubmitted', 'OrderAccepted', 'OrderOutcomeUnknown', 'OrderFilled', 'OrderCancelled', 'OrderRejected', 'OrderDenied', 'PairResidual',
  ];
  state: TradesState = { trades: new Map(), orders: new Map(), openOrders: new Map(), residuals: new Map(), orderRefusals: new Map() };

  apply({ event, decision: { occurredAt } }: Recorded): void {
    this.applyWay(event, occurredAt);
    this.applyTrade(event, occurredAt);
    this.applyOrder(event, occurredAt);
  }

  private applyWay(event: BallastEvent, at: Ms): void {
    switch (event.type) {
      case 'SignalRaised':
        if (event.purpose === 'EXIT') this.exitSignal(event);
        else this.trade(event, at);
        return;
      case 'TradePlanned': {
        const trade = this.trade(event, at);
        Object.assign(trade, { stage: 'PLANNED', planOutcome: event.outcome, imbalancePlanned: event.imbalanceRatio, expectedCostBps: event.expectedCostBps, legs: event.legs.map(legFactsOf) });
        return;
      }
      case 'TradePlanInfeasible':
        Object.assign(this.trade(event, at), { stage: 'INFEASIBLE', refusedBy: event.reason });
        return;
      case 'TradeApproved':
        this.trade(event, at).stage = 'APPROVED';
        return;
      case 'TradeDenied':
        Object.assign(this.trade(event, at), { stage: 'DENIED', refusedBy: event.bindingRule });
        return;
    }
  }

  private applyTrade(event: BallastEvent, at: Ms): void {
    switch (event.type) {
      case 'TradeRefused':
        Object.assign(this.trade(event, at), { stage: 'REFUSED', refusedBy: event.reason });
        return;
      case 'TradeOpened':
        Object.assign(this.trade(event, at), { stage: 'ENTERING', openedAt: at, planOutcome: event.outcome, imbalancePlanned: event.imbalanceRatio, legs: event.legs.map(legFactsOf) });
        this.takeOver(event);
        return;
      case 'TradeBalanced':
        Object.assign(this.trade(event, at), { stage: 'HELD', balancedAt: at, nakedNotionalSeconds: event.nakedNotionalSeconds });
        return;
      case 'ExitStarted':
        this.leave(event, 'EXITING');
        return;
      case 'UnwindStarted':
        this.leave(event, 'UNWINDING');
        return;
      case 'TradeClosed':
        Object.assign(this.trade(event, at), { stage: 'CLOSED', closedAt: at, closed: event, nakedNotionalSeconds: event.nakedNotionalSeconds });
        return;
      case 'PairResidual':
        this.state.residuals.set(`${event.tradeId}/${event.leg}`, { left: event, takenOverBy: undefined });
        return;
    }
  }

  /** Told again while it lasts, with what it waits for: the reason is the first one's. */
  private leave({ tradeId, reason }: ExitStarted | UnwindStarted, stage: 'EXITING' | 'UNWINDING'): void {
    if (this.state.trades.get(tradeId)?.stage !== stage) this.change(tradeId, { stage, exitReason: reason });
  }

  private takeOver({ tradeId, accountId, legs }: TradeOpened): void {
    const taken = new Set(legs.flatMap(({ instrument, residualAbsorbed }) => (residualAbsorbed ? [instrument] : [])));
    for (const residual of this.state.residuals.values()) if (residual.left.accountId === accountId && taken.has(residual.left.instrument)) residual.takenOverBy ??= tradeId;
  }

  private applyOrder(event: BallastEvent, at: Ms): void {
    switch (event.type) {
      case 'OrderSubmitted':
        this.submitted(event);
        return;
      case 'OrderAccepted':
        this.order(event.clientOrderId, (order) => { if (isLive(order)) order.status = 'OPEN'; });
        return;
      case 'OrderOutcomeUnknown':
        this.order(event.clientOrderId, (order) => { if (isLive(order)) order.status = 'UNKNOWN'; });
        return;
      case 'OrderFilled':
        this.filled(event, at);
        return;
      case 'OrderCancelled':
        this.order(event.clientOrderId, (order) => this.ended(order, 'CANCELLED', event.unfilled));
        return;
      case 'OrderRejected':
        this.order(event.clientOrderId, (order) => this.ended(order, 'REJECTED', order.submitted.quantity.minus(order.filled)));
        this.refused(event.tradeId, `${refuserOf(event)}: ${event.kind}`);
        return;
      case 'OrderDenied':
        this.refused(event.tradeId, `contract: ${event.reason}`);
        return;
    }
  }

  private exitSignal({ tradeId, seen }: SignalRaised): void {
    const exitReference = Object.fromEntries(seen.map(({ instrument, bestBid, bestAsk }) => [instrument, bestBid.plus(bestAsk).div(2) as Price]));
    this.change(tradeId, { exitReference });
  }

  private submitted(event: OrderSubmitted): void {
    const order: OrderFacts = { submitted: event, status: 'SUBMITTED', filled: new Decimal(0), filledNotional: new Decimal(0), unfilled: undefined };
    this.state.orders.set(event.clientOrderId, order);
    this.trackOpen(order);
    this.commit(event, event.quantity);
  }

  private filled(fill: OrderFilled, at: Ms): void {
    this.order(fill.clientOrderId, (order) => {
      order.filled = order.filled.plus(fill.quantity);
      order.filledNotional = order.filledNotional.plus(fill.quantity.times(fill.price));
      if (order.filled.gte(order.submitted.quantity)) order.status = 'FILLED';
      else if (isLive(order)) order.status = 'OPEN';
    });
    const trade = this.trade(fill, at);
    trade.fills.push(fill);
    const leg = trade.legs[fill.leg];
    if (!leg) return;
    const bucket = bucketOf(leg, fill);
    leg[bucket] = plus(leg[bucket], fill);
    if (bucket === 'trimmed') leg.committed = leg.committed.minus(fill.quantity);
  }

  private ended(order: OrderFacts, status: 'CANCELLED' | 'REJECTED', unfilled: Decimal): void {
    this.commit(order.submitted, (order.unfilled ?? new Decimal(0)).minus(unfilled));
    order.unfilled = unfilled;
    if (order.status !== 'FILLED') order.status = status;
  }

  private refused(tradeId: Id, code: string): void {
    const trade = this.state.trades.get(tradeId);
    if (!trade) return;
    const { botId, portfolioId } = trade;
    const refusals = this.state.orderRefusals.get(botId) ?? { botId, portfolioId, counts: new Map<string, number>() };
    this.state.orderRefusals.set(botId, refusals);
    countOne(refusals.counts, code);
  }

  private trackOpen(order: OrderFacts): void {
    const { botId, clientOrderId } = order.submitted;
    const open = this.state.openOrders.get(botId) ?? new Set();
    if (isLive(order)) open.add(clientOrderId);
    else open.delete(clientOrderId);
    this.state.openOrders.set(botId, open);
  }

  private commit({ tradeId, leg: index, purpose }: OrderSubmitted, change: Decimal): void {
    const leg = this.state.trades.get(tradeId)?.legs[index];
    if (!leg || (purpose !== 'ENTRY' && purpose !== 'HEDGE')) return;
    leg.committed = leg.committed.plus(change);
    if (leg.committed.gt(leg.ordered)) leg.ordered = leg.committed;
  }

  private trade(ids: TradeIdentity, at: Ms): TradeFacts {
    const found = this.state.trades.get(ids.tradeId) ?? newTrade(ids, at);
    this.state.trades.set(ids.tradeId, found);
    return found;
  }

  private change(tradeId: Id, fields: Partial<TradeFacts>): void {
    const trade = this.state.trades.get(tradeId);
    if (trade) Object.assign(trade, fields);
  }

  private order(clientOrderId: Id, change: (order: OrderFacts) => void): void {
    const order = this.state.orders.get(clientOrderId);
    if (!order) return;
    change(order);
    this.trackOpen(order);
  }
}

function bucketOf(leg: LegFacts, { purpose, side }: OrderFilled): 'entered' | 'trimmed' | 'exited' | 'returned' {
  switch (purpose) {
    case 'ENTRY':
    case 'HEDGE': return 'entered';
    case 'EXIT':
    case 'TARGET':
    case 'REDUCE': return 'exited';
    case 'UNWIND': return side === leg.side ? 'returned' : 'exited';
    case 'TRIM': return side === leg.side ? 'returned' : 'trimmed';
  }
}
