import type { Ms, Price } from '@ballast/domain';
import type { PositionSide } from '../liquidation/distance.js';
import type { Candle } from './candles.js';

/** How the price goes inside a candle: in steps of a second, or from corner to corner at once. */
export const PATHS = ['seconds', 'jump'] as const;
export type CandleWay = (typeof PATHS)[number];

export interface PathPoint {
  readonly time: Ms;
  readonly price: Price;
}

const STEP_MS = 1_000;

/** Open, what is worst for the position, what is best for it, close: the harshest order of the four (C-61). */
const cornersOf = ({ open, high, low, close }: Candle, side: PositionSide): readonly [Price, Price, Price, Price] => (side === 'LONG' ? [open, low, high, close] : [open, high, low, close]);

/** The price inside one candle, each third of it from one corner to the next. */
export function* pathOf(candle: Candle, lengthMs: Ms, side: PositionSide, way: CandleWay): Generator<PathPoint> {
  const corners = cornersOf(candle, side);
  const third = Math.floor(lengthMs / 3);
  yield { time: candle.time, price: corners[0] };
  for (let corner = 1; corner < corners.length; corner += 1) {
    const [from, to] = [corners[corner - 1], corners[corner]];
    if (!from || !to) continue;
    const begins = candle.time + (corner - 1) * third;
    const steps = way === 'jump' ? 1 : Math.max(1, Math.floor(third / STEP_MS));
    for (let step = 1; step <= steps; step += 1) {
      const price = step === steps ? to : (from.plus(to.minus(from).times(step).div(steps)) as Price);
      yield { time: begins + (way === 'jump' ? third : step * STEP_MS), price };
    }
  }
}
