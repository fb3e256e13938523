import { type Book, type Clock, type Instrument, type Level, type Ms, type Price, type SignedQuantity, money } from '@ballast/domain';
import type { Hex } from 'viem';
import { type AccountEvent, type AccountState, type Capabilities, type FundingPayment, type Liquidation, type MarketEvent, OPEN_DOOR, type OrderView, type SignedOrder, type Unsubscribe, type VenueAccount, VenueAdapter, VenueError, type VenueFill, type VenueOrderId, type VenuePosition, type VenueTransfer } from '../venue-adapter.js';
import type { CollateralTerms } from '../collateral-port.js';
import { AccountFeed } from './account-feed.js';
import { Archive } from './archive.js';
import { type Json, arrayOf, integerOf, msOfNanos, nanosOf, objectOf, textOf } from './json.js';
import { MarketFeed } from './market-feed.js';
import { NadoHttp } from './nado-http.js';
import { NadoCollateral } from './nado-collateral.js';
import type { NadoSocketOptions } from './nado-socket.js';
import { OrderCodec, nonceOf } from './order-codec.js';
import { type PerpWeights, Products, weightsOf } from './products.js';
import { fromX18, moneyFromX18, priceFromX18, quantityFromX18 } from './x18.js';

export interface NadoAdapterOptions {
  /** `https://…/v1`. */
  readonly gatewayUrl: string;
  readonly archiveUrl: string;
  /** `wss://…/v1/subscribe`. */
  readonly streamUrl: string;
  readonly chainId: number;
  readonly endpointAddress: Hex;
  /** Of the wallet or its linked signer. A process that only reads market data may use any key. */
  readonly privateKey: Hex;
  readonly clock: Clock;
  readonly live: boolean;
  readonly prices: 'poll' | 'stream';
  readonly timeoutMs?: number;
  readonly bookDepth?: number;
  readonly pricesEveryMs?: number;
  /** Paper venue only: called with its market time when everything up to it was handed over, on every open account socket or on the market's; -1 while one of them is lost. */
  readonly onMarketTime?: (marketMs: Ms) => void;
  readonly reconnectMinMs?: number;
  readonly reconnectMaxMs?: number;
  /** Wall time by which the archive may be behind its stream, ms; default 30,000. */
  readonly archiveLateMs?: number;
}

const CANCEL_RECEIVE_MS = 30_000;
const ORDERS_PER_BATCH_MAX = 50;
const ARCHIVE_LATE_MS = 30_000;
/** Between subaccounts with names; either side being isolated would cost 0.1 (venues.md §1.5). The order latency holds for it. */
const COLLATERAL: CollateralTerms = { kind: 'subaccount-transfer', minimum: money('5'), fee: money('1'), settlesInMs: 50, canRemove: true };

/** Nado over HTTP and WebSocket; the same adapter faces the paper venue and the live one, by its base URLs (venues.md §1). */
export class NadoAdapter extends VenueAdapter {
  readonly venue = 'nado';
  readonly capabilities: Capabilities;
  readonly collateral: NadoCollateral;
  private readonly http: NadoHttp;
  private readonly products: Products;
  private readonly archive: Archive;
  private readonly codec: OrderCodec;
  private readonly socket: NadoSocketOptions;
  private readonly stops = new Set<() => void>();
  private readonly accountTimes = new Map<string, Ms>();
  private bookSequence = 0;

  constructor(private readonly options: NadoAdapterOptions) {
    super();
    const timeoutMs = options.timeoutMs ?? 5_000;
    this.capabilities = { timesInForce: ['GTC', 'IOC', 'FOK'], postOnly: true, ordersPerBatchMax: ORDERS_PER_BATCH_MAX, clientOrderIds: false, minimumBindsReduceOnly: true, live: options.live, collateral: COLLATERAL };
    this.http = new NadoHttp({ gatewayUrl: options.gatewayUrl, archiveUrl: options.archiveUrl, timeoutMs });
    this.products = new Products(this.http, this.venue);
    this.archive = new Archive(this.http, this.products);
    this.codec = new OrderCodec(options.privateKey, options);
    this.collateral = new NadoCollateral(COLLATERAL, { http: this.http, archive: this.archive, codec: this.codec, clock: options.clock, accountState: (account) => this.accountState(account) });
    this.socket = { url: options.streamUrl, pingEveryMs: 15_000, reconnectMinMs: options.reconnectMinMs ?? 100, reconnectMaxMs: options.reconnectMaxMs ?? 5_000, answerTimeoutMs: timeoutMs };
  }

  async connect(): Promise<void> {
    await this.products.load();
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop();
    this.stops.clear();
  }

  async instruments(): Promise<readonly Instrument[]> {
    await this.products.load();
    return this.products.all().map((product) => product.instrument);
  }

  async book(instrument: string, depth: number): Promise<Book> {
    const answer = objectOf(await this.http.query('market_liquidity', { product_id: this.products.idOf(instrument), depth }), 'market_liquidity');
    this.bookSequence += 1;
    return { instrument, bids: levelsOf(answer['bids'], 'bids'), asks: levelsOf(answer['asks'], 'asks'), exchangeTime: msOfNanos(nanosOf(answer, 'timestamp')), sequence: this.bookSequence };
  }

  async subscribeMarket(instruments: readonly string[], onEvent: (event: MarketEvent) => void, door = OPEN_DOOR): Promise<Unsubscribe> {
    const { http, products, socket } = this;
    const { clock, prices, onMarketTime } = this.options;
    const feed = new MarketFeed({ http, products, socket, door, clock, prices, onMarketTime, bookDepth: this.options.bookDepth ?? 20, pricesEveryMs: this.options.pricesEveryMs ?? 2_000 }, instruments, onEvent);
    return this.running(feed);
  }

  identify(order: SignedOrder): VenueOrderId {
    return this.codec.digestOf(this.products.idOf(order.instrument), order);
  }

  async place(order: SignedOrder): Promise<{ readonly venueOrderId: VenueOrderId }> {
    const { digest, body } = await this.codec.placement(this.products.idOf(order.instrument), order);
    const answer = objectOf(await this.http.execute(body), 'place_order');
    if (answer['digest'] !== digest) throw new VenueError('unknown', 'unknown', `digest: found ${String(answer['digest'])}, expected ${digest}`);
    return { venueOrderId: digest };
  }

  async cancel(account: VenueAccount, instrument: string, venueOrderId: VenueOrderId): Promise<boolean> {
    const message = { sender: this.codec.senderOf(account.subaccount), productIds: [this.products.idOf(instrument)], digests: [venueOrderId as Hex], nonce: nonceOf(this.options.clock.now() + CANCEL_RECEIVE_MS, venueOrderId) };
    try {
      const answer = objectOf(await this.http.execute({ cancel_orders: await this.codec.cancellation(message) }), 'cancel_orders');
      return arrayOf(answer['cancelled_orders'], 'cancelled_orders').length > 0;
    } catch (error) {
      if (error instanceof VenueError && error.kind === 'notFound') return false;
      throw error;
    }
  }

  async cancelAll(account: VenueAccount): Promise<number> {
    const message = { sender: this.codec.senderOf(account.subaccount), productIds: this.products.all().map((product) => product.productId), nonce: nonceOf(this.options.clock.now() + CANCEL_RECEIVE_MS, account.subaccount) };
    const answer = objectOf(await this.http.execute({ cancel_product_orders: await this.codec.productCancellation(message) }), 'cancel_product_orders');
    return arrayOf(answer['cancelled_orders'], 'cancelled_orders').length;
  }

  async openOrders(account: VenueAccount): Promise<readonly OrderView[]> {
    const sender = this.codec.senderOf(account.subaccount);
    const answer = objectOf(await this.http.query('orders', { sender, product_ids: this.products.all().map((product) => product.productId) }), 'orders');
    return arrayOf(answer['product_orders'], 'product_orders').flatMap((entry) => arrayOf(objectOf(entry, 'product_orders')['orders'], 'orders').map((order) => this.openOrderOf(objectOf(order, 'order'))));
  }

  /**
   * The archive does not tell an open order from a cancelled one: what it knows, and the gateway, asked after it, does not have open,
   * is over.
   */
  async findOrder(_account: VenueAccount, instrument: string, venueOrderId: VenueOrderId, door = OPEN_DOOR): Promise<OrderView | undefined> {
    const look = (): Promise<OrderView | undefined> => door('findOrder', () => this.openOrder(instrument, venueOrderId));
    const open = await look();
    if (open) return open;
    const known = await this.archive.order(venueOrderId, door);
    return known?.state === 'CANCELLED' ? (await look()) ?? known : known;
  }

  private async openOrder(instrument: string, venueOrderId: VenueOrderId): Promise<OrderView | undefined> {
    try {
      const answer = await this.http.query('order', { product_id: this.products.idOf(instrument), digest: venueOrderId });
      return this.openOrderOf(objectOf(answer, 'order'));
    } catch (error) {
      if (!(error instanceof VenueError) || error.kind !== 'notFound') throw error;
      return undefined;
    }
  }

  fillsSince(account: VenueAccount, from: Ms, door = OPEN_DOOR): Promise<readonly VenueFill[]> {
    return this.archive.fills(this.codec.senderOf(account.subaccount), from, door);
  }

  fundingSince(account: VenueAccount, from: Ms, door = OPEN_DOOR): Promise<readonly FundingPayment[]> {
    return this.archive.funding(this.codec.senderOf(account.subaccount), from, door);
  }

  liquidationsSince(account: VenueAccount, from: Ms, door = OPEN_DOOR): Promise<readonly Liquidation[]> {
    return this.archive.liquidations(this.codec.senderOf(account.subaccount), from, door);
  }

  async transfersSince(account: VenueAccount, from: Ms, door = OPEN_DOOR): Promise<readonly VenueTransfer[]> {
    return (await this.archive.transfers(this.codec.senderOf(account.subaccount), from, door)).map((transfer) => this.collateral.told(transfer));
  }

  /** Where the venue tells no time of its own, it is that of the question: what happened on the way is younger. */
  async accountState(account: VenueAccount): Promise<AccountState> {
    const askedAt = this.options.clock.now();
    const answer = objectOf(await this.http.query('subaccount_info', { subaccount: this.codec.senderOf(account.subaccount) }), 'subaccount_info');
    const [initial, maintenance, unweighted] = arrayOf(answer['healths'], 'healths').map((entry) => moneyFromX18(objectOf(entry, 'health')['health'], 'health'));
    if (!initial || !maintenance || !unweighted) throw new VenueError('unknown', 'unknown', 'healths: found fewer than 3, allowed is initial, maintenance, unweighted');
    const quote = arrayOf(answer['spot_balances'], 'spot_balances').map((entry) => objectOf(entry, 'spot_balance')).find((entry) => entry['product_id'] === 0);
    const weights = weightsOf(answer);
    const positions = arrayOf(answer['perp_balances'], 'perp_balances').flatMap((entry) => this.positionOf(objectOf(entry, 'perp_balance'), weights, maintenance));
    const collateral = moneyFromX18(objectOf(quote?.['balance'] ?? { amount: '0' }, 'balance')['amount'], 'amount');
    return { accountId: account.accountId, collateral, equity: unweighted, initialMarginHealth: initial, maintenanceMarginHealth: maintenance, positions, time: answer['sim_timestamp'] === undefined ? askedAt : msOfNanos(nanosOf(answer, 'sim_timestamp')) };
  }

  async subscribeAccount(account: VenueAccount, onEvent: (event: AccountEvent) => void, door = OPEN_DOOR): Promise<Unsubscribe> {
    const { archive, products, codec, socket, accountTimes } = this;
    const { clock, onMarketTime } = this.options;
    const seen = onMarketTime && ((marketMs: Ms): void => {
      accountTimes.set(account.accountId, marketMs);
      onMarketTime(Math.min(...accountTimes.values()));
    });
    const stop = await this.running(new AccountFeed({ archive, products, codec, socket, clock, door, archiveLateMs: this.options.archiveLateMs ?? ARCHIVE_LATE_MS, onMarketTime: seen }, account, onEvent));
    return () => {
      accountTimes.delete(account.accountId);
      stop();
    };
  }

  private async running(feed: { start(): Promise<void>; stop(): void }): Promise<Unsubscribe> {
    await feed.start();
    const stop = (): void => {
      feed.stop();
      this.stops.delete(stop);
    };
    this.stops.add(stop);
    return stop;
  }

  private openOrderOf(order: Json): OrderView {
    const quantity = quantityFromX18(order['amount'], 'amount');
    const unfilled = quantityFromX18(order['unfilled_amount'], 'unfilled_amount');
    return { venueOrderId: textOf(order, 'digest'), clientOrderId: undefined, instrument: this.products.nameOf(integerOf(order, 'product_id')), state: 'OPEN', quantity, filled: quantity.minus(unfilled) as typeof quantity };
  }

  /** `entryPrice` is minus v_quote over amount: on the live venue it holds fees and unsettled results too. Liquidation price: venues.md §1.9. */
  private positionOf(entry: Json, weights: ReadonlyMap<number, PerpWeights>, maintenance: AccountState['maintenanceMarginHealth']): readonly VenuePosition[] {
    const balance = objectOf(entry['balance'], 'balance');
    const quantity = fromX18(balance['amount'], 'amount') as SignedQuantity;
    if (quantity.isZero()) return [];
    const productId = integerOf(entry, 'product_id');
    const entryPrice = fromX18(balance['v_quote_balance'], 'v_quote_balance').neg().div(quantity) as Price;
    const risk = weights.get(productId);
    const weight = quantity.gt(0) ? risk?.longMaintenance : risk?.shortMaintenance;
    const liquidation = risk && weight ? (risk.oraclePrice.minus(maintenance.div(quantity.times(weight))) as Price) : undefined;
    return [{ instrument: this.products.nameOf(productId), quantity, entryPrice: entryPrice.gt(0) ? entryPrice : undefined, liquidationPrice: liquidation?.gt(0) ? liquidation : undefined }];
  }
}

const levelsOf = (side: unknown, field: string): readonly Level[] =>
  arrayOf(side, field).map((entry) => {
    const [price, size] = arrayOf(entry, field);
    return { price: priceFromX18(price, `${field}.price`), quantity: quantityFromX18(size, `${field}.quantity`) };
  });
