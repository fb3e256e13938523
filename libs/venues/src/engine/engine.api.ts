import type { Ms, Side, TimeInForce } from '@ballast/domain';
import type { Digest, EngineFill, EngineFunding, EngineLiquidation, EngineOutput, EngineTransfer, OrderRecord, X18 } from './engine.events.js';

export * from './engine.events.js';

export interface EngineInstrument {
  readonly productId: number;
  readonly symbol: string;
  readonly base: string;
  /** Lot: amounts are whole numbers of it (2001). */
  readonly sizeIncrement: X18;
  /** Tick: prices are whole numbers of it (2000). */
  readonly priceIncrement: X18;
  /** Smallest amount x price of an order, quote (2094); also the base of the smallest taker fee. */
  readonly minNotional: X18;
  /**
   * `all`: every order. `allButClosing` (default of the presets): a reduce-only order for the whole position is exempt, so
   * that a position below the minimum can still be closed. The venue's own documents do not say which holds.
   */
  readonly minNotionalBinds: 'all' | 'allButClosing';
  readonly makerFeeRate: X18;
  readonly takerFeeRate: X18;
  readonly longWeightInitial: X18;
  readonly shortWeightInitial: X18;
  readonly longWeightMaintenance: X18;
  readonly shortWeightMaintenance: X18;
}

/** Market ms between receipt and matching, and between matching and the answer (venues.md §1.8). */
export interface LatencyModel {
  readonly postOnlyMs: Ms;
  readonly otherMs: Ms;
  readonly cancelMs: Ms;
  readonly responseMs: Ms;
  /** Median of the lognormal extra delay, ms; 0 = none. It depends on the seed and the request's digest, never on arrival order. */
  readonly jitterMedianMs: number;
  readonly jitterSigma: number;
}

export type QueueModel = 'powerProb3' | 'pessimistic';

export interface EngineConfig {
  readonly instruments: readonly EngineInstrument[];
  readonly latency: LatencyModel;
  readonly seed: number;
  readonly queueModel: QueueModel;
  /** Order prices must lie within these shares of the oracle price (2007). */
  readonly bandLow: X18;
  readonly bandHigh: X18;
  /** Time constant of the EMA of mid that serves as oracle where the data has none, and how often it is published, ms. */
  readonly oracleEmaMs: Ms;
  readonly oraclePublishMs: Ms;
  /** Per market and subaccount (2005). */
  readonly openOrdersMax: number;
  /** How far in the future `receiveBy` may lie (2012), ms. */
  readonly receiveWindowMs: Ms;
  readonly transferMin: X18;
  readonly transferFee: X18;
  /** Charged to a liquidated account beside the price. 0 by default: Nado charges its $1 to the liquidator. */
  readonly liquidationFee: X18;
}

interface Request {
  /** The caller's own name of this request; every request gets exactly one `accepted` or `rejected` under it. */
  readonly requestKey: string;
  /** Same payload, same digest. Breaks ties between requests that are due at the same ms. */
  readonly digest: Digest;
  readonly subaccount: string;
  /** Fault injection: more time on the way in. */
  readonly extraLatencyMs?: Ms;
}

export interface PlaceOrder extends Request {
  readonly type: 'place';
  readonly productId: number;
  readonly price: X18;
  /** Signed: buy > 0, sell < 0. */
  readonly amount: X18;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** Not accepted after this market time (2011). */
  readonly receiveBy: Ms;
  /** A resting order ends by itself at this market time. */
  readonly expiresAt: Ms;
  /** Opaque to the engine, echoed in events (Nado: `id`). */
  readonly clientId?: string;
  /** Opaque to the engine, echoed in fills (Nado: `appendix`). */
  readonly appendix?: string;
  /** Fault injection: at most this share of what could fill at once does; the rest is treated as if the book ended there. */
  readonly fillShareMax?: X18;
}

/** Cancels the named open orders of the subaccount; rejected with 2020 where none of them is open. */
export interface CancelOrders extends Request {
  readonly type: 'cancel';
  readonly orders: readonly { readonly productId: number; readonly digest: Digest }[];
  readonly receiveBy?: Ms;
}

/** Cancels every open order of these products; an empty list means all products. Never rejected for finding none. */
export interface CancelProducts extends Request {
  readonly type: 'cancelProducts';
  readonly productIds: readonly number[];
  readonly receiveBy?: Ms;
}

export interface TransferQuote extends Request {
  readonly type: 'transfer';
  readonly recipient: string;
  readonly amount: X18;
  /** Whose nonces count, and the nonce of this payload: refused with 2022 unless it is the owner's next. Without, a payload acts once by its digest. */
  readonly owner?: string;
  readonly nonce?: number;
}

export type EngineCommand = PlaceOrder | CancelOrders | CancelProducts | TransferQuote;

export type PriceLevel = readonly [price: X18, size: X18];

/** What the outside market did. Times never fall; at equal times the order of delivery is the order of application. */
export type MarketInput =
  | { readonly type: 'snapshot'; readonly time: Ms; readonly productId: number; readonly bids: readonly PriceLevel[]; readonly asks: readonly PriceLevel[] }
  | { readonly type: 'delta'; readonly time: Ms; readonly productId: number; readonly bids: readonly PriceLevel[]; readonly asks: readonly PriceLevel[] }
  | { readonly type: 'bbo'; readonly time: Ms; readonly productId: number; readonly side: 'bid' | 'ask'; readonly price: X18; readonly size: X18 }
  | { readonly type: 'trade'; readonly time: Ms; readonly productId: number; readonly tradeId: string; readonly side: Side; readonly price: X18; readonly size: X18 }
  | { readonly type: 'oracle'; readonly time: Ms; readonly productId: number; readonly price: X18 }
  | { readonly type: 'fundingRate'; readonly time: Ms; readonly productId: number; readonly rateHourly: X18 };

export interface BookView {
  readonly productId: number;
  /** Market time of the last change, ms. */
  readonly time: Ms;
  /** Best first; sizes are what is left for takers, own resting orders not included. Level objects are the same until they change. */
  readonly bids: readonly PriceLevel[];
  readonly asks: readonly PriceLevel[];
}

export interface PositionView {
  readonly productId: number;
  /** Signed: long > 0. */
  readonly amount: X18;
  /** Minus the cost of the position: -amount x entry price. */
  readonly vQuote: X18;
  readonly entryPrice: X18;
  /** Oracle price of this product at which maintenance health is 0, the rest fixed; undefined where no price > 0 does it. */
  readonly liquidationPrice: X18 | undefined;
}

export interface AccountView {
  readonly subaccount: string;
  /** False where nothing was ever deposited or transferred to it. */
  readonly exists: boolean;
  /** Quote balance, realised results settled, unrealised not. */
  readonly cash: X18;
  readonly positions: readonly PositionView[];
  /** Health with initial, maintenance and no weights (the last is equity). */
  readonly initial: X18;
  readonly maintenance: X18;
  readonly unweighted: X18;
}

/** Everything that is not in an account; with Σ (cash + vQuote) of all accounts it always sums to the deposits. */
export interface Pots {
  readonly fees: X18;
  readonly insurance: X18;
  readonly funding: X18;
  /** Minus what the outside market has paid for base so far. */
  readonly market: X18;
  /** Losses beyond the insurance fund, as a negative number. */
  readonly socialised: X18;
  readonly deposits: X18;
}

/** The whole of an engine as plain JSON; opaque. */
export interface EngineImage {
  readonly version: 1;
  readonly state: unknown;
}

/** A call the engine can't take: time that falls, an unknown product, a nonsensical image. Never a venue's refusal. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/**
 * One simulated exchange. Deterministic: the same config, inputs and requests give the same outputs and state; it has no
 * clock, no chance beyond its seed and no I/O. Drive it in market time: for each moment t, first `market` for every input of
 * t, then `advanceTo(t)`; `submit` at any point with a receipt time not before `now`.
 *
 * Simulated accounts meet the outside market only, never each other. `class Engine` in `engine.js` implements this:
 * `new Engine(config)`, `Engine.restore(config, image)`.
 */
export interface ExchangeEngine {
  readonly config: EngineConfig;
  /** Market time reached so far; undefined before the first input. */
  readonly now: Ms | undefined;

  /** Puts a request on the way; its result is an `accepted` or `rejected` output of a later `advanceTo` or `market`. Returns when it is due. @throws EngineError where `receivedAt` is before `now` */
  submit(command: EngineCommand, receivedAt: Ms): Ms;
  /** The next moment at which `advanceTo` does something by itself: a request in flight, an order's expiry, a funding hour. */
  nextDue(): Ms | undefined;
  /** Processes everything due at or before `time`, in time order. @throws EngineError where `time` is before `now` */
  advanceTo(time: Ms): readonly EngineOutput[];
  /** Processes what is due before the input's time, then applies the input. @throws EngineError for an unknown product or falling time */
  market(input: MarketInput): readonly EngineOutput[];
  /** Adds quote to a subaccount, at once. `amount` > 0. */
  deposit(subaccount: string, amount: X18, at: Ms): readonly EngineOutput[];

  /** @throws EngineError for an unknown product */
  book(productId: number, depth: number): BookView;
  oraclePrice(productId: number): X18 | undefined;
  /** The mid of the displayed book. */
  markPrice(productId: number): X18 | undefined;
  fundingRate(productId: number): X18;
  account(subaccount: string): AccountView;
  subaccounts(): readonly string[];
  openOrders(subaccount: string, productId?: number): readonly OrderRecord[];
  order(digest: Digest): OrderRecord | undefined;
  /** Newest known orders of a subaccount, open and ended, in order of acceptance. */
  orders(subaccount: string): readonly OrderRecord[];
  fills(subaccount: string, from: Ms): readonly EngineFill[];
  fundingPayments(subaccount: string, from: Ms): readonly EngineFunding[];
  liquidations(subaccount: string, from: Ms): readonly EngineLiquidation[];
  transfers(subaccount: string, from: Ms): readonly EngineTransfer[];
  /** How many transfers with a nonce this owner has made: the nonce of the next. */
  transferNonce(owner: string): number;
  pots(): Pots;

  export(): EngineImage;
  /** SHA-256 over the canonical state, hex: equal engines, equal digests. */
  digest(): string;
}
