import { Decimal, minOf, type Money, type Notional, type Ratio } from '@ballast/domain';

export interface Growth {
  readonly eligibleCollateral: Money;
  /** The base of growth: > 0. */
  readonly initialCollateral: Money;
}

/** initial x min(multiplier, current / initial collateral) (R22, C-24); the multiplier is the rung's, 1 where no rung names one. */
export function progressiveNotional(initial: Notional, { eligibleCollateral, initialCollateral }: Growth, multiplier: Ratio): Notional {
  const growth: Decimal = eligibleCollateral.div(initialCollateral);
  return initial.times(minOf<Decimal>(multiplier, growth)).toDecimalPlaces(6, Decimal.ROUND_DOWN) as Notional;
}
