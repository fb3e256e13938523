import type { Decimal, Money, Price, Ratio } from '@ballast/domain';
import { directionOf } from './distance.js';
import { equityFor, liquidationPriceOf, type ModelledPosition, spareAbove, type StandingPosition } from './liquidation.js';
import { maintenanceOf, maintenanceTiersOf } from './model.js';

/** One position of an account that has several behind one another (cross margin): as the account was read, and where it is now. */
export interface Leg extends ModelledPosition {
  /** The price that the venue liquidates on, when the account was read. */
  readonly readAt: Price;
  /** The same, now. */
  readonly at: Price;
  /** What liquidated it then, the other legs where they were. */
  readonly liquidationPrice: Price | undefined;
}

const demandOf = ({ model, side, quantity }: ModelledPosition, at: Decimal): Decimal => maintenanceOf(maintenanceTiersOf(model, side, quantity), quantity.times(at));

/** What the leg has won or lost since the reading, less what the venue demands more for it. */
const changeOf = (leg: Leg): Decimal => leg.at.minus(leg.readAt).times(leg.quantity).times(directionOf(leg.side)).minus(demandOf(leg, leg.at).minus(demandOf(leg, leg.readAt)));

/**
 * Price of a position at which its account has this maintenance health: what the venue reckoned with where it told both. Undefined where no
 * price has it.
 */
export function priceAtHealth(position: ModelledPosition, liquidationPrice: Price, health: Money): Price | undefined {
  const { model, side, quantity } = position;
  const direction = directionOf(side);
  const tiers = maintenanceTiersOf(model, side, quantity);
  const known = health.plus(quantity.times(liquidationPrice).times(direction)).minus(demandOf(position, liquidationPrice));
  for (const [index, { fromNotional, rate, deduction }] of tiers.entries()) {
    const found = known.minus(deduction).div(rate.neg().plus(direction).times(quantity));
    const [notional, next] = [found.times(quantity), tiers[index + 1]?.fromNotional];
    if (found.gt(0) && (index === 0 || notional.gte(fromNotional)) && (!next || notional.lt(next))) return found as Price;
  }
  return undefined;
}

/**
 * What liquidates each leg now that the others are where they are (W-7): what they have won or lost since the account was read stands behind
 * it, or is missing. One leg alone keeps what the venue told.
 */
export function liquidationPricesNow(legs: readonly Leg[], health: Money): readonly (Price | undefined)[] {
  const changes = legs.map(changeOf);
  return legs.map((leg, place) => {
    const others = changes.filter((_, index) => index !== place).reduce<Decimal>((sum, change) => sum.plus(change), health.times(0));
    if (others.isZero()) return leg.liquidationPrice;
    const equity = leg.liquidationPrice ? equityFor(leg, leg.readAt, leg.liquidationPrice) : health.plus(demandOf(leg, leg.readAt));
    return liquidationPriceOf(leg, leg.readAt, equity.plus(others) as Money);
  });
}

/** What a leg loses for its account, at most, by one unit of price against it, in the eyes of any leg. */
function weightOf({ model, side, quantity }: ModelledPosition, trigger: Ratio): Decimal {
  if (side === 'LONG') return quantity;
  const [first, ...others] = maintenanceTiersOf(model, side, quantity).map(({ rate }) => rate);
  const most = others.reduce((greatest, rate) => (rate.gt(greatest) ? rate : greatest), first ?? trigger);
  return quantity.times(most.plus(1)).div(trigger.neg().plus(1));
}

/**
 * A price for each leg: as long as every leg stays on its side of its own, none of them is nearer to its liquidation than `trigger` (< 1),
 * wherever in between they go. Only where a leg goes beyond need they be looked at again. Where one is that near already, every price is beyond.
 */
export function legBounds(legs: readonly StandingPosition[], trigger: Ratio, step: Money): readonly Price[] {
  const spares = legs.map((leg) => spareAbove(leg, trigger, step));
  const least = spares.reduce((smallest, spare) => (spare.lt(smallest) ? spare : smallest));
  return legs.map((leg) => {
    const direction = directionOf(leg.side);
    if (least.lte(0)) return (direction > 0 ? leg.price.times(2) : leg.price.div(2)) as Price;
    const far = leg.price.minus(least.div(legs.length).div(weightOf(leg, trigger)).times(direction));
    return far as Price;
  });
}
