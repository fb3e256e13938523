import { money, ZERO_MONEY } from '@ballast/domain';
import type { VenueTransfers } from '../protection/protection.types.js';
import { pathOf } from './candle-path.js';
import { Held, type Simulated, type SimulationResult } from './held.js';

/**
 * Holds one position through recorded candles with the real decider (C-62). The candles' prices stand for the price that the venue liquidates
 * on; funding is settled against the margin, at the open of the candle it falls in; fees of entry and exit are paid from elsewhere. A transfer
 * that is on its way when the position is liquidated is not lost.
 * @throws RangeError where no candle begins at or after the entry.
 */
export function simulate(simulated: Simulated): SimulationResult {
  const { series: { candles, lengthMs }, entryAt, until, side, way } = simulated;
  const chosen = candles.filter(({ time }) => time >= entryAt && time < until);
  const [first] = chosen;
  if (!first) throw new RangeError(`found no candle from ${new Date(entryAt).toISOString()} on, allowed is an entry within the candles`);
  const held = new Held(simulated, first.open);
  let price = first.open;
  for (const candle of chosen) {
    held.fund(candle);
    if (held.isCalm(candle)) {
      held.rest(candle, lengthMs);
      price = candle.close;
      continue;
    }
    for (const point of pathOf(candle, lengthMs, side, way)) {
      price = point.price;
      if (held.meet(point)) return held.resultAt(price, point.time);
      if (held.isFlat) return held.resultAt(price, undefined);
    }
  }
  return held.resultAt(price, undefined);
}

/** Hyperliquid's isolated margin: a signed amount in millionths, nothing to pay (venues.md §0 decision 2). */
export const HYPERLIQUID_TRANSFERS: VenueTransfers = { minimum: money('0.000001'), fee: ZERO_MONEY, step: money('0.000001'), open: true };
