import { ceilTo, Decimal, floorTo, maxOf, minOf, type Money, price, type Price, type Quantity, type Ratio, ZERO_MONEY, ZERO_QUANTITY } from '@ballast/domain';
import { directionOf, distanceOf, liquidationPriceAt, type PositionSide } from './distance.js';
import { type LiquidationModel, maintenanceOf, maintenanceTiersOf } from './model.js';

/** A position under a venue's rules. */
export interface ModelledPosition {
  readonly model: LiquidationModel;
  readonly side: PositionSide;
  /** > 0. */
  readonly quantity: Quantity;
}

/** The same, as it stands at a price: its liquidation price holds all that the account has behind it. */
export interface StandingPosition extends ModelledPosition {
  /** The price that the venue liquidates on (W-7). */
  readonly price: Price;
  /** Undefined where no price liquidates it: a long with more than its notional behind it. */
  readonly liquidationPrice: Price | undefined;
}

const ZERO = new Decimal(0);
/** A short that owes more than its notional is liquidated at every price: this stands for the lowest. */
const LOWEST_PRICE = price('0.000000000001');

/** What must stand behind the position at the price `at` for it to be liquidated at `liquidationPrice`: maintenance there, and the loss on the way. */
export function equityFor({ model, side, quantity }: ModelledPosition, at: Price, liquidationPrice: Decimal): Money {
  const maintenance = maintenanceOf(maintenanceTiersOf(model, side, quantity), quantity.times(liquidationPrice));
  return maintenance.plus(at.minus(liquidationPrice).times(quantity).times(directionOf(side))) as Money;
}

/**
 * Price at which the venue liquidates a position that has `equity` behind it at this price: isolated, its margin with unrealised results;
 * cross, the account's equity less what its other positions need. Undefined where no price does.
 */
export function liquidationPriceOf({ model, side, quantity }: ModelledPosition, at: Price, equity: Money): Price | undefined {
  const tiers = maintenanceTiersOf(model, side, quantity);
  const direction = directionOf(side);
  for (const [index, { fromNotional, rate, deduction }] of tiers.entries()) {
    const numerator = quantity.times(at).minus(equity.plus(deduction).times(direction));
    const found = numerator.div(quantity.times(new Decimal(1).minus(rate.times(direction))));
    const next = tiers[index + 1]?.fromNotional;
    const notional = found.times(quantity);
    if ((index === 0 || notional.gte(fromNotional)) && (!next || notional.lt(next))) return found.gt(0) ? (found as Price) : side === 'LONG' ? undefined : LOWEST_PRICE;
  }
  return undefined;
}

/** What stands behind a position, from the price that liquidates it. Where none does: the least that it can be. */
const equityOf = (position: StandingPosition): Money => equityFor(position, position.price, position.liquidationPrice ?? ZERO);

/** Signed distance (C-59); undefined where no price liquidates the position. */
export const standingDistance = ({ side, price: at, liquidationPrice }: StandingPosition): Ratio | undefined => (liquidationPrice ? distanceOf(side, at, liquidationPrice) : undefined);

/** The position with this much more behind it, or less where negative. */
export const withCollateral = (position: StandingPosition, change: Money): StandingPosition => ({
  ...position,
  liquidationPrice: liquidationPriceOf(position, position.price, equityOf(position).plus(change) as Money),
});

/** What must come, at this price, for the position to be exactly `target` away (venues.md §4.6); negative: so much more is there. */
const missingFor = (position: StandingPosition, target: Ratio): Money =>
  equityFor(position, position.price, liquidationPriceAt(position.side, position.price, target)).minus(equityOf(position)) as Money;

/** Far below every venue's step, and far above what divisions leave: a whole number of steps is not taken for a little more or less. */
const RESIDUE_PLACES = 24;
const whole = (amount: Money): Money => maxOf(amount.toDecimalPlaces(RESIDUE_PLACES) as Money, ZERO_MONEY);

/** Smallest deposit, in whole steps of the venue, that puts the position at least `target` away; 0 where it is. */
export const topUpTo = (position: StandingPosition, target: Ratio, step: Money): Money => ceilTo(whole(missingFor(position, target)), step);

/** Largest withdrawal, in whole steps of the venue, that leaves the position at least `keep` away (C-67); 0 where nothing may go. */
export const spareAbove = (position: StandingPosition, keep: Ratio, step: Money): Money => floorTo(whole(missingFor(position, keep).neg() as Money), step);

/**
 * Smallest quantity, in whole lots, whose closing at this price leaves the position at least `target` away; all of it where no rest can be.
 * What stands behind it stays: results are realised, none are made, and the order's fee is left out.
 */
export function reductionTo(position: StandingPosition, target: Ratio, lotSize: Quantity): Quantity {
  const { model, side, quantity, price: at } = position;
  const liquidationPrice = liquidationPriceAt(side, at, target);
  const lossEach = at.minus(liquidationPrice).times(directionOf(side));
  const equity = equityOf(position);
  const rests = maintenanceTiersOf(model, side, quantity).map(({ rate, deduction }) => equity.plus(deduction).div(liquidationPrice.times(rate).plus(lossEach)));
  // The demand is the largest of its straight pieces, so the smallest rest meets them all.
  const [first = ZERO, ...others] = rests;
  const rest = floorTo(minOf(maxOf(minOf(first, ...others), ZERO), quantity) as Quantity, lotSize);
  return (rest.lte(0) ? quantity : maxOf(quantity.minus(rest) as Quantity, ZERO_QUANTITY)) as Quantity;
}
