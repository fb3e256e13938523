import { type Book, type Clock, type Instrument, money, type Ms, type Quantity, signOf, type SignedQuantity, Decimal } from '@ballast/domain';
import { type AccountEvent, type AccountState, type Capabilities, type FundingPayment, type Liquidation, type OrderView, type SignedOrder, type Unsubscribe, type VenueAccount, VenueAdapter, VenueError, type VenueFill, type VenueTransfer } from '@ballast/venues';

interface Resting { readonly payload: SignedOrder; filled: Decimal; state: OrderView['state'] }
export type Fault = 'refuse' | 'dropRequest' | 'dropAnswer' | undefined;

/** The one thing that is emulated: a venue in memory that takes everything it is offered, resting orders when the test says so. */
export class MemoryVenue extends VenueAdapter {
  readonly venue = 'memory';
  readonly collateral = undefined;
  readonly capabilities: Capabilities = { timesInForce: ['GTC', 'IOC', 'FOK'], postOnly: true, ordersPerBatchMax: 1, clientOrderIds: true, minimumBindsReduceOnly: true, live: false };
  readonly orders = new Map<string, Resting>();
  readonly placed: SignedOrder[] = [];
  readonly fills: VenueFill[] = [];
  readonly positions = new Map<string, Decimal>();
  faults: ((order: SignedOrder, nth: number) => Fault) | undefined;
  /** Does a resting order fill at once, in what share? */
  makerShare = new Decimal(1);
  private listeners: ((event: AccountEvent) => void)[] = [];

  constructor(private readonly clock: Clock) { super(); }

  async connect(): Promise<void> { await Promise.resolve(); }
  async close(): Promise<void> { this.listeners = []; await Promise.resolve(); }
  async instruments(): Promise<readonly Instrument[]> { return Promise.resolve([]); }
  book(): Promise<Book> { return Promise.reject(new Error('books come from the market')); }
  subscribeMarket(): Promise<Unsubscribe> { return Promise.reject(new Error('books come from the market')); }
  identify(order: SignedOrder): string { return `venue-${order.clientOrderId}`; }

  place(order: SignedOrder): Promise<{ readonly venueOrderId: string }> {
    this.placed.push(order);
    const venueOrderId = this.identify(order);
    const fault = this.faults?.(order, this.placed.length);
    if (fault === 'refuse') return Promise.reject(new VenueError(order.postOnly ? 'postOnly' : 'noCross', 'notPlaced', 'refused by the test'));
    if (fault === 'dropRequest') return Promise.reject(new VenueError('unknown', 'unknown', 'the request was lost'));
    if (this.orders.has(venueOrderId)) return Promise.reject(new VenueError('duplicate', 'unknown', 'known already'));
    const resting: Resting = { payload: order, filled: new Decimal(0), state: 'OPEN' };
    this.orders.set(venueOrderId, resting);
    this.fill(resting, order.postOnly ? this.makerShare : new Decimal(1));
    return fault === 'dropAnswer' ? Promise.reject(new VenueError('unknown', 'unknown', 'the answer was lost')) : Promise.resolve({ venueOrderId });
  }

  cancel(account: VenueAccount, _instrument: string, venueOrderId: string): Promise<boolean> {
    const order = this.orders.get(venueOrderId);
    if (order?.state !== 'OPEN') return Promise.resolve(false);
    order.state = 'CANCELLED';
    this.tell({ type: 'order', accountId: account.accountId, venueOrderId, state: 'CANCELLED', remaining: order.payload.quantity.minus(order.filled) as Quantity, reason: 'cancelled', time: this.clock.now() });
    return Promise.resolve(true);
  }

  async cancelAll(account: VenueAccount): Promise<number> {
    const open = [...this.orders].filter(([, order]) => order.state === 'OPEN');
    for (const [venueOrderId, order] of open) await this.cancel(account, order.payload.instrument, venueOrderId);
    return open.length;
  }

  openOrders(): Promise<readonly OrderView[]> { return Promise.resolve([...this.orders.keys()].map((id) => this.view(id)).filter((view) => view?.state === 'OPEN') as OrderView[]); }
  findOrder(_account: VenueAccount, _instrument: string, venueOrderId: string): Promise<OrderView | undefined> { return Promise.resolve(this.view(venueOrderId)); }
  fillsSince(_account: VenueAccount, from: Ms): Promise<readonly VenueFill[]> { return Promise.resolve(this.fills.filter((fill) => fill.time >= from)); }
  fundingSince(): Promise<readonly FundingPayment[]> { return Promise.resolve([]); }
  liquidationsSince(): Promise<readonly Liquidation[]> { return Promise.resolve([]); }
  transfersSince(): Promise<readonly VenueTransfer[]> { return Promise.resolve([]); }

  accountState(account: VenueAccount): Promise<AccountState> {
    const positions = [...this.positions].map(([instrument, quantity]) => ({ instrument, quantity: quantity as SignedQuantity, entryPrice: undefined, liquidationPrice: undefined }));
    const none = money('0');
    return Promise.resolve({ accountId: account.accountId, collateral: none, equity: none, initialMarginHealth: none, maintenanceMarginHealth: none, positions, time: this.clock.now() });
  }

  subscribeAccount(_account: VenueAccount, onEvent: (event: AccountEvent) => void): Promise<Unsubscribe> {
    this.listeners.push(onEvent);
    return Promise.resolve(() => { this.listeners = this.listeners.filter((listener) => listener !== onEvent); });
  }

  /** Tells of a fill that no order of this venue object made. */
  tellFill(accountId: string, fill: VenueFill): void {
    this.fills.push(fill);
    this.tell({ type: 'fill', accountId, fill });
  }

  private view(venueOrderId: string): OrderView | undefined {
    const order = this.orders.get(venueOrderId);
    return order && { venueOrderId, clientOrderId: order.payload.clientOrderId, instrument: order.payload.instrument, state: order.state, quantity: order.payload.quantity, filled: order.filled as Quantity };
  }

  private fill(order: Resting, share: Decimal): void {
    const { payload } = order;
    const size = payload.quantity.times(share);
    if (size.isZero()) return;
    order.filled = size;
    if (size.eq(payload.quantity)) order.state = 'FILLED';
    this.positions.set(payload.instrument, (this.positions.get(payload.instrument) ?? new Decimal(0)).plus(size.times(signOf(payload.side))));
    const fill: VenueFill = { fillId: `fill${this.fills.length + 1}`, venueOrderId: this.identify(payload), instrument: payload.instrument, side: payload.side, quantity: size as Quantity, price: payload.limitPrice, fee: money('0.1'), liquidity: payload.postOnly ? 'MAKER' : 'TAKER', time: this.clock.now() };
    this.fills.push(fill);
    this.tell({ type: 'fill', accountId: payload.account.accountId, fill });
  }

  private tell(event: AccountEvent): void { for (const listener of this.listeners) listener(event); }
}
