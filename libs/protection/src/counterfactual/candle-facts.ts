import type { Ms, Price } from '@ballast/domain';
import type { PositionSide } from '../liquidation/distance.js';
import type { CandleSeries } from '../simulate/candles.js';
import type { PricePoint } from './facts.js';

/** A position's stretch of time that candles are laid over. */
export interface Stretch {
  readonly side: PositionSide;
  readonly from: Ms;
  readonly until: Ms;
  /** When it was flat; absent: it is open at the end. */
  readonly flatAt?: Ms;
}

/**
 * Candles as prices of a stretch: open, worst for the position, close. The candle that the stretch begins in counts with its worst price: had that been before
 * the first deposit, the position itself would have been liquidated. The same at the end, unless the position was closed within that candle: then only what came before it counts.
 */
export function candleFacts({ lengthMs, candles }: CandleSeries, { side, from, until, flatAt }: Stretch): readonly PricePoint[] {
  const points: PricePoint[] = [];
  const add = (time: Ms, price: Price): void => {
    points.push({ type: 'price', time: Math.min(Math.max(time, from), until), price });
  };
  for (const { time, open, high, low, close } of candles) {
    const end = time + lengthMs;
    if (end <= from || time > until) continue;
    if (time >= from) add(time, open);
    if (flatAt === undefined || flatAt >= end) add(time + lengthMs / 2, side === 'LONG' ? low : high);
    if (end <= until) add(end - 1, close);
  }
  return points;
}
