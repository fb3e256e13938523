import { ceilTo, Decimal, floorTo, minOf, type Notional, notionalOf, type Price, type Quantity, type Ratio } from '@ballast/domain';
import { DEVIATION_RATIO_DEFAULT } from './balanced-quantities.js';

/** One leg that nothing is balanced against, and what bounds it. */
export interface SingleInput {
  /** Wanted notional, quote currency; > 0. */
  readonly target: Notional;
  readonly price: Price;
  /** Step of the quantity, base units; > 0. */
  readonly lot: Quantity;
  /** How far the leg may be from the target, 0 … 1 (R34); 0.2 where absent. */
  readonly maxDeviation?: Ratio;
  /** The leg is not larger than this (C-32). */
  readonly maxNotional?: Notional;
  /** The venue's minimum order. */
  readonly minNotional?: Notional;
}

/**
 * Whole lots of a trade of one leg (R36): the most that the target and the maximum allow; where the minimum lies above that, the
 * fewest that reach it, within target x (1 + maxDeviation) and the maximum. Undefined where no number of lots does. Exact.
 */
export function singleQuantity({ target, price, lot, maxDeviation = DEVIATION_RATIO_DEFAULT, maxNotional, minNotional }: SingleInput): Quantity | undefined {
  const high = target.times(maxDeviation.plus(1)) as Notional;
  const low = target.times(new Decimal(1).minus(maxDeviation)) as Notional;
  const most = maxNotional ? minOf(high, maxNotional) : high;
  const least = Decimal.max(low, minNotional ?? 0);
  const lots = (worth: Decimal, round: typeof floorTo): Quantity => round(worth.div(price) as Quantity, lot) as Decimal as Quantity;
  const fits = (quantity: Quantity): boolean => quantity.gt(0) && notionalOf(quantity, price).gte(least) && notionalOf(quantity, price).lte(most);
  return [lots(minOf(target, most), floorTo), lots(least, ceilTo)].find(fits);
}
