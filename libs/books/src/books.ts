import { Decimal, type Id } from '@ballast/domain';
import type { Projection, Recorded } from '@ballast/bus';
import { type BallastEvent, type OrderFilled, type OrderSubmitted, POSITION_CHANGES, type PositionOpened } from '@ballast/events';
import type { CanonicalBot, CanonicalOrderStatus, CanonicalState } from './canonical-state.js';

interface Position {
  quantity: Decimal;
  entryPrice: Decimal | undefined;
  realisedPnl: Decimal;
  fees: Decimal;
  funding: Decimal;
}

interface Order {
  readonly submitted: OrderSubmitted;
  status: CanonicalOrderStatus;
  filled: Decimal;
  filledNotional: Decimal;
  fees: Decimal;
}

interface Balance {
  transfers: Decimal;
  realised: Decimal;
  fees: Decimal;
  funding: Decimal;
  /** Debts that the venue has taken on itself, where there were any. */
  forgiven?: Decimal;
}

type Bot = { -readonly [Field in keyof CanonicalBot]: CanonicalBot[Field] };
type PositionFill = Omit<PositionOpened, 'type'>;

export interface BooksState {
  readonly bots: Map<Id, Bot>;
  readonly positions: Map<string, Position>;
  readonly orders: Map<Id, Order>;
  readonly balances: Map<Id, Balance>;
}

const ZERO = new Decimal(0);

/** Bots, positions, orders and balances, folded from the facts alone: the books of the house. */
export class Books implements Projection<BooksState> {
  readonly name = 'books';
  readonly reads = [
    'BotCreated', 'BotConfigured', 'BotStarted', 'BotPaused', 'BotStopped', 'BotCloseAllRequested', 'BotDeleted',
    'OrderSubmitted', 'OrderAccepted', 'OrderRejected', 'OrderFilled', 'OrderCancelled',
    ...POSITION_CHANGES, 'FundingSettled', 'AccountFunded', 'DebtForgiven',
  ];
  state: BooksState = { bots: new Map(), positions: new Map(), orders: new Map(), balances: new Map() };

  apply({ event }: Recorded): void {
    this.applyBot(event);
    this.applyOrder(event);
    this.applyMoney(event);
  }

  /** The state as text values; bots, positions and orders in no particular order (the canonical text sorts). */
  canonical(): CanonicalState {
    const { bots, orders } = this.state;
    return {
      bots: Object.fromEntries(bots),
      positions: this.positions(),
      orders: mapValues(orders, ({ submitted, status, filled, filledNotional, fees }) => ({
        tradeId: submitted.tradeId,
        instrument: submitted.instrument,
        side: submitted.side,
        quantity: submitted.quantity.toString(),
        limitPrice: submitted.limitPrice.toString(),
        timeInForce: submitted.timeInForce,
        postOnly: submitted.postOnly,
        reduceOnly: submitted.reduceOnly,
        status,
        filled: filled.toString(),
        filledNotional: filledNotional.toString(),
        fees: fees.toString(),
      })),
      balances: this.balances(),
    };
  }

  /** That part of the canonical state, without the orders that it takes long to tell. */
  positions(): CanonicalState['positions'] {
    return mapValues(this.state.positions, ({ quantity, entryPrice, realisedPnl, fees, funding }) => ({ quantity: quantity.toString(), entryPrice: entryPrice?.toString() ?? '', realisedPnl: realisedPnl.toString(), fees: fees.toString(), funding: funding.toString() }));
  }

  balances(): CanonicalState['balances'] {
    return mapValues(this.state.balances, ({ transfers, realised, fees, funding, forgiven }) => ({ transfers: transfers.toString(), realised: realised.toString(), fees: fees.toString(), funding: funding.toString(), ...(forgiven ? { forgiven: forgiven.toString() } : {}), cash: transfers.plus(realised).minus(fees).plus(funding).plus(forgiven ?? 0).toString() }));
  }

  private applyBot(event: BallastEvent): void {
    if (event.type === 'BotCreated') {
      const { botId, portfolioId, accountId, strategy, profiles, settings } = event;
      this.state.bots.set(botId, { status: 'CREATED', portfolioId, accountId, strategy, profiles, settings });
      return;
    }
    const bot = 'botId' in event ? this.state.bots.get(event.botId) : undefined;
    if (!bot) return;
    if (event.type === 'BotConfigured') bot.settings = event.settings;
    if (event.type === 'BotStarted') bot.status = 'RUNNING';
    if (event.type === 'BotPaused') bot.status = 'PAUSED';
    if (event.type === 'BotStopped') bot.status = 'STOPPED';
    if (event.type === 'BotCloseAllRequested') bot.status = 'CLOSING';
    if (event.type === 'BotDeleted') bot.status = 'DELETED';
  }

  private applyOrder(event: BallastEvent): void {
    if (event.type === 'OrderSubmitted') {
      this.state.orders.set(event.clientOrderId, { submitted: event, status: 'SUBMITTED', filled: ZERO, filledNotional: ZERO, fees: ZERO });
      return;
    }
    const order = 'clientOrderId' in event ? this.state.orders.get(event.clientOrderId) : undefined;
    if (!order) return;
    if (event.type === 'OrderFilled') fillOrder(order, event);
    if (event.type === 'OrderAccepted' && order.status === 'SUBMITTED') order.status = 'OPEN';
    if (event.type === 'OrderRejected' && order.filled.isZero()) order.status = 'REJECTED';
    if (event.type === 'OrderCancelled' && order.status !== 'FILLED') order.status = 'CANCELLED';
  }

  private applyMoney(event: BallastEvent): void {
    switch (event.type) {
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped':
        this.book(event, event.realisedPnl, event.fee, ZERO);
        this.position(event).entryPrice = (event as PositionFill).entryPrice;
        return;
      case 'PositionLiquidated':
        this.book(event, event.realisedPnl, event.fee, ZERO);
        if (event.position.isZero()) this.position(event).entryPrice = undefined;
        return;
      case 'FundingSettled':
        this.book(event, ZERO, ZERO, event.amount);
        return;
      case 'AccountFunded': {
        const balance = this.balance(event.accountId);
        balance.transfers = balance.transfers.plus(event.amount);
        return;
      }
      case 'DebtForgiven': {
        const balance = this.balance(event.accountId);
        balance.forgiven = event.amount.plus(balance.forgiven ?? 0);
        return;
      }
    }
  }

  private book(event: { readonly accountId: Id; readonly instrument: string; readonly position: Decimal }, realised: Decimal, fee: Decimal, funding: Decimal): void {
    const position = this.position(event);
    position.quantity = event.position;
    for (const account of [position, this.balance(event.accountId)]) {
      account.fees = account.fees.plus(fee);
      account.funding = account.funding.plus(funding);
    }
    position.realisedPnl = position.realisedPnl.plus(realised);
    const balance = this.balance(event.accountId);
    balance.realised = balance.realised.plus(realised);
  }

  private position({ accountId, instrument }: { readonly accountId: Id; readonly instrument: string }): Position {
    return upsert(this.state.positions, `${accountId}/${instrument}`, () => ({ quantity: ZERO, entryPrice: undefined, realisedPnl: ZERO, fees: ZERO, funding: ZERO }));
  }

  private balance(accountId: Id): Balance {
    return upsert(this.state.balances, accountId, () => ({ transfers: ZERO, realised: ZERO, fees: ZERO, funding: ZERO }));
  }
}

function fillOrder(order: Order, fill: OrderFilled): void {
  order.filled = order.filled.plus(fill.quantity);
  order.filledNotional = order.filledNotional.plus(fill.quantity.times(fill.price));
  order.fees = order.fees.plus(fill.fee);
  if (order.filled.gte(order.submitted.quantity)) order.status = 'FILLED';
  else if (order.status === 'SUBMITTED') order.status = 'OPEN';
}

function upsert<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

const mapValues = <From, To>(map: ReadonlyMap<string, From>, to: (value: From) => To): Record<string, To> => Object.fromEntries([...map].map(([key, value]) => [key, to(value)]));
