import { canonicalRatio, Decimal, type Ms, type Price, type Ratio } from '@ballast/domain';

const WINDOW_MS: Ms = 3_600_000;
/** Several decisions of one moment see the same price. */
const APART_MS: Ms = 5_000;
const MS_PER_DAY = 86_400_000;
const RETURNS_MIN = 2;

interface Step {
  readonly from: Ms;
  readonly to: Ms;
  readonly square: Decimal;
}

/** Prices of one instrument as one account's decisions saw them, in the last hour. Grows with the hour, never with the log. */
export interface SeenPrices {
  readonly at: Ms;
  readonly last: Price;
  readonly steps: readonly Step[];
}

/** With one more price; one within 5 s of the last, or before it, is left out. */
export function withPrice(seen: SeenPrices | undefined, at: Ms, price: Price): SeenPrices {
  if (!seen) return { at, last: price, steps: [] };
  if (at - seen.at < APART_MS) return seen;
  const step = { from: seen.at, to: at, square: price.div(seen.last).ln().pow(2) };
  return { at, last: price, steps: [...seen.steps.filter(({ from }) => from >= at - WINDOW_MS), step] };
}

/** Standard deviation of a day's returns: root of (sum of squared log returns / time between them), scaled to a day; 12 digits. Undefined below two returns. */
export function dailyVolatility(seen: SeenPrices | undefined): Ratio | undefined {
  if (!seen || seen.steps.length < RETURNS_MIN) return undefined;
  const squares = seen.steps.reduce((sum, { square }) => sum.plus(square), new Decimal(0));
  const span = seen.steps.reduce((sum, { from, to }) => sum + (to - from), 0);
  return canonicalRatio(squares.times(MS_PER_DAY).div(span).sqrt()) as Ratio;
}
