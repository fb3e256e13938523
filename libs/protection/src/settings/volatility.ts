import { canonicalRatio, Decimal, type Price, type Ratio, ZERO_RATIO } from '@ballast/domain';

const STEPS_MIN = 2;

/**
 * Realised volatility of a window: the root of the sum of its squared returns, as a share of the price; 0.02 = it has moved about 2 % over
 * the window. Undefined for fewer than two steps: a trigger that knows nothing does not widen.
 */
export function realisedVolatility(prices: readonly Price[]): Ratio | undefined {
  if (prices.length <= STEPS_MIN) return undefined;
  let sum: Decimal = ZERO_RATIO;
  for (let index = 1; index < prices.length; index += 1) {
    const [before, after] = [prices[index - 1], prices[index]];
    if (before && after) sum = sum.plus(after.div(before).minus(1).pow(2));
  }
  return canonicalRatio(sum.sqrt()) as Ratio;
}
