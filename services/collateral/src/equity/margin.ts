import { canonicalRatio, Decimal, type Money, type Notional, notionalOf, type Price, type Quantity, type Ratio, type SignedQuantity, ZERO_NOTIONAL, ZERO_RATIO } from '@ballast/domain';

/** Leverage of an account that holds positions and has no collateral left: beyond every limit there is. */
export const LEVERAGE_WITHOUT_COLLATERAL = new Decimal(1_000_000_000) as Ratio;

/** Sum of |quantity| x mark price. */
export const grossNotionalOf = (positions: readonly { readonly quantity: SignedQuantity; readonly markPrice: Price }[]): Notional =>
  positions.reduce((total, { quantity, markPrice }) => total.plus(notionalOf(quantity.abs() as Quantity, markPrice)) as Notional, ZERO_NOTIONAL);

/** Gross notional over eligible collateral; 0 without positions. */
export function accountLeverageOf(gross: Notional, eligible: Money): Ratio {
  if (gross.isZero()) return ZERO_RATIO;
  return eligible.gt(0) ? (canonicalRatio(gross.div(eligible)) as Ratio) : LEVERAGE_WITHOUT_COLLATERAL;
}
