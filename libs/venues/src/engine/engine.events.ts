import type { Ms, Side, TimeInForce } from '@ballast/domain';

/** A number of 18 decimal digits as an integer: 1.5 is 1_500_000_000_000_000_000n. Prices, sizes, rates and money inside the engine. */
export type X18 = bigint;
/** What names an order or a request for ever; any text without meaning to the engine (Nado: the EIP-712 digest). */
export type Digest = string;

export interface EngineFill {
  /** Unique for ever in one engine history, rising: the venue's `submission_idx`. */
  readonly submissionIndex: string;
  readonly time: Ms;
  readonly subaccount: string;
  readonly productId: number;
  readonly digest: Digest;
  readonly clientId: string | undefined;
  readonly appendix: string | undefined;
  readonly side: Side;
  readonly price: X18;
  readonly size: X18;
  readonly remaining: X18;
  readonly original: X18;
  /** Positive = paid. */
  readonly fee: X18;
  readonly isTaker: boolean;
}

export interface EngineFunding {
  readonly paymentId: string;
  readonly time: Ms;
  readonly subaccount: string;
  readonly productId: number;
  /** Positive = received. */
  readonly amount: X18;
  readonly rateHourly: X18;
  /** Position that paid or received, signed. */
  readonly position: X18;
}

export interface EngineLiquidation {
  readonly liquidationId: string;
  readonly time: Ms;
  readonly subaccount: string;
  readonly productId: number;
  /** Side of the forced trade: SELL closes a long. */
  readonly side: Side;
  readonly size: X18;
  readonly price: X18;
  readonly fee: X18;
  /** Half of the discount, paid into the insurance fund. */
  readonly toInsurance: X18;
}

/** The payload behind a transfer between two subaccounts; both of its records hold it. */
export interface MovedQuote {
  readonly digest: Digest;
  readonly sender: string;
  readonly recipient: string;
  /** What the recipient got; the sender paid the fee beside it. */
  readonly amount: X18;
  readonly fee: X18;
  readonly nonce: number | undefined;
}

/** Money that came to, or left, an account without a trade; `liquidate_subaccount`: a debt that the venue has taken on itself. */
export interface EngineTransfer {
  /** A whole number that rises within the account; a transfer between two subaccounts has the same in both. */
  readonly transferId: string;
  readonly time: Ms;
  readonly subaccount: string;
  readonly reason: 'deposit_collateral' | 'transfer_quote' | 'liquidate_subaccount';
  /** Positive = came in; what left holds the venue's fee. */
  readonly amount: X18;
  /** Cash after it. */
  readonly balance: X18;
  /** Of a `transfer_quote`. */
  readonly moved?: MovedQuote;
}

/** `remaining` in an update is what was left unfilled, also where it is `cancelled` (Nado's stream says 0 there). */
export type OrderUpdateReason = 'placed' | 'filled' | 'cancelled';

export type EngineOutput =
  /** `replyAt` is when the answer reaches the caller; the effects are in force from `time`. `cancelled` lists what a cancel took out. */
  | { readonly type: 'accepted'; readonly time: Ms; readonly replyAt: Ms; readonly requestKey: string; readonly digest: Digest; readonly cancelled: readonly OrderRecord[] }
  | { readonly type: 'rejected'; readonly time: Ms; readonly replyAt: Ms; readonly requestKey: string; readonly digest: Digest; readonly code: number; readonly text: string }
  | { readonly type: 'orderUpdate'; readonly time: Ms; readonly subaccount: string; readonly productId: number; readonly digest: Digest; readonly clientId: string | undefined; readonly remaining: X18; readonly reason: OrderUpdateReason }
  | { readonly type: 'fill'; readonly time: Ms; readonly fill: EngineFill }
  | { readonly type: 'positionChange'; readonly time: Ms; readonly subaccount: string; readonly productId: number; readonly amount: X18; readonly vQuote: X18; readonly reason: 'match_orders' | 'liquidate_subaccount' | 'transfer_quote' | 'deposit_collateral' }
  | { readonly type: 'funding'; readonly time: Ms; readonly payment: EngineFunding }
  | { readonly type: 'liquidation'; readonly time: Ms; readonly liquidation: EngineLiquidation }
  /** The displayed book of this product is another one now; read it with `book()`. */
  | { readonly type: 'book'; readonly time: Ms; readonly productId: number }
  | { readonly type: 'trade'; readonly time: Ms; readonly productId: number; readonly tradeId: string; readonly side: Side; readonly price: X18; readonly size: X18 }
  /** A newly published oracle price. */
  | { readonly type: 'oracle'; readonly time: Ms; readonly productId: number; readonly price: X18; readonly mark: X18 }
  | { readonly type: 'fundingRate'; readonly time: Ms; readonly productId: number; readonly rateHourly: X18 };

/** One accepted order, open or ended. An order that was rejected is not known. */
export interface OrderRecord {
  readonly digest: Digest;
  readonly clientId: string | undefined;
  readonly appendix: string | undefined;
  readonly subaccount: string;
  readonly productId: number;
  readonly side: Side;
  readonly price: X18;
  readonly original: X18;
  readonly filled: X18;
  readonly remaining: X18;
  readonly state: 'OPEN' | 'FILLED' | 'CANCELLED';
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly expiresAt: Ms;
  readonly placedAt: Ms;
  readonly endedAt: Ms | undefined;
}
