import { type Book, midOf, type Ms } from '@ballast/domain';
import type { Candle, MidSample } from './strategy.js';

/** Mids are sampled once in each slot of market time this long, ms. */
export const MID_SAMPLE_MS = 5_000;
const MID_SAMPLES_MAX = 17_280;
const CANDLES_MAX = 1_500;
/** Candles of this length stand in for mids of before the process began. */
export const BACKFILL_INTERVAL_MS = 60_000;

/** The market's near past as a strategy needs it; bounded, and rebuilt from market data after a start. */
export class MarketMemory {
  private readonly samples = new Map<string, MidSample[]>();
  private readonly closed = new Map<string, Candle[]>();
  private readonly samplesOfCandles = new WeakMap<Candle, MidSample>();

  /** Keeps the first mid of each slot. */
  addBook(book: Book): void {
    const mid = midOf(book);
    if (!mid) return;
    const samples = this.samples.get(book.instrument) ?? [];
    const time = Math.floor(book.exchangeTime / MID_SAMPLE_MS) * MID_SAMPLE_MS;
    const last = samples.at(-1);
    if (last && last.time >= time) return;
    samples.push({ time, mid, spanMs: MID_SAMPLE_MS });
    if (samples.length > MID_SAMPLES_MAX) samples.shift();
    this.samples.set(book.instrument, samples);
  }

  /** In any order, with repeats: kept once each, oldest first. */
  addCandle(candle: Candle): void {
    const key = `${candle.instrument} ${candle.intervalMs}`;
    const candles = this.closed.get(key) ?? [];
    const after = candles.findIndex(({ openTime }) => openTime >= candle.openTime);
    if (after >= 0 && candles[after]?.openTime === candle.openTime) return;
    candles.splice(after < 0 ? candles.length : after, 0, candle);
    if (candles.length > CANDLES_MAX) candles.shift();
    this.closed.set(key, candles);
  }

  candles(instrument: string, intervalMs: Ms): readonly Candle[] {
    return this.closed.get(`${instrument} ${intervalMs}`) ?? [];
  }

  /** Samples at or after `from`; candle closes where no mid was seen yet. */
  mids(instrument: string, from: Ms): readonly MidSample[] {
    const seen = this.samples.get(instrument) ?? [];
    const first = seen[0]?.time ?? Infinity;
    const closes = this.candles(instrument, BACKFILL_INTERVAL_MS)
      .map((candle) => this.sampleOf(candle))
      .filter(({ time }) => time < first);
    return [...closes, ...seen].filter(({ time }) => time >= from);
  }

  /** The same object for the same candle, so that what is computed from it can be kept beside it. */
  private sampleOf(candle: Candle): MidSample {
    const known = this.samplesOfCandles.get(candle) ?? { time: candle.openTime + candle.intervalMs, mid: candle.close, spanMs: candle.intervalMs };
    this.samplesOfCandles.set(candle, known);
    return known;
  }
}
