import { type Ms, quantity } from '@ballast/domain';
import { hoursOf, pricePathOf, type PricePathName } from '@ballast/venues';
import type { Candle } from './candle-builder.js';
import { CANDLES_KEPT } from './candle-history.js';

const HOUR_MS: Ms = 3_600_000;
/** How much was traded is not known of a path. */
const UNKNOWN = quantity('0');

/** The hours of a price path that ended before a moment, as candles: for `MarketDataOptions.past`. @throws MarketDataError where there is no such path */
export function pastHours({ name, path }: { readonly name: PricePathName; readonly path: string }): (instrument: string, until: Ms) => readonly Candle[] {
  return (instrument, until) => {
    const coin = instrument.replace(/-PERP$/, '');
    const walked = pricePathOf({ name, path, coins: [coin] });
    return hoursOf(walked, coin, until, CANDLES_KEPT).map((hour) => ({ instrument, intervalMs: HOUR_MS, ...hour, volume: UNKNOWN }));
  };
}
