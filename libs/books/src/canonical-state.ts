import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Id, Side, TimeInForce } from '@ballast/domain';

/** Everything that a person would ask of the books, as plain text values: decimals are shortest strings, nothing is a float. */
export interface CanonicalState {
  readonly bots: Readonly<Record<Id, CanonicalBot>>;
  /** By `<accountId>/<instrument>`; flat positions stay, with what they earned. */
  readonly positions: Readonly<Record<string, CanonicalPosition>>;
  /** By client order id. */
  readonly orders: Readonly<Record<Id, CanonicalOrder>>;
  /** By account id. */
  readonly balances: Readonly<Record<Id, CanonicalBalance>>;
}

export interface CanonicalBot {
  readonly status: 'CREATED' | 'RUNNING' | 'PAUSED' | 'STOPPED' | 'CLOSING' | 'DELETED';
  readonly portfolioId: Id;
  readonly accountId: Id;
  readonly strategy: string;
  readonly profiles: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface CanonicalPosition {
  /** Signed base units. */
  readonly quantity: string;
  /** '' when flat. */
  readonly entryPrice: string;
  readonly realisedPnl: string;
  readonly fees: string;
  readonly funding: string;
}

export type CanonicalOrderStatus = 'SUBMITTED' | 'OPEN' | 'FILLED' | 'CANCELLED' | 'REJECTED';

export interface CanonicalOrder {
  readonly tradeId: Id;
  readonly instrument: string;
  readonly side: Side;
  readonly quantity: string;
  readonly limitPrice: string;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly status: CanonicalOrderStatus;
  readonly filled: string;
  /** Sum of fill quantity x fill price: exact, where an average price would be rounded. */
  readonly filledNotional: string;
  readonly fees: string;
}

/** cash = transfers + realised - fees + funding + forgiven, to the smallest unit. */
export interface CanonicalBalance {
  readonly transfers: string;
  readonly realised: string;
  readonly fees: string;
  readonly funding: string;
  /** Debts that the venue has taken on itself; absent where there were none. */
  readonly forgiven?: string;
  readonly cash: string;
}

/** RFC 8785 text of a state: the same on every machine. */
export const canonicalText = (state: CanonicalState): string => canonicalize(state) ?? '';
/** SHA-256 (hex) over `canonicalText`. */
export const canonicalHash = (state: CanonicalState): string => createHash('sha256').update(canonicalText(state)).digest('hex');
