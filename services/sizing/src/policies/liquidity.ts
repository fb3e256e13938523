import { type Bps, Decimal, depthWithin, type Notional, opposing, type Quantity, type Ratio } from '@ballast/domain';
import { taking } from '../plan/depth.js';
import type { ReadyLeg } from '../plan/legs.js';

/** Precision and end of the search, quote currency (R53). */
export const STEP = 10;
export const MOST = 100_000_000;

/** Largest multiple of $10 up to $100 M that `canExecute`; whatever is smaller than one that can, can too (R53). */
export function largestExecutable(canExecute: (size: Notional) => boolean): Notional {
  let [can, cannot] = [0, MOST / STEP + 1];
  while (cannot - can > 1) {
    const middle = Math.floor((can + cannot) / 2);
    if (canExecute(new Decimal(middle * STEP) as Notional)) can = middle;
    else cannot = middle;
  }
  return new Decimal(can * STEP) as Notional;
}

const quantityOf = (size: Notional, leg: ReadyLeg): Quantity => size.div(leg.reference) as Quantity;

/** Whether the book, on the side that this leg takes, holds `multiple` times the size within the band, and fills it there (R52, C-55: 3 times within 50 bps). */
function bearing(leg: ReadyLeg, band: Bps, multiple: Ratio): (size: Notional) => boolean {
  const depth = depthWithin(leg.book, leg.side, band);
  return (size) => size.times(multiple).lte(depth) && taking(leg, quantityOf(size, leg)).slippage.lte(band);
}

function below(leg: ReadyLeg, block: Bps): (size: Notional) => boolean {
  const offered = opposing(leg.book, leg.side).reduce<Decimal>((sum, level) => sum.plus(level.quantity), new Decimal(0));
  return (size) => quantityOf(size, leg).lte(offered) && taking(leg, quantityOf(size, leg)).slippage.lt(block);
}

function largestOf(legs: readonly ReadyLeg[], rule: (leg: ReadyLeg) => (size: Notional) => boolean): Notional {
  const rules = legs.map(rule);
  return largestExecutable((size) => rules.every((can) => can(size)));
}

/** Largest size of each leg that both books bear (R52, R53, C-55). */
export const liquidityMax = (legs: readonly ReadyLeg[], band: Bps, multiple: Ratio): Notional => largestOf(legs, (leg) => bearing(leg, band, multiple));

/** Largest size of each leg whose estimated slippage stays below the one that blocks (R51). */
export const unblockedMax = (legs: readonly ReadyLeg[], block: Bps): Notional => largestOf(legs, (leg) => below(leg, block));
