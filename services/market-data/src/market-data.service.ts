import type { Market, MarketKind, MarketMessages, Pacer, Runtime } from '@ballast/bus';
import type { Clock, Disarm, Ms } from '@ballast/domain';
import { type MarketEvent, PROTECTION, type Unsubscribe, venueAt, type VenueAdapter } from '@ballast/venues';
import { cachedCandles, cachedBook } from './cache/cached.js';
import { LastValues, NoLastValues } from './cache/last-values.js';
import { type Candle, CANDLE_INTERVALS_MS, CandleBuilder } from './candle/candle-builder.js';
import { CandleHistory } from './candle/candle-history.js';
import { BOOK_LEVELS_MAX, type Discarded, InstrumentFeed } from './feed/instrument-feed.js';
import type { MarketDataOptions } from './market-data.options.js';

export interface MarketDataPorts {
  readonly market: Market;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly runtime: Runtime;
}

const STALE_AFTER_MS = 5_000;
const TERMS_INTERVAL_MS = 300_000;
const MINUTE_MS = 60_000;
/** A trade may reach us this long after its interval has ended, ms. */
const CANDLE_GRACE_MS = 1_000;
const RETRY_MS_FIRST = 1_000;
const RETRY_MS_MAX = 30_000;
const HISTORY_CACHED_MS = 6 * 3_600_000;

interface Line {
  readonly feed: InstrumentFeed;
  readonly candles: readonly CandleBuilder[];
  resyncing: boolean;
}

/** From the venue's feed to `mkt.>`: checked, numbered, watched. It decides nothing. */
export class MarketDataService {
  readonly history = new CandleHistory();
  private readonly lines = new Map<string, Line>();
  private readonly lastValues: LastValues;
  private readonly timers = new Map<string, Disarm>();
  private unsubscribe: Unsubscribe | undefined;
  private stopped = false;

  constructor(
    private readonly options: MarketDataOptions,
    private readonly ports: MarketDataPorts,
  ) {
    this.lastValues = options.lastValues ?? new NoLastValues();
    ports.runtime.onRecovered(() => this.start());
    ports.runtime.onStop(() => this.stop());
  }

  /** State of every feed, by instrument. */
  feeds(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.lines].map(([instrument, { feed }]) => [instrument, feed.state ?? 'WAITING']));
  }

  /** @throws Error where the venue does not list an instrument that is asked for. */
  private async start(): Promise<void> {
    for (const instrument of this.options.instruments) await this.open(instrument);
    this.closeCandlesAt((Math.floor(this.ports.clock.now() / MINUTE_MS) + 1) * MINUTE_MS);
    await this.connect(RETRY_MS_FIRST);
  }

  private async stop(): Promise<void> {
    this.stopped = true;
    for (const disarm of this.timers.values()) disarm();
    for (const { feed } of this.lines.values()) feed.stop();
    this.unsubscribe?.();
    await this.options.venue.close();
    await this.lastValues.close();
  }

  private async open(instrument: string): Promise<void> {
    const last = cachedBook(await this.lastValues.load('book', instrument));
    const { clock } = this.ports;
    for (const candle of this.options.past?.(instrument, clock.now()) ?? []) this.history.add(candle);
    for (const candle of cachedCandles(await this.lastValues.load('candles', instrument))) this.history.add(candle);
    const { metrics } = this.options;
    const labels = { venue: this.options.venue.venue, instrument };
    metrics?.count('ballast_market_gaps_total', labels, 0);
    let seenAt = last?.exchangeTime ?? clock.now();
    metrics?.beforeScrape(() => metrics.set('ballast_market_staleness_seconds', labels, Math.max(0, clock.now() - seenAt) / 1_000));
    const feed = new InstrumentFeed({ instrument, staleAfterMs: this.options.staleAfterMs ?? STALE_AFTER_MS, last }, clock, {
      publishBook: (book) => {
        this.publish('book', book);
        seenAt = book.exchangeTime;
        metrics?.set('ballast_venue_clock_skew_seconds', { venue: labels.venue }, (book.exchangeTime - clock.now()) / 1_000);
      },
      publishState: (state, reason) => this.publishState(instrument, state, reason),
      discard: (reason) => this.discard(instrument, reason),
      resync: () => this.resync(instrument, RETRY_MS_FIRST),
    });
    this.lines.set(instrument, { feed, candles: CANDLE_INTERVALS_MS.map((intervalMs) => new CandleBuilder(instrument, intervalMs, clock.now())), resyncing: false });
  }

  /** A venue that is away at the start is tried again; until then the feeds are DOWN. */
  private async connect(retryMs: Ms): Promise<void> {
    const done = this.ports.pacer.busy('venue');
    try {
      await this.options.venue.connect();
      // No price comes before the terms: they are as urgent, and wait for no storm to pass.
      await this.publishTerms(venueAt(this.options.venue, PROTECTION));
      this.unsubscribe = await this.options.venue.subscribeMarket(this.options.instruments, (event) => this.onVenueEvent(event));
      this.later('terms', this.options.termsIntervalMs ?? TERMS_INTERVAL_MS, () => void this.renewTerms());
    } catch (error) {
      if (error instanceof UnknownInstrument) throw error;
      for (const { feed } of this.lines.values()) feed.onState('DOWN', `venue does not answer: ${String(error)}`);
      this.later('connect', retryMs, () => void this.connect(Math.min(RETRY_MS_MAX, retryMs * 2)));
    } finally {
      done();
    }
  }

  private onVenueEvent(event: MarketEvent): void {
    const line = this.lines.get(event.type === 'book' ? event.book.instrument : event.instrument);
    if (!line || this.stopped) return;
    switch (event.type) {
      case 'book':
        line.feed.onBook(event.book);
        return;
      case 'trade':
        this.onTrade(line, event);
        return;
      case 'price': {
        const { type: _, ...price } = event;
        this.publish('price', price);
        return;
      }
      case 'funding': {
        const { type: _, ...funding } = event;
        this.publish('funding', funding);
        return;
      }
      case 'feed':
        if (event.state !== 'RESYNCED') for (const candles of line.candles) candles.interrupt(this.ports.clock.now());
        line.feed.onState(event.state, event.reason);
    }
  }

  private onTrade(line: Line, { type: _, ...trade }: Extract<MarketEvent, { type: 'trade' }>): void {
    if (!line.feed.isNew(trade)) return;
    const counted = line.candles.map((candles) => candles.add(trade));
    if (counted.includes('late')) this.options.metrics?.count('ballast_market_discarded_total', { venue: this.options.venue.venue, instrument: trade.instrument, reason: 'late' });
    this.publish('trade', trade);
  }

  private publish<Kind extends MarketKind>(kind: Kind, message: MarketMessages[Kind] & { readonly instrument: string }): void {
    this.ports.market.publish(kind, message.instrument, message);
    this.lastValues.save(kind, message.instrument, message);
  }

  private publishState(instrument: string, state: MarketMessages['feed']['state'], reason: string): void {
    if (state === 'GAP') this.options.metrics?.count('ballast_market_gaps_total', { venue: this.options.venue.venue, instrument });
    this.publish('feed', { instrument, state, reason, time: this.ports.clock.now() });
  }

  private discard(instrument: string, reason: Discarded | 'interrupted'): void {
    this.options.metrics?.count('ballast_market_discarded_total', { venue: this.options.venue.venue, instrument, reason });
  }

  /** Asks the venue for a whole book until a good one is there. */
  private resync(instrument: string, retryMs: Ms): void {
    const line = this.lines.get(instrument);
    if (!line || line.resyncing || this.stopped) return;
    line.resyncing = true;
    const done = this.ports.pacer.busy('venue');
    this.options.venue
      .book(instrument, BOOK_LEVELS_MAX)
      .then((book) => line.feed.onBook(book))
      .catch((error: unknown) => line.feed.onState('DOWN', `no book to resync: ${String(error)}`))
      .finally(() => {
        line.resyncing = false;
        done();
        if (line.feed.state === 'GAP' || line.feed.state === 'DOWN') this.later(`resync ${instrument}`, retryMs, () => this.resyncUnlessWell(instrument, Math.min(RETRY_MS_MAX, retryMs * 2)));
      });
  }

  private resyncUnlessWell(instrument: string, retryMs: Ms): void {
    const state = this.lines.get(instrument)?.feed.state;
    if (state === 'GAP' || state === 'DOWN') this.resync(instrument, retryMs);
  }

  private async publishTerms(venue: VenueAdapter): Promise<void> {
    const listed = await venue.instruments();
    for (const instrument of this.options.instruments) {
      const terms = listed.find((known) => known.instrument === instrument);
      if (!terms) throw new UnknownInstrument(`instrument: found "${instrument}", allowed is one of ${listed.map((known) => known.instrument).join(', ')}`);
      this.publish('instrument', terms);
    }
  }

  private async renewTerms(): Promise<void> {
    const done = this.ports.pacer.busy('venue');
    try {
      await this.publishTerms(this.options.venue);
    } catch (error) {
      for (const [instrument, { feed }] of this.lines) this.publishState(instrument, feed.state ?? 'DOWN', `contract terms not renewed: ${String(error)}`);
    } finally {
      done();
      this.later('terms', this.options.termsIntervalMs ?? TERMS_INTERVAL_MS, () => void this.renewTerms());
    }
  }

  private closeCandlesAt(boundary: Ms): void {
    this.at('candles', boundary + CANDLE_GRACE_MS, () => {
      for (const [instrument, { candles }] of this.lines) for (const builder of candles) this.closeCandles(instrument, builder, boundary);
      this.closeCandlesAt((Math.floor((this.ports.clock.now() - CANDLE_GRACE_MS) / MINUTE_MS) + 1) * MINUTE_MS);
    });
  }

  private closeCandles(instrument: string, builder: CandleBuilder, boundary: Ms): void {
    const { complete, interrupted } = builder.close(boundary);
    if (interrupted > 0) this.discard(instrument, 'interrupted');
    for (const candle of complete) this.publishCandle(candle);
  }

  private publishCandle(candle: Candle): void {
    this.history.add(candle);
    this.publish('candle', candle);
    if (candle.intervalMs === MINUTE_MS) this.lastValues.save('candles', candle.instrument, this.history.since(candle.instrument, MINUTE_MS, candle.openTime - HISTORY_CACHED_MS));
  }

  private later(name: string, ms: Ms, run: () => void): void {
    this.at(name, this.ports.clock.now() + ms, run);
  }

  private at(name: string, time: Ms, run: () => void): void {
    if (!this.stopped) this.timers.set(name, this.ports.clock.at(time, () => (this.stopped ? undefined : run())));
  }
}

/** The configuration asks for what the venue does not have: no retry can help. */
export class UnknownInstrument extends Error {
  override readonly name = 'UnknownInstrument';
}
