import { type Ms, price, type Price } from '@ballast/domain';
import { CandlePath } from './candle-path.js';
import type { PricePath } from './modelled-market.js';
import { ScriptedFall } from './scripted-fall.js';

/** Which prices are walked: recorded candles of a length, or the scripted fall. */
export const PRICE_PATHS = ['1m', '5m', '1h', '4h', 'scripted'] as const;
export type PricePathName = (typeof PRICE_PATHS)[number];

export interface PricePathChoice {
  readonly name: PricePathName;
  /** Folder with the candles; not read for the scripted fall. */
  readonly path: string;
  readonly coins: readonly string[];
  /** Part of it, ms of market time; default: all. */
  readonly from?: Ms;
  readonly to?: Ms;
}

/** A path with prices from before the part that is walked. */
export interface WalkedPath extends PricePath {
  readonly knownFrom: Ms;
}

/** @throws MarketDataError where there are no such candles */
export const pricePathOf = ({ name, coins, from, to, path }: PricePathChoice): WalkedPath =>
  name === 'scripted' ? new ScriptedFall(coins, from, to) : new CandlePath({ path, length: name, coins, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });

/** An hour of a path. */
export interface PathHour {
  readonly openTime: Ms;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
}

const HOUR_MS: Ms = 3_600_000;
/** Every corner of candles of a minute and longer lies on this grid. */
const LOOK_MS: Ms = 20_000;
const DECIMALS = 8;

/** The last `count` whole hours of a path that ended by `until`, oldest first; fewer where its prices begin later. */
export function hoursOf(path: Pick<WalkedPath, 'midAt' | 'knownFrom'>, coin: string, until: Ms, count: number): readonly PathHour[] {
  const end = Math.floor(until / HOUR_MS) * HOUR_MS;
  const first = Math.max(Math.ceil(path.knownFrom / HOUR_MS) * HOUR_MS, end - count * HOUR_MS);
  return Array.from({ length: Math.max(0, (end - first) / HOUR_MS) }, (_, nth) => hourAt(path, coin, first + nth * HOUR_MS));
}

function hourAt(path: Pick<PricePath, 'midAt'>, coin: string, openTime: Ms): PathHour {
  const looks = Array.from({ length: HOUR_MS / LOOK_MS }, (_, nth) => path.midAt(coin, openTime + nth * LOOK_MS));
  const [open = 0, close] = [looks[0], path.midAt(coin, openTime + HOUR_MS - 1)];
  const text = (value: number): Price => price(value.toFixed(DECIMALS));
  return { openTime, open: text(open), high: text(Math.max(...looks, close)), low: text(Math.min(...looks, close)), close: text(close) };
}
