import { Decimal, type Ms, type Price } from '@ballast/domain';
import type { Candle } from '@ballast/strategy';

/** Length of the candles that market-data keeps for weeks, and that longer ones are built from, ms. */
export const BASE_MS: Ms = 3_600_000;

/** A candle of any length. */
export interface Bar {
  readonly openTime: Ms;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
}

const higher = (a: Price, b: Price): Price => (b.gt(a) ? b : a);
const lower = (a: Price, b: Price): Price => (b.lt(a) ? b : a);

function joined([first, ...rest]: readonly [Candle, ...Candle[]], openTime: Ms): Bar {
  return rest.reduce<Bar>((bar, { high, low, close }) => ({ ...bar, high: higher(bar.high, high), low: lower(bar.low, low), close }), { openTime, open: first.open, high: first.high, low: first.low, close: first.close });
}

/**
 * The newest candles of `intervalMs`, oldest first, each of all its hours: the first hour that is missing ends the list, so that nothing
 * is decided across a hole. The newest is the one that ended last before `now`; without it there is none.
 */
export function barsOf(hours: readonly Candle[], intervalMs: Ms, now: Ms, count: number): readonly Bar[] {
  const recent = hours.slice((-(count + 1) * intervalMs) / BASE_MS);
  const byTime = new Map(recent.map((hour) => [hour.openTime, hour]));
  const bars: Bar[] = [];
  for (let openTime = Math.floor(now / intervalMs) * intervalMs - intervalMs; bars.length < count; openTime -= intervalMs) {
    const parts = Array.from({ length: intervalMs / BASE_MS }, (_, index) => byTime.get(openTime + index * BASE_MS)).flatMap((hour) => hour ?? []);
    const [first, ...rest] = parts;
    if (!first || parts.length < intervalMs / BASE_MS) break;
    bars.unshift(joined([first, ...rest], openTime));
  }
  return bars;
}

/** Digits kept of an average: prices have fewer. */
const PLACES = 12;
const mean = (values: readonly Decimal[]): Decimal => values.reduce((sum, value) => sum.plus(value), new Decimal(0)).div(values.length).toDecimalPlaces(PLACES);

/** Simple moving average of the closes of the `periods` bars that end `back` bars before the last. */
export const averageOf = (bars: readonly Bar[], periods: number, back = 0): Decimal => mean(bars.slice(bars.length - back - periods, bars.length - back).map(({ close }) => close));

/** Average true range of the last `periods` bars: how far a bar moves, the gap from the close before it included. */
export function averageTrueRange(bars: readonly Bar[], periods: number): Decimal {
  const ranges = bars.slice(-periods - 1).flatMap((bar, index, all) => {
    const before = all[index - 1];
    return before ? [Decimal.max(bar.high, before.close).minus(Decimal.min(bar.low, before.close))] : [];
  });
  return mean(ranges);
}

export const highestOf = ([first, ...rest]: readonly Bar[]): Price | undefined => first && rest.reduce((most, { high }) => higher(most, high), first.high);
export const lowestOf = ([first, ...rest]: readonly Bar[]): Price | undefined => first && rest.reduce((least, { low }) => lower(least, low), first.low);
