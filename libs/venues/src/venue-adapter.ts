import type { Book, Id, Instrument, Liquidity, Money, Ms, Price, Quantity, Ratio, Side, SignedQuantity, TimeInForce } from '@ballast/domain';
import type { CollateralPort, CollateralTerms } from './collateral-port.js';
import type { Door } from './door.js';
import type { VenueAccount } from './venue-account.js';

export * from './venue-account.js';
export * from './venue-error.js';
export * from './door.js';

/** What a venue can do; nobody asks an adapter for what it says it lacks. */
export interface Capabilities {
  readonly timesInForce: readonly TimeInForce[];
  readonly postOnly: boolean;
  readonly ordersPerBatchMax: number;
  readonly clientOrderIds: boolean;
  /** Does the venue's minimum notional bind reduce-only orders too? */
  readonly minimumBindsReduceOnly: boolean;
  readonly live: boolean;
  /** What moving collateral costs and takes; absent where it can't be moved by us. */
  readonly collateral?: CollateralTerms;
}

/** Everything that identifies an order at the venue, fixed before it is sent; the same payload always has the same identity. */
export interface SignedOrder {
  readonly clientOrderId: Id;
  readonly account: VenueAccount;
  readonly instrument: string;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly limitPrice: Price;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** Market time after which the venue must refuse to accept this payload (Nado: recv_time), ms. */
  readonly receiveBy: Ms;
  /** Market time at which a resting order ends by itself, ms. */
  readonly expiresAt: Ms;
}

/** The venue's name of a payload: Nado's EIP-712 digest. Computed locally, before anything is sent. */
export type VenueOrderId = string;

export interface OrderView {
  readonly venueOrderId: VenueOrderId;
  readonly clientOrderId: Id | undefined;
  readonly instrument: string;
  readonly state: 'OPEN' | 'FILLED' | 'CANCELLED';
  readonly quantity: Quantity;
  readonly filled: Quantity;
}

export interface VenueFill {
  /** The venue's identity of one execution of one order: unique for ever. */
  readonly fillId: string;
  readonly venueOrderId: VenueOrderId;
  readonly instrument: string;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  /** Positive = paid. */
  readonly fee: Money;
  readonly liquidity: Liquidity;
  readonly time: Ms;
}

export interface VenuePosition {
  readonly instrument: string;
  readonly quantity: SignedQuantity;
  readonly entryPrice: Price | undefined;
  /** Price at which this position alone would make the account liquidatable, the rest fixed. */
  readonly liquidationPrice: Price | undefined;
}

export interface AccountState {
  readonly accountId: Id;
  /** Quote balance without unrealised results. */
  readonly collateral: Money;
  readonly equity: Money;
  readonly initialMarginHealth: Money;
  readonly maintenanceMarginHealth: Money;
  readonly positions: readonly VenuePosition[];
  readonly time: Ms;
}

export interface FundingPayment {
  readonly paymentId: string;
  readonly instrument: string;
  /** Positive = received. */
  readonly amount: Money;
  readonly rateHourly: Ratio;
  readonly time: Ms;
}

/** Money that came to, or left, an account: by the venue's own record, never concluded from a balance. */
export interface VenueTransfer {
  /** The venue's identity of it: unique in the account for ever. */
  readonly transferId: string;
  /** Positive = came in; what left holds the venue's fee. */
  readonly amount: Money;
  /** Quote balance after it. */
  readonly balance: Money;
  readonly time: Ms;
  /** Of a transfer between two subaccounts of one owner: the payload's identity (`CollateralTransfer.digest`), and what the venue charged this account within `amount`, ≥ 0. */
  readonly moved?: { readonly digest: string; readonly fee: Money };
  /** No transfer: the venue has taken on itself what the account owed it after a forced sale. */
  readonly forgiven?: true;
}

export interface Liquidation {
  readonly liquidationId: string;
  readonly instrument: string;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  /** Charged to the account beside the price, positive = paid. */
  readonly fee: Money;
  readonly time: Ms;
}

export type MarketEvent =
  | { readonly type: 'book'; readonly book: Book }
  | { readonly type: 'trade'; readonly instrument: string; readonly tradeId: string; readonly side: Side; readonly price: Price; readonly quantity: Quantity; readonly time: Ms }
  | { readonly type: 'price'; readonly instrument: string; readonly markPrice: Price; readonly oraclePrice: Price; readonly time: Ms; readonly markTime?: Ms }
  | { readonly type: 'funding'; readonly instrument: string; readonly rateHourly: Ratio; readonly time: Ms }
  | { readonly type: 'feed'; readonly instrument: string; readonly state: 'UP' | 'GAP' | 'RESYNCED' | 'DOWN'; readonly reason: string; readonly time: Ms };

export type AccountEvent =
  | { readonly type: 'order'; readonly accountId: Id; readonly venueOrderId: VenueOrderId; readonly state: 'OPEN' | 'FILLED' | 'CANCELLED'; readonly remaining: Quantity; readonly reason: string; readonly time: Ms }
  | { readonly type: 'fill'; readonly accountId: Id; readonly fill: VenueFill }
  | { readonly type: 'funding'; readonly accountId: Id; readonly payment: FundingPayment }
  | { readonly type: 'liquidation'; readonly accountId: Id; readonly liquidation: Liquidation }
  | { readonly type: 'stream'; readonly accountId: Id; readonly state: 'UP' | 'DOWN'; readonly reason: string };

export interface Unsubscribe {
  (): void;
}

/**
 * One venue, spoken to for us. No adapter reads a clock or rolls dice: time comes from the injected `Clock` of the domain.
 * Prices, quantities and money are value types; the venue's own number formats end here. A method that takes a door goes through it
 * with every request that it makes; each of the others makes one request.
 */
export abstract class VenueAdapter {
  abstract readonly venue: string;
  abstract readonly capabilities: Capabilities;
  /** Moves collateral between subaccounts of one owner; there exactly where `capabilities.collateral` is. */
  abstract readonly collateral: CollateralPort | undefined;

  abstract connect(): Promise<void>;
  abstract close(): Promise<void>;

  abstract instruments(): Promise<readonly Instrument[]>;
  /** A whole book now, with the venue's own time. */
  abstract book(instrument: string, depth: number): Promise<Book>;
  /** Books, trades, prices, funding and feed states of these instruments, in the venue's order, until unsubscribed; what the feed asks for by itself goes through the door. */
  abstract subscribeMarket(instruments: readonly string[], onEvent: (event: MarketEvent) => void, door?: Door): Promise<Unsubscribe>;

  /** The identity the venue will give this payload. Pure. */
  abstract identify(order: SignedOrder): VenueOrderId;
  /**
   * Sends exactly this payload. Resolves when the venue has accepted it. What has to wait before it is sent runs `leaves` at the end of that, which keeps it by throwing.
   * @throws VenueError, and what `leaves` throws
   */
  abstract place(order: SignedOrder, leaves?: () => void): Promise<{ readonly venueOrderId: VenueOrderId }>;
  /** Resolves true where an open order was cancelled, false where there was none (it filled, ended, or never was). @throws VenueError */
  abstract cancel(account: VenueAccount, instrument: string, venueOrderId: VenueOrderId): Promise<boolean>;
  /** Cancels every open order of the account; resolves to how many. Needs nothing but the venue. @throws VenueError */
  abstract cancelAll(account: VenueAccount): Promise<number>;

  abstract openOrders(account: VenueAccount): Promise<readonly OrderView[]>;
  /** Looks in open orders and in history. Undefined = the venue does not know it (yet). @throws VenueError */
  abstract findOrder(account: VenueAccount, instrument: string, venueOrderId: VenueOrderId, door?: Door): Promise<OrderView | undefined>;
  /** Every fill at or after `from`, oldest first. @throws VenueError */
  abstract fillsSince(account: VenueAccount, from: Ms, door?: Door): Promise<readonly VenueFill[]>;
  abstract fundingSince(account: VenueAccount, from: Ms, door?: Door): Promise<readonly FundingPayment[]>;
  abstract liquidationsSince(account: VenueAccount, from: Ms, door?: Door): Promise<readonly Liquidation[]>;
  /** Every deposit, withdrawal and transfer of the quote currency at or after `from`, oldest first. @throws VenueError */
  abstract transfersSince(account: VenueAccount, from: Ms, door?: Door): Promise<readonly VenueTransfer[]>;
  abstract accountState(account: VenueAccount): Promise<AccountState>;
  /** Order, fill, funding and liquidation events of one account until unsubscribed; a lost stream says DOWN, then UP. What the feed asks for by itself goes through the door. */
  abstract subscribeAccount(account: VenueAccount, onEvent: (event: AccountEvent) => void, door?: Door): Promise<Unsubscribe>;
}

