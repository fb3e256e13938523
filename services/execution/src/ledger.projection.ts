import { type Id, type Ms, partitionOf, strictest, type Partition, type TradingState } from '@ballast/domain';
import type { Projection, Recorded } from '@ballast/bus';

export interface KnownOrder {
  readonly clientOrderId: Id;
  readonly tradeId: Id;
  readonly accountId: Id;
  readonly partition: Partition;
}

export interface KnownAccount {
  readonly accountId: Id;
  readonly botId: Id;
  readonly portfolioId: Id;
  /** Venue time of the newest fill in the log. */
  readonly lastFillTime: Ms;
}

interface LedgerState {
  readonly accounts: Map<Id, KnownAccount>;
  readonly tradingStates: Map<string, TradingState>;
  readonly orders: Map<Id, KnownOrder>;
  readonly byVenueOrderId: Map<string, Id>;
  readonly fillIds: Set<string>;
  /** Everything an account has ever been filled in. */
  readonly instruments: Map<Id, Set<string>>;
}

const ORDERS_MAX = 50_000;
const FILLS_MAX = 100_000;

/** What execution keeps of others' facts and of its own orders: who watches which account, what may be traded, whose order a fill is. */
export class Ledger implements Projection<LedgerState> {
  readonly name = 'execution-ledger';
  readonly reads = ['BotCreated', 'TradingStateChanged', 'OrderSubmitted', 'OrderAccepted', 'OrderFilled'];
  state: LedgerState = { accounts: new Map(), tradingStates: new Map(), orders: new Map(), byVenueOrderId: new Map(), fillIds: new Set(), instruments: new Map() };

  apply({ event, decision }: Recorded): void {
    const { accounts, tradingStates, orders, byVenueOrderId, fillIds, instruments } = this.state;
    switch (event.type) {
      case 'BotCreated':
        accounts.set(event.accountId, { accountId: event.accountId, botId: event.botId, portfolioId: event.portfolioId, lastFillTime: decision.occurredAt });
        return;
      case 'TradingStateChanged':
        tradingStates.set(`${event.scope} ${event.scope === 'INSTRUMENT' ? `${event.portfolioId} ` : ''}${event.scopeId}`, event.state);
        return;
      case 'OrderSubmitted':
        orders.set(event.clientOrderId, { clientOrderId: event.clientOrderId, tradeId: event.tradeId, accountId: event.accountId, partition: decision.partition });
        dropOldest(orders, ORDERS_MAX);
        return;
      case 'OrderAccepted':
        byVenueOrderId.set(event.venueOrderId, event.clientOrderId);
        dropOldest(byVenueOrderId, ORDERS_MAX);
        return;
      case 'OrderFilled': {
        const account = accounts.get(event.accountId);
        fillIds.add(event.fillId);
        instruments.set(event.accountId, (instruments.get(event.accountId) ?? new Set<string>()).add(event.instrument));
        dropOldest(fillIds, FILLS_MAX);
        if (account) accounts.set(event.accountId, { ...account, lastFillTime: Math.max(account.lastFillTime, event.venueTime) });
        return;
      }
    }
  }

  /** The identity of an order at the venue is known before it is sent, and before this fold has heard of the order. */
  identified(venueOrderId: string, order: KnownOrder): void {
    this.state.byVenueOrderId.set(venueOrderId, order.clientOrderId);
    this.state.orders.set(order.clientOrderId, order);
  }

  partitionOf(account: KnownAccount): Partition {
    return partitionOf(account.portfolioId);
  }

  orderOf(venueOrderId: string): KnownOrder | undefined {
    const clientOrderId = this.state.byVenueOrderId.get(venueOrderId);
    return clientOrderId === undefined ? undefined : this.state.orders.get(clientOrderId);
  }

  accounts(partitions: readonly Partition[]): readonly KnownAccount[] {
    return [...this.state.accounts.values()].filter((account) => partitions.includes(partitionOf(account.portfolioId)));
  }

  /** The strictest of portfolio, bot and instruments. */
  tradingState(portfolioId: Id, botId: Id, instruments: readonly string[]): TradingState {
    const scopes = [`PORTFOLIO ${portfolioId}`, `BOT ${botId}`, ...instruments.map((instrument) => `INSTRUMENT ${portfolioId} ${instrument}`)];
    return scopes.reduce<TradingState>((state, scope) => strictest(state, this.state.tradingStates.get(scope) ?? 'ACTIVE'), 'ACTIVE');
  }
}

function dropOldest(held: { readonly size: number; keys(): Iterator<string>; delete(key: string): boolean }, most: number): void {
  if (held.size <= most) return;
  const oldest = held.keys().next();
  if (oldest.done !== true) held.delete(oldest.value);
}
