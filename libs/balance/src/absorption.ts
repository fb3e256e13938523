import { Decimal, floorTo, type Quantity, type Side, signOf, type SignedQuantity } from '@ballast/domain';

/**
 * The part of a residual that a leg can take over: whole lots, towards 0, signed as a position. What is smaller than a lot can't be
 * traded by anyone, and stays what it is.
 */
export const absorbable = (residual: SignedQuantity, lotSize: Quantity): SignedQuantity =>
  floorTo(residual.abs(), lotSize).times(residual.isNegative() ? -1 : 1) as SignedQuantity;

/** A signed position as seen from a leg: above 0 where it is on the leg's side, below 0 where it is against it. */
export const alongLeg = (side: Side, position: Decimal): Decimal => position.times(signOf(side));

/** What the leg holds once `ordered` is filled on top of what it took over, in the leg's direction (W-16). */
export const positionAfter = (side: Side, ordered: Quantity, absorbed: Decimal | undefined): Quantity => ordered.plus(alongLeg(side, absorbed ?? new Decimal(0))) as Quantity;

/** What a leg orders so that it ends at `target` with what it takes over: less of what is on its side, more of what is against it. */
export const orderTowards = (side: Side, target: Quantity, absorbed: Decimal): Quantity => target.minus(alongLeg(side, absorbed)) as Quantity;
