import type { Ms } from '@ballast/domain';
import type { BookView, ExchangeEngine, PriceLevel } from '@ballast/venues';
import { type WireLevel, nanos, wireLevels } from '../exchange/wire.js';

const DEPTH = 100;

export interface PublishedBook {
  readonly productId: number;
  readonly time: Ms;
  readonly bids: readonly PriceLevel[];
  readonly asks: readonly PriceLevel[];
}

/**
 * The books as they were last told. Snapshots show these and never a newer state: a level that moves and comes back between
 * two frames would else be in a snapshot and in no frame.
 */
export class PublishedBooks {
  private readonly books = new Map<number, PublishedBook>();

  constructor(private readonly engine: ExchangeEngine) {}

  get(productId: number): PublishedBook {
    return this.books.get(productId) ?? { productId, time: 0, bids: [], asks: [] };
  }

  /** Frames of what changed since the last time: `book_depth`, and `best_bid_offer` where the top is another one. */
  publish(at: Ms): readonly object[] {
    return this.engine.config.instruments.flatMap(({ productId }) => {
      const next = this.engine.book(productId, DEPTH);
      const last = this.get(productId);
      const bids = changes(last.bids, next.bids);
      const asks = changes(last.asks, next.asks);
      if (bids.length === 0 && asks.length === 0 && last.time > 0) return [];
      this.books.set(productId, { productId, time: at, bids: next.bids, asks: next.asks });
      const depth = { type: 'book_depth', min_timestamp: nanos(at), max_timestamp: nanos(at), last_max_timestamp: nanos(last.time), product_id: productId, bids, asks };
      return sameTop(last, next) ? [depth] : [depth, topFrame(next, at)];
    });
  }
}

function topFrame(book: BookView, at: Ms): object {
  const [bid] = wireLevels(book.bids, 1);
  const [ask] = wireLevels(book.asks, 1);
  return { type: 'best_bid_offer', timestamp: nanos(at), product_id: book.productId, bid_price: bid?.[0] ?? '0', bid_qty: bid?.[1] ?? '0', ask_price: ask?.[0] ?? '0', ask_qty: ask?.[1] ?? '0' };
}

const sameLevel = (a: PriceLevel | undefined, b: PriceLevel | undefined): boolean => a === b || (a?.[0] === b?.[0] && a?.[1] === b?.[1]);
const sameTop = (a: PublishedBook, b: BookView): boolean => sameLevel(a.bids[0], b.bids[0]) && sameLevel(a.asks[0], b.asks[0]);

function changes(before: readonly PriceLevel[], after: readonly PriceLevel[]): WireLevel[] {
  if (before === after) return [];
  const left = new Map(before.map(([price, size]) => [price, size]));
  const changed: WireLevel[] = [];
  for (const [price, size] of after) {
    if (left.get(price) !== size) changed.push([price.toString(), size.toString()]);
    left.delete(price);
  }
  for (const price of left.keys()) changed.push([price.toString(), '0']);
  return changed;
}
