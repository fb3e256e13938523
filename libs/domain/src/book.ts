import { Decimal, type Bps, type Ms, type Notional, type Price, type Quantity } from './decimal.js';
import type { Side } from './trading.js';

export interface Level {
  readonly price: Price;
  readonly quantity: Quantity;
}

/** An order book as it stood: best level first on both sides. */
export interface Book {
  readonly instrument: string;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** The venue's own time of this state, ms. */
  readonly exchangeTime: Ms;
  /** Rises by one with every published state of this instrument, so a decision can name what it saw. */
  readonly sequence: number;
}

/** Levels that an order of `side` would take: asks for BUY, bids for SELL (R52). */
export const opposing = (book: Book, side: Side): readonly Level[] => (side === 'BUY' ? book.asks : book.bids);

export const midOf = (book: Book): Price | undefined => {
  const bid = book.bids[0];
  const ask = book.asks[0];
  return bid && ask ? (bid.price.plus(ask.price).div(2) as Price) : undefined;
};

export interface Walk {
  readonly filled: Quantity;
  readonly notional: Notional;
  /** Volume-weighted price; undefined where nothing is filled. */
  readonly averagePrice: Price | undefined;
  /** Levels touched, with the quantity taken of each: what the decision saw. */
  readonly levels: readonly Level[];
  /** True where the book ended before the quantity did: the last known level is the end of liquidity. */
  readonly exhausted: boolean;
}

/** What taking `quantity` from `levels` costs, best first, never beyond `limit` where one is given. */
export function walk(levels: readonly Level[], quantity: Quantity, side: Side, limit?: Price): Walk {
  let left: Decimal = quantity;
  let spent: Decimal = new Decimal(0);
  const taken: Level[] = [];
  for (const level of levels) {
    if (left.lte(0)) break;
    if (limit && (side === 'BUY' ? level.price.gt(limit) : level.price.lt(limit))) break;
    const take = left.lt(level.quantity) ? left : level.quantity;
    taken.push({ price: level.price, quantity: take as Quantity });
    spent = spent.plus(take.times(level.price));
    left = left.minus(take);
  }
  const filled = quantity.minus(left) as Quantity;
  return { filled, notional: spent as Notional, averagePrice: filled.isZero() ? undefined : (spent.div(filled) as Price), levels: taken, exhausted: left.gt(0) };
}

/** Cost of `actual` against `reference`, bps of reference; positive = worse for `side`. */
export const slippageBps = (side: Side, reference: Price, actual: Price): Bps =>
  (side === 'BUY' ? actual.minus(reference) : reference.minus(actual)).div(reference).times(10_000) as Bps;

/** Notional offered within `band` of the best price, on the side that `side` takes. */
export function depthWithin(book: Book, side: Side, band: Bps): Notional {
  const levels = opposing(book, side);
  const best = levels[0];
  if (!best) return new Decimal(0) as Notional;
  let total: Decimal = new Decimal(0);
  for (const level of levels) {
    if (slippageBps(side, best.price, level.price).gt(band)) break;
    total = total.plus(level.price.times(level.quantity));
  }
  return total as Notional;
}
