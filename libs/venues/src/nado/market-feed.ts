import type { Clock, Ms, Ratio } from '@ballast/domain';
import type { Door, MarketEvent } from '../venue-adapter.js';
import { type Json, flagOf, integerOf, msOfNanos, nanosOf, objectOf } from './json.js';
import { LocalBook } from './local-book.js';
import type { NadoHttp } from './nado-http.js';
import { NadoSocket, type NadoSocketOptions, NOTHING_SEEN } from './nado-socket.js';
import { PricePoll } from './price-poll.js';
import type { Products } from './products.js';
import { fromX18, priceFromX18, quantityFromX18 } from './x18.js';

const SNAPSHOT_DEPTH = 100;
const SNAPSHOTS_MAX = 5;
const HOURS_PER_DAY = 24;

export interface MarketFeedOptions {
  readonly http: NadoHttp;
  readonly products: Products;
  /** What every question goes through. */
  readonly door: Door;
  readonly clock: Clock;
  readonly socket: NadoSocketOptions;
  readonly bookDepth: number;
  /** `poll`: as the live venue allows; `stream`: the paper venue's own price stream, which keeps lock step exact. */
  readonly prices: 'poll' | 'stream';
  /** Wall time between polls, ms. */
  readonly pricesEveryMs: number;
  /** Called with the paper venue's market time after every frame of one of its steps has been handed over; NOTHING_SEEN when the connection is lost. */
  readonly onMarketTime: ((marketMs: Ms) => void) | undefined;
}

interface Market {
  readonly productId: number;
  readonly instrument: string;
  readonly book: LocalBook;
  lastTrade: { readonly nanos: bigint; readonly count: number };
}

/** Books, trades, prices and funding rates of some instruments over one connection, whole again after every gap and every loss. */
export class MarketFeed {
  private readonly markets: ReadonlyMap<number, Market>;
  private readonly socket: NadoSocket;
  private readonly poll: PricePoll;

  constructor(private readonly options: MarketFeedOptions, instruments: readonly string[], private readonly emit: (event: MarketEvent) => void) {
    this.markets = new Map(
      instruments.map((instrument) => {
        const productId = options.products.idOf(instrument);
        return [productId, { productId, instrument, book: new LocalBook(instrument, options.bookDepth), lastTrade: { nanos: 0n, count: 0 } }];
      }),
    );
    const { http, clock, door, pricesEveryMs: everyMs } = options;
    this.poll = new PricePoll({ http, clock, door, everyMs, instruments: new Map([...this.markets.values()].map(({ productId, instrument }) => [productId, instrument])) }, emit);
    this.socket = new NadoSocket(options.socket, { onOpen: (socket) => this.onOpen(socket), onEvent: (event) => this.onEvent(event), onDown: (reason) => this.onDown(reason) });
  }

  async start(): Promise<void> {
    await this.socket.open();
    if (this.options.prices === 'poll') this.poll.start();
  }

  stop(): void {
    this.poll.stop();
    this.socket.close();
  }

  private async onOpen(socket: NadoSocket): Promise<void> {
    for (const market of this.markets.values()) market.book.reset();
    const streams: Json[] = [...this.markets.keys()].flatMap((product_id) => [
      { type: 'book_depth', product_id },
      { type: 'trade', product_id },
      { type: 'funding_rate', product_id },
      ...(this.options.prices === 'stream' ? [{ type: 'sim_price', product_id }] : []),
    ]);
    await Promise.all(streams.map((stream) => socket.request({ method: 'subscribe', stream })));
    await Promise.all([...this.markets.values()].map((market) => this.sync(market, 'UP', 'connected')));
    if (this.options.onMarketTime) await socket.request({ method: 'subscribe', stream: { type: 'sim_clock' } });
  }

  private async sync(market: Market, state: 'UP' | 'RESYNCED', reason: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const snapshot = objectOf(await this.options.door('book', () => this.options.http.query('market_liquidity', { product_id: market.productId, depth: SNAPSHOT_DEPTH })), 'market_liquidity');
      if (market.book.onSnapshot(snapshot)) break;
      if (attempt === SNAPSHOTS_MAX) throw new Error(`${market.instrument}: found ${attempt} snapshots that no queued event follows on from`);
    }
    this.tell(market, state, reason);
    this.emit({ type: 'book', book: market.book.state() });
  }

  private onEvent(event: Json): void {
    if (event['type'] === 'sim_clock') {
      this.options.onMarketTime?.(integerOf(event, 'market_ms'));
      return;
    }
    const market = this.markets.get(integerOf(event, 'product_id'));
    if (!market) return;
    if (event['type'] === 'book_depth') this.onDepth(market, event);
    if (event['type'] === 'trade') this.onTrade(market, event);
    if (event['type'] === 'funding_rate') this.emit({ type: 'funding', instrument: market.instrument, rateHourly: fromX18(event['funding_rate_x18'], 'funding_rate_x18').div(HOURS_PER_DAY) as Ratio, time: msOfNanos(nanosOf(event, 'timestamp')) });
    if (event['type'] === 'sim_price') this.emit({ type: 'price', instrument: market.instrument, markPrice: priceFromX18(event['mark_price_x18'], 'mark_price_x18'), oraclePrice: priceFromX18(event['oracle_price_x18'], 'oracle_price_x18'), time: msOfNanos(nanosOf(event, 'timestamp')) });
  }

  private onDepth(market: Market, event: Json): void {
    const outcome = market.book.onEvent(event);
    if (outcome === 'CHANGED') this.emit({ type: 'book', book: market.book.state() });
    if (outcome !== 'GAP') return;
    this.tell(market, 'GAP', `an event follows on from ${String(event['last_max_timestamp'])}, which was never seen`);
    this.sync(market, 'RESYNCED', 'new snapshot').catch(() => this.socket.restart());
  }

  private onTrade(market: Market, event: Json): void {
    const nanos = nanosOf(event, 'timestamp');
    const count = nanos === market.lastTrade.nanos ? market.lastTrade.count + 1 : 0;
    market.lastTrade = { nanos, count };
    this.emit({
      type: 'trade',
      instrument: market.instrument,
      tradeId: `${nanos}-${count}`,
      side: flagOf(event, 'is_taker_buyer') ? 'BUY' : 'SELL',
      price: priceFromX18(event['price'], 'price'),
      quantity: quantityFromX18(event['taker_qty'], 'taker_qty'),
      time: msOfNanos(nanos),
    });
  }

  private onDown(reason: string): void {
    this.options.onMarketTime?.(NOTHING_SEEN);
    for (const market of this.markets.values()) {
      market.book.reset();
      this.tell(market, 'DOWN', reason);
    }
  }

  private tell(market: Market, state: 'UP' | 'GAP' | 'RESYNCED' | 'DOWN', reason: string): void {
    this.emit({ type: 'feed', instrument: market.instrument, state, reason, time: this.options.clock.now() });
  }
}
