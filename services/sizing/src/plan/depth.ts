import { type Bps, Decimal, depthWithin, type Notional, opposing, type Quantity, slippageBps, walk, type Walk } from '@ballast/domain';
import type { ReadyLeg } from './legs.js';

/** What taking a quantity at once would do to the book seen. */
export interface Estimate {
  readonly walk: Walk;
  /** Average against the best opposing price; infinite where the book ends before the quantity does. */
  readonly slippage: Bps;
  /** Offered within the band on the side taken (R52). */
  readonly depth: Notional;
}

/** What the book seen gives for a quantity taken at once, and at what slippage. */
export function taking(leg: ReadyLeg, quantity: Quantity): Pick<Estimate, 'walk' | 'slippage'> {
  const levels = opposing(leg.book, leg.side);
  const taken = walk(levels, quantity, leg.side);
  const best = levels[0]?.price;
  const slippage = best && taken.averagePrice && !taken.exhausted ? slippageBps(leg.side, best, taken.averagePrice) : (new Decimal(Infinity) as Bps);
  return { walk: taken, slippage };
}

export function estimate(leg: ReadyLeg, quantity: Quantity, band: Bps): Estimate {
  return { ...taking(leg, quantity), depth: depthWithin(leg.book, leg.side, band) };
}

/** Largest quantity whose average price stays within `band` of the best opposing price (R53, solved instead of searched). */
export function quantityWithinSlippage(leg: ReadyLeg, band: Bps): Quantity {
  const levels = opposing(leg.book, leg.side);
  const best = levels[0]?.price ?? new Decimal(0);
  const sign = leg.side === 'BUY' ? 1 : -1;
  const worst = best.times(new Decimal(1).plus(band.div(10_000).times(sign)));
  let quantity: Decimal = new Decimal(0);
  /** How much the quantity taken so far is better than `worst`, in quote currency. */
  let room: Decimal = new Decimal(0);
  for (const level of levels) {
    const over = level.price.minus(worst).times(sign);
    if (over.gt(0) && over.times(level.quantity).gt(room)) return quantity.plus(room.div(over)).toDecimalPlaces(12, Decimal.ROUND_DOWN) as Quantity;
    quantity = quantity.plus(level.quantity);
    room = room.minus(over.times(level.quantity));
  }
  return quantity as Quantity;
}

/** Largest leg notional by estimated slippage, at the reference price. */
export const slippageCap = (leg: ReadyLeg, band: Bps): Notional => quantityWithinSlippage(leg, band).times(leg.reference).toDecimalPlaces(6, Decimal.ROUND_DOWN) as Notional;
/** Largest leg notional of which the depth within the band is `multiple` times. */
export const depthCap = (leg: ReadyLeg, band: Bps, multiple: Decimal): Notional => depthWithin(leg.book, leg.side, band).div(multiple).toDecimalPlaces(6, Decimal.ROUND_DOWN) as Notional;
