/** The middle value, the mean of the two middle ones for an even count. @throws RangeError for no values. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Value below which `share` (0 … 1) of the values lie, interpolated between neighbours. @throws RangeError for no values, or a share outside 0 … 1. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('quantile: found no values, allowed is at least one');
  if (!(share >= 0 && share <= 1)) throw new RangeError(`quantile: found share ${share}, allowed is 0 to 1`);
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Of milliseconds, for a table: `p50 1.23 ms, p99 4.56 ms`. @throws RangeError for no values. */
export const percentiles = (values: readonly number[]): string => `p50 ${quantile(values, 0.5).toFixed(2)} ms, p99 ${quantile(values, 0.99).toFixed(2)} ms`;

export interface Interval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 2_000;

/** Whole numbers below `bound`, the same for the same seed (mulberry32): the interval of a table can be computed again. */
function dice(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound);
  };
}

/** Median of the values and its 95 % percentile bootstrap interval (2,000 resamples, seeded). @throws RangeError for no values. */
export function medianInterval(values: readonly number[], seed = 1): Interval {
  const roll = dice(seed);
  const medians = Array.from({ length: RESAMPLES }, () => median(values.map(() => values[roll(values.length)] ?? NaN)));
  return { median: median(values), low: quantile(medians, 0.025), high: quantile(medians, 0.975) };
}

/** a / b, pair by pair. @throws RangeError where the counts differ. */
export function pairRatios(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length !== b.length) throw new RangeError(`pairRatios: found ${a.length} and ${b.length} values, allowed are as many of one as of the other`);
  return a.map((value, index) => value / (b[index] ?? NaN));
}
