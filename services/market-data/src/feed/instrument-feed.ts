import type { MarketMessages } from '@ballast/bus';
import type { Book, Clock, Disarm, Level, Ms } from '@ballast/domain';
import type { LastBook } from '../cache/cached.js';
import { bookFault } from './book-check.js';

type FeedState = MarketMessages['feed']['state'];
type Trade = MarketMessages['trade'];

/** Levels published of each side. */
export const BOOK_LEVELS_MAX = 20;
const TRADES_REMEMBERED = 10_000;

export type Discarded = 'crossed' | 'older' | 'repeated';

/** What an instrument's feed tells the outside. */
export interface FeedSink {
  publishBook(book: Book): void;
  publishState(state: FeedState, reason: string): void;
  discard(reason: Discarded): void;
  /** The book is not to be trusted: get a whole one. */
  resync(): void;
}

export interface FeedOptions {
  readonly instrument: string;
  /** No book for this long of market time, and the feed is STALE, ms. */
  readonly staleAfterMs: Ms;
  /** The last book that was published: one of the same venue time is that book again, the next is one higher. */
  readonly last: LastBook;
}

/** One instrument's feed: what is published of it, and whether it can be trusted. */
export class InstrumentFeed {
  private sequence: number;
  private exchangeTime: Ms = 0;
  private lastBook: Book | undefined;
  private lastBookAt: Ms;
  private stateNow: FeedState | undefined;
  private watch: Disarm | undefined;
  private readonly trades = new Set<string>();

  constructor(
    private readonly options: FeedOptions,
    private readonly clock: Clock,
    private readonly sink: FeedSink,
  ) {
    this.sequence = options.last.sequence;
    this.lastBookAt = clock.now();
    this.watchFrom(this.lastBookAt);
  }

  get state(): FeedState | undefined {
    return this.stateNow;
  }

  onBook(book: Book): void {
    const fault = bookFault(book);
    if (fault !== undefined) {
      this.sink.discard('crossed');
      if (this.stateNow !== 'GAP') this.moveTo('GAP', fault);
      this.sink.resync();
      return;
    }
    if (book.exchangeTime < this.exchangeTime) {
      this.sink.discard('older');
      return;
    }
    if (!this.isRepeated(book)) this.sequence += 1;
    this.lastBook = book;
    this.exchangeTime = book.exchangeTime;
    this.lastBookAt = this.clock.now();
    if (this.stateNow === 'GAP') this.moveTo('RESYNCED', 'a whole book again');
    else if (this.stateNow !== 'UP' && this.stateNow !== 'RESYNCED') this.moveTo('UP', 'books come');
    this.sink.publishBook({ instrument: book.instrument, bids: book.bids.slice(0, BOOK_LEVELS_MAX), asks: book.asks.slice(0, BOOK_LEVELS_MAX), exchangeTime: book.exchangeTime, sequence: this.sequence });
    if (!this.watch) this.watchFrom(this.lastBookAt);
  }

  /** A start and a reconnect bring the last book once more; nobody can tell it from the first time. */
  private isRepeated(book: Book): boolean {
    if (!this.lastBook) return this.sequence > 0 && book.exchangeTime === this.options.last.exchangeTime;
    return book.exchangeTime === this.lastBook.exchangeTime && sameLevels(book.bids, this.lastBook.bids) && sameLevels(book.asks, this.lastBook.asks);
  }

  /** True for a trade that was not seen before. */
  isNew({ tradeId }: Pick<Trade, 'tradeId'>): boolean {
    if (this.trades.has(tradeId)) {
      this.sink.discard('repeated');
      return false;
    }
    this.trades.add(tradeId);
    const [oldest] = this.trades;
    if (this.trades.size > TRADES_REMEMBERED && oldest !== undefined) this.trades.delete(oldest);
    return true;
  }

  /** The adapter says what it knows of the connection. A feed that is up still proves it by a book. */
  onState(state: Exclude<FeedState, 'STALE'>, reason: string): void {
    if (state !== this.stateNow && !(state === 'UP' && this.stateNow === 'STALE')) this.moveTo(state, reason);
  }

  stop(): void {
    this.watch?.();
  }

  private moveTo(state: FeedState, reason: string): void {
    this.stateNow = state;
    this.sink.publishState(state, reason);
  }

  /** One timer at a time; none while the feed is stale, so that a quiet market costs nothing. */
  private watchFrom(time: Ms): void {
    this.watch = this.clock.at(time + this.options.staleAfterMs, () => {
      this.watch = undefined;
      if (this.clock.now() - this.lastBookAt < this.options.staleAfterMs) this.watchFrom(this.lastBookAt);
      else if (this.stateNow !== 'STALE' && this.stateNow !== 'DOWN') this.moveTo('STALE', `no book for ${this.options.staleAfterMs} ms`);
    });
  }
}

const sameLevels = (a: readonly Level[], b: readonly Level[]): boolean =>
  a.length === b.length && a.every(({ price, quantity }, index) => b[index]?.price.eq(price) === true && b[index].quantity.eq(quantity));
