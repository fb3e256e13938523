import type { Book, Clock, Id, Instrument, Ms } from '@ballast/domain';
import { type AccountEvent, type AccountState, type Capabilities, type CollateralPort, type FundingPayment, type Liquidation, type MarketEvent, type OrderView, type PaperVenueAdapter, type SignedOrder, type Unsubscribe, type VenueAccount, VenueAdapter, VenueError, type VenueErrorKind, type VenueFill, type VenueOrderId, type VenueTransfer } from '@ballast/venues';
import { HeldBack } from './held-back.js';

/** What goes wrong; `partial` is the market's doing and only counted here. */
export type PortFault = 'refuse' | 'refuseAndReconnect' | 'refuseForMargin' | 'refuseForMinimum' | 'refuseReduceOnly' | 'loseAnswer' | 'loseRequest' | 'lateFill' | 'disconnect' | 'outOfReach' | 'partial';

export interface Sabotage {
  readonly fault: PortFault;
  /** How many orders it hits, from the first one that it may hit. */
  readonly times: number;
  hits(order: SignedOrder): boolean;
  /** Refuses these as long as it says so: what drives a trade into the state that the case is about. */
  blocks?(order: SignedOrder): boolean;
}

const AWAY_MS: Ms = 4_000;

/** Stands between execution and the simulated exchange, and breaks what passes through it. */
export class FaultyVenue extends VenueAdapter {
  readonly venue: string;
  readonly capabilities: Capabilities;
  readonly collateral: CollateralPort | undefined;
  /** Every payload that execution tried to place, in order; a repeat is the same payload again. */
  readonly tried: SignedOrder[] = [];
  /** The fault's victims, by client order id. */
  readonly victims: Id[] = [];
  private readonly held: HeldBack;
  private backAt: Ms = 0;
  private listeners: ((event: AccountEvent) => void)[] = [];

  constructor(
    private readonly inner: PaperVenueAdapter,
    private readonly clock: Clock,
    private readonly sabotage: Sabotage,
  ) {
    super();
    this.venue = inner.venue;
    this.capabilities = inner.capabilities;
    this.collateral = inner.collateral;
    this.held = new HeldBack(clock, (event) => this.tell(event));
  }

  /** Fills that arrived after the venue had said that their order was cancelled. */
  get lateFills(): number {
    return this.held.lateFills;
  }

  connect(): Promise<void> {
    return this.inner.connect();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  instruments(): Promise<readonly Instrument[]> {
    return this.inner.instruments();
  }

  book(instrument: string, depth: number): Promise<Book> {
    return this.inner.book(instrument, depth);
  }

  subscribeMarket(instruments: readonly string[], onEvent: (event: MarketEvent) => void): Promise<Unsubscribe> {
    return this.inner.subscribeMarket(instruments, onEvent);
  }

  identify(order: SignedOrder): VenueOrderId {
    return this.inner.identify(order);
  }

  async place(order: SignedOrder): Promise<{ readonly venueOrderId: VenueOrderId }> {
    this.tried.push(order);
    this.answerOrFail('place');
    if (this.sabotage.blocks?.(order)) throw refusal(order.postOnly ? 'postOnly' : 'noCross');
    if (!this.isVictim(order)) return this.inner.place(order);
    switch (this.sabotage.fault) {
      case 'refuse': throw refusal(order.postOnly ? 'postOnly' : 'noCross');
      case 'refuseAndReconnect':
        this.tell({ type: 'stream', accountId: order.account.accountId, state: 'UP', reason: 'the line is back' });
        throw refusal(order.postOnly ? 'postOnly' : 'noCross');
      case 'refuseForMargin': throw refusal('margin');
      case 'refuseForMinimum': throw refusal('minimum');
      case 'refuseReduceOnly': throw refusal('reduceOnly');
      case 'loseRequest': throw silence('place');
      case 'loseAnswer':
        await this.inner.place(order);
        throw silence('place');
      case 'lateFill':
        this.held.hold(this.identify(order), order);
        return this.inner.place(order);
      case 'disconnect':
        await this.inner.place(order);
        this.disconnect(order.account.accountId);
        throw silence('place');
      case 'outOfReach':
        this.disconnect(order.account.accountId);
        throw outOfReach('place');
      case 'partial': return this.inner.place(order);
    }
  }

  async cancel(account: VenueAccount, instrument: string, venueOrderId: VenueOrderId): Promise<boolean> {
    this.answerOrFail('cancel');
    const cancelled = await this.inner.cancel(account, instrument, venueOrderId);
    return this.held.cancel(venueOrderId) || cancelled;
  }

  async cancelAll(account: VenueAccount): Promise<number> {
    this.answerOrFail('cancelAll');
    return this.inner.cancelAll(account);
  }

  async openOrders(account: VenueAccount): Promise<readonly OrderView[]> {
    this.answerOrFail('openOrders');
    return this.inner.openOrders(account);
  }

  async findOrder(account: VenueAccount, instrument: string, venueOrderId: VenueOrderId): Promise<OrderView | undefined> {
    this.answerOrFail('findOrder');
    return this.held.view(await this.inner.findOrder(account, instrument, venueOrderId));
  }

  async fillsSince(account: VenueAccount, from: Ms): Promise<readonly VenueFill[]> {
    this.answerOrFail('fillsSince');
    return (await this.inner.fillsSince(account, from)).filter((fill) => !this.held.hides(fill.venueOrderId));
  }

  async fundingSince(account: VenueAccount, from: Ms): Promise<readonly FundingPayment[]> {
    this.answerOrFail('fundingSince');
    return this.inner.fundingSince(account, from);
  }

  async liquidationsSince(account: VenueAccount, from: Ms): Promise<readonly Liquidation[]> {
    this.answerOrFail('liquidationsSince');
    return this.inner.liquidationsSince(account, from);
  }

  async transfersSince(account: VenueAccount, from: Ms): Promise<readonly VenueTransfer[]> {
    this.answerOrFail('transfersSince');
    return this.inner.transfersSince(account, from);
  }

  async accountState(account: VenueAccount): Promise<AccountState> {
    this.answerOrFail('accountState');
    return this.inner.accountState(account);
  }

  async subscribeAccount(account: VenueAccount, onEvent: (event: AccountEvent) => void): Promise<Unsubscribe> {
    this.answerOrFail('subscribeAccount');
    this.listeners.push(onEvent);
    const stop = await this.inner.subscribeAccount(account, (event) => {
      if (this.clock.now() >= this.backAt) for (const seen of this.held.pass(event)) onEvent(seen);
    });
    return () => {
      this.listeners = this.listeners.filter((listener) => listener !== onEvent);
      stop();
    };
  }

  private isVictim(order: SignedOrder): boolean {
    const again = this.victims.includes(order.clientOrderId);
    if (again || this.victims.length >= this.sabotage.times || !this.sabotage.hits(order)) return false;
    this.victims.push(order.clientOrderId);
    return true;
  }

  private disconnect(accountId: Id): void {
    this.backAt = this.clock.now() + AWAY_MS;
    this.tell({ type: 'stream', accountId, state: 'DOWN', reason: 'the line is cut' });
    this.clock.at(this.backAt, () => this.tell({ type: 'stream', accountId, state: 'UP', reason: 'the line is back' }));
  }

  private answerOrFail(what: string): void {
    if (this.clock.now() < this.backAt) throw this.sabotage.fault === 'outOfReach' ? outOfReach(what) : silence(what);
  }

  private tell(event: AccountEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

const refusal = (kind: VenueErrorKind): VenueError => new VenueError(kind, 'notPlaced', `refused by the test: ${kind}`);
const silence = (what: string): VenueError => new VenueError('unknown', 'unknown', `${what}: no answer`);
const outOfReach = (what: string): VenueError => new VenueError('unreachable', 'notPlaced', `${what}: nobody listens`, 'ECONNREFUSED');
