import { canonicalRatio, Decimal, type Money, type Notional, notionalOf, type Price, type Quantity, type Ratio, type SignedQuantity, ZERO_NOTIONAL, ZERO_RATIO } from '@ballast/domain';

/** Leverage of an account that holds positions and has no collateral left: beyond every limit there is. */
export const LEVERAGE_WITHOUT_COLLATERAL = new Decimal(1_000_000_000) as Ratio;

/**
 * Signed distance to liquidation as a fraction of the liquidation price (C-59), on the price that the venue liquidates on
 * (W-7: the oracle on Nado): long (oracle - liquidation) / liquidation, short (liquidation - oracle) / liquidation.
 * <= 0 is breached, and grows no safer the further the price has gone through.
 */
export function distanceToLiquidation(quantity: SignedQuantity, oraclePrice: Price, liquidationPrice: Price): Ratio {
  const away = quantity.gt(0) ? oraclePrice.minus(liquidationPrice) : liquidationPrice.minus(oraclePrice);
  return canonicalRatio(away.div(liquidationPrice)) as Ratio;
}

/** Sum of |quantity| x mark price. */
export const grossNotionalOf = (positions: readonly { readonly quantity: SignedQuantity; readonly markPrice: Price }[]): Notional =>
  positions.reduce((total, { quantity, markPrice }) => total.plus(notionalOf(quantity.abs() as Quantity, markPrice)) as Notional, ZERO_NOTIONAL);

/** Gross notional over eligible collateral; 0 without positions. */
export function accountLeverageOf(gross: Notional, eligible: Money): Ratio {
  if (gross.isZero()) return ZERO_RATIO;
  return eligible.gt(0) ? (canonicalRatio(gross.div(eligible)) as Ratio) : LEVERAGE_WITHOUT_COLLATERAL;
}
