import { absorbable, alongLeg, type BalanceResult, positionAfter } from '@ballast/balance';
import { type Bps, canonicalRatio, type Decimal, imbalanceOf, maxOf, type Notional, notionalOf, type Quantity, ZERO_NOTIONAL } from '@ballast/domain';
import type { Limit } from '@ballast/policy';
import { minimumAtReference, type ReadyLeg, type ReadyLegs } from './legs.js';

/** Within what the position of each leg is searched: what it already holds is part of it. */
export interface PositionBounds {
  readonly max: Notional;
  /** By leg: the order reaches the venue's minimum, and the position both that and the profile's. */
  readonly minimums: readonly [Notional, ...Notional[]];
}

/** Worth of what the leg takes over, at its reference price: above 0 on its side, below 0 against it. */
const takenOver = (leg: ReadyLeg): Decimal => alongLeg(leg.side, absorbable(leg.residual, leg.terms.lotSize)).times(leg.reference);
const positive = (value: Decimal): Notional => (value.gt(0) ? value : ZERO_NOTIONAL) as Notional;

/** Both the position and the order stay within every cap: a residual against the leg makes its order that much larger. */
export function positionBounds(legs: ReadyLegs, max: Notional, legNotionalMin: Limit<Notional>, band: Bps): PositionBounds {
  const [first, ...rest] = legs;
  const opposed = (leg: ReadyLeg): Notional => positive(takenOver(leg).negated());
  const against = maxOf(opposed(first), ...rest.map(opposed));
  const least = (leg: ReadyLeg): Notional => maxOf(minimumAtReference(leg, band).plus(positive(takenOver(leg))) as Notional, legNotionalMin.value);
  return { max: max.minus(against) as Notional, minimums: [least(first), ...rest.map(least)] };
}

/** The pair as it will stand, with what can't be taken over because it is no whole lot; what the imbalance is judged by (R33). */
export function standing(balance: BalanceResult, legs: readonly [ReadyLeg, ReadyLeg]): BalanceResult {
  const [a, b] = legs;
  if (a.residual.isZero() && b.residual.isZero()) return balance;
  const worth = (leg: ReadyLeg, target: Quantity): Notional => {
    const dust = leg.residual.minus(absorbable(leg.residual, leg.terms.lotSize));
    return notionalOf(positionAfter(leg.side, target, dust), leg.reference);
  };
  const [notionalA, notionalB] = [worth(a, balance.quantityA), worth(b, balance.quantityB)];
  return { ...balance, notionalA, notionalB, imbalanceRatio: canonicalRatio(imbalanceOf(notionalA, notionalB)) };
}
