import { type Id, type Ms, partitionOf, type Quantity, strictest, type Partition, type TradingState } from '@ballast/domain';
import type { Projection, Recorded } from '@ballast/bus';
import type { OrderFilled, OrderSubmitted } from '@ballast/events';

export interface KnownOrder {
  readonly clientOrderId: Id;
  readonly tradeId: Id;
  readonly accountId: Id;
  readonly partition: Partition;
}

/** A bot that a person has ended: what is approved for it still is not to be opened. */
export type Ended = 'STOPPED' | 'CLOSING';

export interface KnownAccount {
  readonly accountId: Id;
  readonly botId: Id;
  readonly portfolioId: Id;
  /** Venue time of the newest fill in the log. */
  readonly lastFillTime: Ms;
  /** That of the newest funding payment; before the first, when the bot was created. */
  readonly lastFundingTime: Ms;
}

interface LedgerState {
  readonly accounts: Map<Id, KnownAccount>;
  readonly tradingStates: Map<string, TradingState>;
  /** Trades that are not over: whatever they sent is known for as long as that. */
  readonly open: Set<Id>;
  readonly orders: Map<Id, KnownOrder>;
  readonly byVenueOrderId: Map<string, Id>;
  readonly fillIds: Set<string>;
  /** Everything an account has ever been filled in. */
  readonly instruments: Map<Id, Set<string>>;
  readonly ended: Map<Id, Ended>;
  /** By account and instrument: the closed trade that left a residual which no other trade has taken over. */
  readonly residuals: Map<Id, Map<string, Id>>;
  /** What each trade lost in the newest liquidations. */
  readonly liquidated: Map<string, Map<Id, Quantity>>;
  /** What was asked of each trade for the newest reductions. */
  readonly reduced: Map<Id, Map<Id, Quantity>>;
  /** How often something of an account has changed that a comparison with the venue would see. */
  readonly changes: Map<Id, number>;
}

const ORDERS_MAX = 50_000;
const FILLS_MAX = 100_000;
const LIQUIDATIONS_MAX = 1_000;
const REDUCTIONS_MAX = 1_000;
const emptyLedger = (): LedgerState => ({ accounts: new Map(), tradingStates: new Map(), open: new Set(), orders: new Map(), byVenueOrderId: new Map(), fillIds: new Set(), instruments: new Map(), ended: new Map(), residuals: new Map(), liquidated: new Map(), reduced: new Map(), changes: new Map() });

/** What execution keeps of others' facts and of its own orders: who watches which account, what may be traded, whose order a fill is. */
export class Ledger implements Projection<LedgerState> {
  readonly name = 'execution-ledger';
  readonly reads = ['BotCreated', 'BotStarted', 'BotStopped', 'BotCloseAllRequested', 'TradeOpened', 'TradeClosed', 'PairResidual', 'TradingStateChanged', 'OrderSubmitted', 'OrderAccepted', 'OrderFilled', 'LegLiquidated', 'PositionLiquidated', 'FundingSettled', 'ReductionStarted', 'ExitStarted', 'UnwindStarted'];
  state: LedgerState = emptyLedger();
  private readonly listeners: ((venueOrderId: string) => void)[] = [];

  apply({ event, decision }: Recorded): void {
    const { accounts, ended, tradingStates, byVenueOrderId, liquidated, residuals } = this.state;
    this.reduced(event);
    this.lives(event);
    this.funded(event);
    switch (event.type) {
      case 'BotStarted':
        return void ended.delete(event.botId);
      case 'BotStopped':
        return void ended.set(event.botId, 'STOPPED');
      case 'BotCloseAllRequested':
        return void ended.set(event.botId, 'CLOSING');
      case 'PairResidual':
        if (event.missing !== true) residuals.set(event.accountId, (residuals.get(event.accountId) ?? new Map<string, Id>()).set(event.instrument, event.tradeId));
        return;
      case 'TradeOpened':
        for (const { instrument, residualAbsorbed } of event.legs) if (residualAbsorbed !== undefined) residuals.get(event.accountId)?.delete(instrument);
        return;
      case 'BotCreated':
        accounts.set(event.accountId, { accountId: event.accountId, botId: event.botId, portfolioId: event.portfolioId, lastFillTime: decision.occurredAt, lastFundingTime: decision.occurredAt });
        return;
      case 'TradingStateChanged':
        tradingStates.set(`${event.scope} ${event.scope === 'INSTRUMENT' ? `${event.portfolioId} ` : ''}${event.scopeId}`, event.state);
        return;
      case 'OrderSubmitted':
        return this.submitted(event, decision.partition);
      case 'OrderAccepted':
        byVenueOrderId.set(event.venueOrderId, event.clientOrderId);
        return this.forgetOrders();
      case 'OrderFilled':
        return this.filled(event);
      case 'LegLiquidated':
        liquidated.set(event.liquidationId, (liquidated.get(event.liquidationId) ?? new Map<Id, Quantity>()).set(event.tradeId, event.quantity));
        return dropOldest(liquidated, LIQUIDATIONS_MAX);
      case 'PositionLiquidated':
        return this.changed(event.accountId);
    }
  }

  /** The identity of an order at the venue is known before it is sent, and before this fold has heard of the order. */
  identified(venueOrderId: string, order: KnownOrder): void {
    const { byVenueOrderId, orders } = this.state;
    byVenueOrderId.set(venueOrderId, order.clientOrderId);
    orders.set(order.clientOrderId, order);
    this.forgetOrders();
    for (const listen of this.listeners) listen(venueOrderId);
  }

  /** Hears every order that becomes known, whoever sent it. */
  onIdentified(listen: (venueOrderId: string) => void): void {
    this.listeners.push(listen);
  }

  changesOf(accountId: Id): number {
    return this.state.changes.get(accountId) ?? 0;
  }

  partitionOf(account: KnownAccount): Partition {
    return partitionOf(account.portfolioId);
  }

  knows(venueOrderId: string): boolean {
    return this.state.byVenueOrderId.has(venueOrderId);
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

  /** Closed trades with residuals that stand in this account. */
  residualsOf(accountId: Id): readonly Id[] {
    return [...new Set(this.state.residuals.get(accountId)?.values())];
  }

  private submitted({ clientOrderId, venueOrderId, tradeId, accountId }: OrderSubmitted, partition: Partition): void {
    const { orders } = this.state;
    const order = { clientOrderId, tradeId, accountId, partition };
    this.changed(accountId);
    if (venueOrderId !== undefined) return this.identified(venueOrderId, order);
    orders.set(clientOrderId, order);
    this.forgetOrders();
  }

  private forgetOrders(): void {
    const { byVenueOrderId, open, orders } = this.state;
    const isOpen = (clientOrderId: Id | undefined): boolean => open.has(orders.get(clientOrderId ?? '')?.tradeId ?? '');
    dropOldest(byVenueOrderId, ORDERS_MAX, (venueOrderId) => isOpen(byVenueOrderId.get(venueOrderId)));
    dropOldest(orders, ORDERS_MAX, isOpen);
  }

  private filled({ accountId, fillId, instrument, venueTime }: OrderFilled): void {
    const { accounts, fillIds, instruments } = this.state;
    const account = accounts.get(accountId);
    this.changed(accountId);
    fillIds.add(fillId);
    instruments.set(accountId, (instruments.get(accountId) ?? new Set<string>()).add(instrument));
    dropOldest(fillIds, FILLS_MAX);
    if (account) accounts.set(accountId, { ...account, lastFillTime: Math.max(account.lastFillTime, venueTime) });
  }

  private funded(event: Recorded['event']): void {
    if (event.type !== 'FundingSettled') return;
    const { accounts } = this.state;
    const account = accounts.get(event.accountId);
    if (account) accounts.set(event.accountId, { ...account, lastFundingTime: Math.max(account.lastFundingTime, event.venueTime) });
  }

  /** An unwind may reopen a trade that was over. */
  private lives(event: Recorded['event']): void {
    if (event.type === 'TradeOpened' || event.type === 'UnwindStarted') this.state.open.add(event.tradeId);
    else if (event.type === 'TradeClosed') this.state.open.delete(event.tradeId);
  }

  private reduced(event: Recorded['event']): void {
    const part = event.type === 'ReductionStarted' ? event : event.type === 'ExitStarted' || event.type === 'UnwindStarted' ? event.reduction : undefined;
    if (!part || !('tradeId' in event)) return;
    const { reduced } = this.state;
    const { reductionId, quantity } = part;
    reduced.set(reductionId, (reduced.get(reductionId) ?? new Map<Id, Quantity>()).set(event.tradeId, quantity));
    dropOldest(reduced, REDUCTIONS_MAX);
  }

  private changed(accountId: Id): void {
    this.state.changes.set(accountId, this.changesOf(accountId) + 1);
  }
}

/** Of what may go. */
function dropOldest(held: { readonly size: number; keys(): Iterable<string>; delete(key: string): boolean }, most: number, stays: (key: string) => boolean = () => false): void {
  if (held.size <= most) return;
  for (const key of held.keys()) {
    if (stays(key)) continue;
    held.delete(key);
    return;
  }
}
