import type { Money, Ms, Price, SignedQuantity } from '@ballast/domain';

/** The account was read, and a price seen that the venue liquidates on (W-7). */
export interface Sight {
  readonly type: 'sight';
  /** Of the price. */
  readonly time: Ms;
  readonly price: Price;
  /** Of the account's state, by the venue's time. */
  readonly stateTime: Ms;
  readonly position: SignedQuantity;
  /** With everything that stood behind it then. Absent where no price liquidates it. */
  readonly liquidationPrice?: Price;
}

/** A price that the venue liquidates on, and nothing else. */
export interface PricePoint {
  readonly type: 'price';
  readonly time: Ms;
  readonly price: Price;
}

/** A fill, the bot's own or the venue's forced one. */
export interface PositionMove {
  readonly type: 'move';
  readonly time: Ms;
  readonly price: Price;
  readonly fee: Money;
  /** After it. */
  readonly position: SignedQuantity;
  /** Of what is open after it; absent where flat or not told. */
  readonly entryPrice?: Price;
}

/** Funding; positive = received. */
export interface FundingFact {
  readonly type: 'funding';
  readonly time: Ms;
  readonly amount: Money;
}

/** What happened to one position, in the order of time. */
export type PositionFact = Sight | PricePoint | PositionMove | FundingFact;

/** What protection moved: positive into the account, with what left it as the fee of a withdrawal. */
export interface ProtectionMove {
  readonly time: Ms;
  readonly change: Money;
}

/** What was deposited when an account of this time was read: transfers strictly before it. */
export const depositedAt = (moves: readonly ProtectionMove[], time: Ms): Money | undefined =>
  moves.reduce<Money | undefined>((sum, move) => (move.time < time ? ((sum ? sum.plus(move.change) : move.change) as Money) : sum), undefined);
