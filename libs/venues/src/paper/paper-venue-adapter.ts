import { contentId, TIMES_IN_FORCE, type Book, type Clock, type Disarm, type Instrument, type Money, type Ms } from '@ballast/domain';
import type { EngineCommand, EngineConfig, EngineOutput, MarketInput } from '../engine/engine.api.js';
import { Engine } from '../engine/engine.js';
import type { MarketSource } from '../market-source/market-source.js';
import { refusal } from '../nado/error-codes.js';
import { OPEN_DOOR, VenueAdapter, VenueError, type AccountEvent, type AccountState, type Capabilities, type FundingPayment, type Liquidation, type MarketEvent, type OrderView, type SignedOrder, type Unsubscribe, type VenueAccount, type VenueFill, type VenueOrderId, type VenueTransfer } from '../venue-adapter.js';
import { PaperCollateral, paperTermsOf } from './paper-collateral.js';
import { PaperPublisher } from './paper-publisher.js';
import { fillOf, fundingOf, instrumentOf, liquidationOf, moneyOf, orderViewOf, priceOf, signedQuantityOf, transferOf, x18Of } from './paper-values.js';

export interface PaperVenueOptions {
  readonly clock: Clock;
  readonly source: MarketSource;
  readonly engine: EngineConfig;
  /** Quote that each subaccount starts with. */
  readonly deposits: readonly { readonly subaccount: string; readonly amount: Money }[];
  readonly venue?: string;
  /** Levels per side of published books. */
  readonly bookDepth?: number;
}

type Accepted = Extract<EngineOutput, { type: 'accepted' }>;
interface Waiting {
  readonly what: string;
  readonly resolve: (accepted: Accepted) => void;
  readonly reject: (error: VenueError) => void;
}

/**
 * The simulated exchange in process and in market time: market inputs, latencies, funding and answers happen by timers of
 * the injected clock, so that a virtual clock runs recorded hours in seconds, the same every time (R20).
 */
export class PaperVenueAdapter extends VenueAdapter {
  override readonly venue: string;
  override readonly capabilities: Capabilities;
  override readonly collateral: PaperCollateral;
  /** Resolves when the last market input has been applied; the venue goes on answering from its last book. */
  readonly done: Promise<void>;
  /** The exchange itself, for reports and tests. */
  readonly engine: Engine;
  readonly #clock: Clock;
  readonly #publisher: PaperPublisher;
  readonly #productIds: ReadonlyMap<string, number>;
  readonly #waiting = new Map<string, Waiting>();
  #inputs: IterableIterator<MarketInput> | undefined;
  #nextInput: MarketInput | undefined;
  #armed: { readonly at: Ms; readonly disarm: Disarm } | undefined;
  #isOpen = false;
  #requests = 0;
  #finish: () => void = () => undefined;

  constructor(private readonly options: PaperVenueOptions) {
    super();
    this.venue = options.venue ?? 'paper';
    this.engine = new Engine(options.engine);
    this.#clock = options.clock;
    this.collateral = new PaperCollateral(paperTermsOf(options.engine), { engine: this.engine, clock: options.clock, submit: (what, command) => this.#send(what, { ...command, requestKey: this.#requestKey() }) });
    this.capabilities = { timesInForce: TIMES_IN_FORCE, postOnly: true, ordersPerBatchMax: 1, clientOrderIds: true, minimumBindsReduceOnly: true, live: false, collateral: this.collateral.terms };
    this.#publisher = new PaperPublisher(this.engine, options.bookDepth ?? 20);
    this.#productIds = new Map(options.engine.instruments.map(({ symbol, productId }) => [symbol, productId]));
    this.done = new Promise((resolve) => (this.#finish = resolve));
  }

  override async connect(): Promise<void> {
    if (this.#inputs) return;
    this.#isOpen = true;
    for (const { subaccount, amount } of this.options.deposits) this.engine.deposit(subaccount, x18Of(amount, 'deposit'), this.#clock.now());
    this.#inputs = this.options.source.events();
    this.#pull();
    this.#arm();
  }

  override async close(): Promise<void> {
    this.#isOpen = false;
    this.#armed?.disarm();
    for (const { reject, what } of this.#waiting.values()) reject(new VenueError('unknown', 'unknown', `${what}: the venue was closed before it answered`));
    this.#waiting.clear();
  }

  override async instruments(): Promise<readonly Instrument[]> {
    return this.options.engine.instruments.filter(({ productId }) => this.options.source.productIds.includes(productId)).map((terms) => instrumentOf(terms, this.venue, 'USDT0'));
  }

  override async book(instrument: string, depth: number): Promise<Book> {
    const book = this.#publisher.lastBook(this.#productId(instrument));
    if (!book) throw new VenueError('closed', 'notPlaced', `book ${instrument}: there is none yet`);
    return { ...book, bids: book.bids.slice(0, depth), asks: book.asks.slice(0, depth) };
  }

  override async subscribeMarket(instruments: readonly string[], onEvent: (event: MarketEvent) => void): Promise<Unsubscribe> {
    instruments.forEach((instrument) => this.#productId(instrument));
    const greet = this.#publisher.greeting(instruments, onEvent);
    this.#clock.at(this.#clock.now(), () => greet(this.#clock.now()));
    return this.#publisher.listenMarket(instruments, onEvent);
  }

  override identify(order: SignedOrder): VenueOrderId {
    const { clientOrderId, account, instrument, side, quantity, limitPrice, timeInForce, postOnly, reduceOnly, receiveBy, expiresAt } = order;
    return contentId('paper', clientOrderId, account.subaccount, instrument, side, quantity.toFixed(), limitPrice.toFixed(), timeInForce, String(postOnly), String(reduceOnly), receiveBy, expiresAt);
  }

  override async place(order: SignedOrder): Promise<{ readonly venueOrderId: VenueOrderId }> {
    const { clientOrderId, account, instrument, side, timeInForce, postOnly, reduceOnly, receiveBy, expiresAt } = order;
    const venueOrderId = this.identify(order);
    const size = x18Of(order.quantity, 'quantity');
    await this.#send(`place ${clientOrderId}`, {
      type: 'place', requestKey: this.#requestKey(), digest: venueOrderId, subaccount: account.subaccount, clientId: clientOrderId, productId: this.#productId(instrument),
      price: x18Of(order.limitPrice, 'limitPrice'), amount: side === 'BUY' ? size : -size, timeInForce, postOnly, reduceOnly, receiveBy, expiresAt,
    });
    return { venueOrderId };
  }

  override async cancel(account: VenueAccount, instrument: string, venueOrderId: VenueOrderId): Promise<boolean> {
    const digest = contentId('cancel', account.subaccount, venueOrderId);
    const orders = [{ productId: this.#productId(instrument), digest: venueOrderId }];
    try {
      await this.#send(`cancel ${venueOrderId}`, { type: 'cancel', requestKey: this.#requestKey(), digest, subaccount: account.subaccount, orders });
      return true;
    } catch (error) {
      if (error instanceof VenueError && error.kind === 'notFound') return false;
      throw error;
    }
  }

  override async cancelAll(account: VenueAccount): Promise<number> {
    const digest = contentId('cancelAll', account.subaccount);
    return (await this.#send('cancelAll', { type: 'cancelProducts', requestKey: this.#requestKey(), digest, subaccount: account.subaccount, productIds: [] })).cancelled.length;
  }

  override async openOrders(account: VenueAccount): Promise<readonly OrderView[]> {
    return this.engine.openOrders(account.subaccount).map((order) => orderViewOf(order, this.#publisher.symbolOf(order.productId)));
  }

  /** In as many requests as Nado takes: the gateway has open orders alone, and its archive tells no open one from a cancelled one. */
  override async findOrder(account: VenueAccount, instrument: string, venueOrderId: VenueOrderId, door = OPEN_DOOR): Promise<OrderView | undefined> {
    const look = async (): Promise<OrderView | undefined> => {
      const order = this.engine.order(venueOrderId);
      return order && order.subaccount === account.subaccount && order.productId === this.#productId(instrument) ? orderViewOf(order, instrument) : undefined;
    };
    const open = await door('findOrder', look);
    if (open?.state === 'OPEN') return open;
    const known = await door('orderHistory', look);
    return known?.state === 'CANCELLED' ? door('findOrder', look) : known;
  }

  override fillsSince(account: VenueAccount, from: Ms, door = OPEN_DOOR): Promise<readonly VenueFill[]> {
    return door('fillsSince', async () => this.engine.fills(account.subaccount, from).map((fill) => fillOf(fill, this.#publisher.symbolOf(fill.productId))));
  }

  override fundingSince(account: VenueAccount, from: Ms, door = OPEN_DOOR): Promise<readonly FundingPayment[]> {
    return door('fundingSince', async () => this.engine.fundingPayments(account.subaccount, from).map((payment) => fundingOf(payment, this.#publisher.symbolOf(payment.productId))));
  }

  override liquidationsSince(account: VenueAccount, from: Ms, door = OPEN_DOOR): Promise<readonly Liquidation[]> {
    return door('liquidationsSince', async () => this.engine.liquidations(account.subaccount, from).map((liquidation) => liquidationOf(liquidation, this.#publisher.symbolOf(liquidation.productId))));
  }

  override transfersSince(account: VenueAccount, from: Ms, door = OPEN_DOOR): Promise<readonly VenueTransfer[]> {
    return door('transfersSince', async () => this.engine.transfers(account.subaccount, from).map(transferOf));
  }

  override async accountState(account: VenueAccount): Promise<AccountState> {
    const view = this.engine.account(account.subaccount);
    return {
      accountId: account.accountId,
      collateral: moneyOf(view.cash),
      equity: moneyOf(view.unweighted),
      initialMarginHealth: moneyOf(view.initial),
      maintenanceMarginHealth: moneyOf(view.maintenance),
      positions: view.positions.map(({ productId, amount, entryPrice, liquidationPrice }) => ({
        instrument: this.#publisher.symbolOf(productId),
        quantity: signedQuantityOf(amount),
        entryPrice: priceOf(entryPrice),
        liquidationPrice: liquidationPrice === undefined ? undefined : priceOf(liquidationPrice),
      })),
      time: this.#clock.now(),
    };
  }

  override async subscribeAccount(account: VenueAccount, onEvent: (event: AccountEvent) => void): Promise<Unsubscribe> {
    this.#clock.at(this.#clock.now(), () => onEvent({ type: 'stream', accountId: account.accountId, state: 'UP', reason: 'subscribed' }));
    return this.#publisher.listenAccount(account, onEvent);
  }

  #send(what: string, command: EngineCommand): Promise<Accepted> {
    if (!this.#isOpen) return Promise.reject(new VenueError('closed', 'notPlaced', `${what}: the venue is not connected`));
    return new Promise((resolve, reject) => {
      this.#waiting.set(command.requestKey, { what, resolve, reject });
      this.engine.submit(command, this.#clock.now());
      this.#arm();
    });
  }

  /** Everything that is due at the clock's time, then the timer for what comes next. */
  #step(): void {
    const now = this.#clock.now();
    this.#armed = undefined;
    while (this.#nextInput && this.#nextInput.time <= now) {
      this.#handle(this.engine.market(this.#nextInput));
      this.#pull();
    }
    this.#handle(this.engine.advanceTo(now));
    this.#publisher.flushBooks(now);
    this.#arm();
  }

  #handle(outputs: readonly EngineOutput[]): void {
    this.#publisher.publish(outputs);
    for (const output of outputs) if (output.type === 'accepted' || output.type === 'rejected') this.#clock.at(output.replyAt, () => this.#answer(output));
  }

  #answer(output: Extract<EngineOutput, { type: 'accepted' | 'rejected' }>): void {
    const waiting = this.#waiting.get(output.requestKey);
    this.#waiting.delete(output.requestKey);
    if (output.type === 'accepted') waiting?.resolve(output);
    else waiting?.reject(refusal(output.code, output.text, waiting.what));
  }

  #pull(): void {
    const next = this.#inputs?.next();
    this.#nextInput = next?.done ? undefined : next?.value;
    if (!this.#nextInput) this.#finish();
  }

  /** One timer for the earliest of: market input, engine event, book message. After the data only open requests and orders keep it going. */
  #arm(): void {
    if (!this.#isOpen) return;
    const goesOn = this.#nextInput !== undefined || this.#waiting.size > 0;
    const candidates = [this.#nextInput?.time, goesOn ? this.engine.nextDue() : undefined, this.#publisher.nextBookAt()];
    const next = candidates.reduce((least, time) => (time === undefined || (least !== undefined && least <= time) ? least : time), undefined);
    if (next === undefined || (this.#armed && this.#armed.at <= next)) return;
    this.#armed?.disarm();
    this.#armed = { at: next, disarm: this.#clock.at(next, () => this.#step()) };
  }

  #requestKey(): string {
    this.#requests += 1;
    return String(this.#requests);
  }

  #productId(instrument: string): number {
    const productId = this.#productIds.get(instrument);
    if (productId === undefined) throw new VenueError('unknown', 'notPlaced', `instrument: found ${instrument}, allowed are ${[...this.#productIds.keys()].join(', ')}`);
    return productId;
  }
}
