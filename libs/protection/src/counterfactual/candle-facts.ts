import type { Ms, Price } from '@ballast/domain';
import type { PositionSide } from '../liquidation/distance.js';
import type { CandleSeries } from '../simulate/candles.js';
import type { PricePoint } from './facts.js';

/** A position's stretch of time that candles are laid over. */
export interface Stretch {
  readonly side: PositionSide;
  readonly from: Ms;
  readonly until: Ms;
  /** When the position was opened; absent: before every candle. */
  readonly openedAt?: Ms;
  /** When it was flat; absent: it is open at the end. */
  readonly flatAt?: Ms;
}

/**
 * Candles as prices of a stretch: open, worst for the position, close. The candle that the stretch begins in counts with its worst price: had that been before
 * the first deposit, the position itself would have been liquidated; but only with its close where the position was opened within it. The one it ends in
 * counts too, its worst first and its open for what follows, unless the position was closed within it: then only its open counts.
 */
export function candleFacts({ lengthMs, candles }: CandleSeries, { side, from, until, openedAt = 0, flatAt }: Stretch): readonly PricePoint[] {
  const points: PricePoint[] = [];
  const add = (time: Ms, price: Price): void => {
    points.push({ type: 'price', time: Math.max(time, from), price });
  };
  for (const { time, open, high, low, close } of candles) {
    const end = time + lengthMs;
    if (end <= from || time > until) continue;
    const [begins, isWhole, lives] = [time >= from, end <= until, openedAt <= time && (flatAt === undefined || flatAt >= end)];
    const worst = side === 'LONG' ? low : high;
    if (begins) add(time, open);
    if (lives) add(isWhole ? time + lengthMs / 2 : time, worst);
    if (isWhole) add(end - 1, close);
    else if (begins && lives) add(time, open);
  }
  return points;
}
