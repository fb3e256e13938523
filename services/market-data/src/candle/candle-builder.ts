import type { MarketMessages } from '@ballast/bus';
import { addQuantity, maxOf, minOf, type Ms } from '@ballast/domain';

export type Candle = MarketMessages['candle'];
type Trade = Pick<MarketMessages['trade'], 'price' | 'quantity' | 'time'>;

/** 1 m, 5 m, 15 m, 1 h, 4 h, in ms. */
export const CANDLE_INTERVALS_MS = [60_000, 300_000, 900_000, 3_600_000, 14_400_000] as const;

export interface ClosedCandles {
  readonly complete: readonly Candle[];
  /** Intervals whose trades were not all seen: nothing is said about them. */
  readonly interrupted: number;
}

/** Candles of one instrument and length, from trades only: an interval without a trade has none. */
export class CandleBuilder {
  private readonly open = new Map<Ms, Candle>();
  private closedUpTo: Ms;

  /** `since`: from when on every trade is seen, ms; an interval that began before it is never published. */
  constructor(
    private readonly instrument: string,
    private readonly intervalMs: Ms,
    private since: Ms,
  ) {
    this.closedUpTo = since;
  }

  /** `late` where the interval of the trade has been closed already. */
  add({ price, quantity, time }: Trade): 'counted' | 'late' {
    const openTime = Math.floor(time / this.intervalMs) * this.intervalMs;
    if (openTime + this.intervalMs <= this.closedUpTo) return 'late';
    const candle = this.open.get(openTime);
    const { instrument, intervalMs } = this;
    this.open.set(openTime, candle
      ? { ...candle, high: maxOf(candle.high, price), low: minOf(candle.low, price), close: price, volume: addQuantity(candle.volume, quantity) }
      : { instrument, intervalMs, openTime, open: price, high: price, low: price, close: price, volume: quantity });
    return 'counted';
  }

  /** Trades may have been missed up to `at`. */
  interrupt(at: Ms): void {
    this.since = Math.max(this.since, at);
  }

  /** Takes every candle whose interval has ended at `time`, oldest first. */
  close(time: Ms): ClosedCandles {
    this.closedUpTo = Math.max(this.closedUpTo, time);
    const ended = [...this.open.values()].filter(({ openTime }) => openTime + this.intervalMs <= time).sort((a, b) => a.openTime - b.openTime);
    for (const { openTime } of ended) this.open.delete(openTime);
    const complete = ended.filter(({ openTime }) => openTime >= this.since);
    return { complete, interrupted: ended.length - complete.length };
  }
}
