import type { Ms } from '@ballast/domain';
import type { Candle } from './candle-builder.js';

/** Candles kept of each instrument and length, for back-fill. */
export const CANDLES_KEPT = 1_500;

/** Complete candles of the near past, each once, oldest first. */
export class CandleHistory {
  private readonly candles = new Map<string, readonly Candle[]>();

  add(candle: Candle): void {
    const key = `${candle.instrument} ${candle.intervalMs}`;
    const others = (this.candles.get(key) ?? []).filter(({ openTime }) => openTime !== candle.openTime);
    this.candles.set(key, [...others, candle].sort((a, b) => a.openTime - b.openTime).slice(-CANDLES_KEPT));
  }

  since(instrument: string, intervalMs: Ms, from: Ms): readonly Candle[] {
    return (this.candles.get(`${instrument} ${intervalMs}`) ?? []).filter(({ openTime }) => openTime >= from);
  }
}
