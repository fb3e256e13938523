import { canonicalRatio, Decimal, type Price, type Ratio, type SignedQuantity } from '@ballast/domain';

/** The direction of an open position. */
export type PositionSide = 'LONG' | 'SHORT';
export const POSITION_SIDES = ['LONG', 'SHORT'] as const;

/** +1 for LONG, -1 for SHORT. */
export const directionOf = (side: PositionSide): 1 | -1 => (side === 'LONG' ? 1 : -1);
/** Undefined for a flat position. */
export const positionSideOf = (quantity: SignedQuantity): PositionSide | undefined => (quantity.isZero() ? undefined : quantity.gt(0) ? 'LONG' : 'SHORT');

const ONE = new Decimal(1);

/** Signed distance to liquidation by side (C-59), unrounded. */
export const distanceOf = (side: PositionSide, at: Price, liquidationPrice: Price): Ratio =>
  (side === 'LONG' ? at.minus(liquidationPrice) : liquidationPrice.minus(at)).div(liquidationPrice) as Ratio;

/**
 * Signed distance to liquidation as a fraction of the liquidation price (C-59), on the price that the venue liquidates on
 * (W-7: the oracle on Nado): long (oracle - liquidation) / liquidation, short (liquidation - oracle) / liquidation.
 * <= 0 is breached, and grows no safer the further the price has gone through. To 12 digits, as it is recorded.
 */
export const distanceToLiquidation = (quantity: SignedQuantity, oraclePrice: Price, liquidationPrice: Price): Ratio =>
  canonicalRatio(distanceOf(quantity.gt(0) ? 'LONG' : 'SHORT', oraclePrice, liquidationPrice));

/** Price at which a position with this liquidation price is `distance` away from it: long L x (1 + d), short L x (1 - d). */
export const priceAtDistance = (side: PositionSide, liquidationPrice: Price, distance: Ratio): Price =>
  liquidationPrice.times(side === 'LONG' ? ONE.plus(distance) : ONE.minus(distance)) as Price;

/** Liquidation price that is `distance` away from this price: long P / (1 + d), short P / (1 - d); a short's distance is below 1. */
export const liquidationPriceAt = (side: PositionSide, at: Price, distance: Ratio): Price =>
  at.div(side === 'LONG' ? ONE.plus(distance) : ONE.minus(distance)) as Price;
