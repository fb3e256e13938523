import type { Book, Ms } from '@ballast/domain';
import type { EngineInstrument, EngineOutput, ExchangeEngine } from '../engine/engine.api.js';
import type { AccountEvent, MarketEvent, Unsubscribe, VenueAccount } from '../venue-adapter.js';
import { domainLevel, fillOf, fundingOf, liquidationOf, priceOf, quantityOf, ratioOf } from './paper-values.js';

/** One message per instrument and 50 ms, as Nado's `book_depth` (venues.md §1.7). */
const BOOK_INTERVAL_MS: Ms = 50;

interface Feed {
  readonly terms: EngineInstrument;
  book: Book | undefined;
  isDirty: boolean;
  sequence: number;
}

/** Turns engine outputs into the events of the venue port, and keeps the last published book of every instrument. */
export class PaperPublisher {
  readonly #feeds = new Map<number, Feed>();
  readonly #marketListeners = new Set<{ readonly instruments: ReadonlySet<string>; readonly onEvent: (event: MarketEvent) => void }>();
  readonly #accountListeners = new Map<string, Set<{ readonly account: VenueAccount; readonly onEvent: (event: AccountEvent) => void }>>();

  constructor(
    private readonly engine: ExchangeEngine,
    private readonly depth: number,
  ) {
    for (const terms of engine.config.instruments) this.#feeds.set(terms.productId, { terms, book: undefined, isDirty: false, sequence: 0 });
  }

  listenMarket(instruments: readonly string[], onEvent: (event: MarketEvent) => void): Unsubscribe {
    const listener = { instruments: new Set(instruments), onEvent };
    this.#marketListeners.add(listener);
    return () => void this.#marketListeners.delete(listener);
  }

  listenAccount(account: VenueAccount, onEvent: (event: AccountEvent) => void): Unsubscribe {
    const listeners = this.#accountListeners.get(account.subaccount) ?? new Set();
    const listener = { account, onEvent };
    this.#accountListeners.set(account.subaccount, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** The book as last published; undefined before the first. */
  lastBook(productId: number): Book | undefined {
    return this.#feeds.get(productId)?.book;
  }

  symbolOf(productId: number): string {
    return this.#feeds.get(productId)?.terms.symbol ?? String(productId);
  }

  /**
   * What a subscriber of this moment is to be told first (feed state, book, prices, funding as they stand), as a call for a
   * little later; a book that was published in between is not told twice.
   */
  greeting(instruments: readonly string[], onEvent: (event: MarketEvent) => void): (time: Ms) => void {
    const known = [...this.#feeds.values()].filter(({ terms, book }) => book !== undefined && instruments.includes(terms.symbol)).map((feed) => ({ feed, seen: feed.sequence }));
    return (time) => {
      for (const { feed, seen } of known) {
        const { symbol: instrument, productId } = feed.terms;
        const oracle = this.engine.oraclePrice(productId);
        onEvent({ type: 'feed', instrument, state: 'UP', reason: 'subscribed', time });
        if (feed.book && feed.sequence === seen) onEvent({ type: 'book', book: feed.book });
        if (oracle !== undefined) onEvent({ type: 'price', instrument, markPrice: priceOf(this.engine.markPrice(productId) ?? oracle), oraclePrice: priceOf(oracle), time });
        onEvent({ type: 'funding', instrument, rateHourly: ratioOf(this.engine.fundingRate(productId)), time });
      }
    };
  }

  publish(outputs: readonly EngineOutput[]): void {
    for (const output of outputs) this.#publishOne(output);
  }

  /** When the next book is due; undefined where nothing changed since the last. */
  nextBookAt(): Ms | undefined {
    let next: Ms | undefined;
    for (const feed of this.#feeds.values()) {
      if (!feed.isDirty) continue;
      const at = (feed.book?.exchangeTime ?? -BOOK_INTERVAL_MS) + BOOK_INTERVAL_MS;
      next = next === undefined ? at : Math.min(next, at);
    }
    return next;
  }

  /** Publishes every changed book whose 50 ms are over at `time`. */
  flushBooks(time: Ms): void {
    for (const feed of this.#feeds.values()) {
      if (!feed.isDirty || (feed.book && time < feed.book.exchangeTime + BOOK_INTERVAL_MS)) continue;
      const view = this.engine.book(feed.terms.productId, this.depth);
      const isFirst = feed.book === undefined;
      feed.isDirty = false;
      feed.sequence += 1;
      feed.book = { instrument: feed.terms.symbol, bids: view.bids.map(domainLevel), asks: view.asks.map(domainLevel), exchangeTime: time, sequence: feed.sequence };
      if (isFirst) this.#tell({ type: 'feed', instrument: feed.terms.symbol, state: 'UP', reason: 'first book', time }, feed.terms.symbol);
      this.#tell({ type: 'book', book: feed.book }, feed.terms.symbol);
    }
  }

  #publishOne(output: EngineOutput): void {
    const { time } = output;
    switch (output.type) {
      case 'book': {
        const feed = this.#feeds.get(output.productId);
        if (feed) feed.isDirty = true;
        return;
      }
      case 'trade': {
        const instrument = this.symbolOf(output.productId);
        return this.#tell({ type: 'trade', instrument, tradeId: output.tradeId, side: output.side, price: priceOf(output.price), quantity: quantityOf(output.size), time }, instrument);
      }
      case 'oracle': {
        const instrument = this.symbolOf(output.productId);
        return this.#tell({ type: 'price', instrument, markPrice: priceOf(output.mark), oraclePrice: priceOf(output.price), time }, instrument);
      }
      case 'fundingRate': {
        const instrument = this.symbolOf(output.productId);
        return this.#tell({ type: 'funding', instrument, rateHourly: ratioOf(output.rateHourly), time }, instrument);
      }
      case 'orderUpdate': {
        const state = output.reason === 'cancelled' ? 'CANCELLED' : output.remaining === 0n ? 'FILLED' : 'OPEN';
        const remaining = quantityOf(output.remaining);
        return this.#tellAccount(output.subaccount, ({ accountId }) => ({ type: 'order', accountId, venueOrderId: output.digest, state, remaining, reason: output.reason, time }));
      }
      case 'fill': {
        const fill = fillOf(output.fill, this.symbolOf(output.fill.productId));
        return this.#tellAccount(output.fill.subaccount, ({ accountId }) => ({ type: 'fill', accountId, fill }));
      }
      case 'funding': {
        const payment = fundingOf(output.payment, this.symbolOf(output.payment.productId));
        return this.#tellAccount(output.payment.subaccount, ({ accountId }) => ({ type: 'funding', accountId, payment }));
      }
      case 'liquidation': {
        const liquidation = liquidationOf(output.liquidation, this.symbolOf(output.liquidation.productId));
        return this.#tellAccount(output.liquidation.subaccount, ({ accountId }) => ({ type: 'liquidation', accountId, liquidation }));
      }
      case 'accepted':
      case 'rejected':
      case 'positionChange':
        return;
    }
  }

  #tell(event: MarketEvent, instrument: string): void {
    for (const listener of [...this.#marketListeners]) if (listener.instruments.has(instrument)) listener.onEvent(event);
  }

  #tellAccount(subaccount: string, eventFor: (account: VenueAccount) => AccountEvent): void {
    for (const listener of [...(this.#accountListeners.get(subaccount) ?? [])]) listener.onEvent(eventFor(listener.account));
  }
}
