import { type Bps, type Notional, type Price, type Quantity, type Ratio, isMultipleOf, notionalOf } from './decimal.js';

/** A venue's contract terms for one perpetual, as read from the venue at run time. `instrument` is our name: `ETH-PERP`. */
export interface Instrument {
  readonly instrument: string;
  readonly venue: string;
  readonly base: string;
  readonly quote: string;
  /** Quantities are whole numbers of lots. */
  readonly lotSize: Quantity;
  /** Prices are whole numbers of ticks. */
  readonly tickSize: Price;
  /** The venue refuses smaller orders (reduce-only orders too, where `minimumBindsReduceOnly`). */
  readonly notionalMin: Notional;
  readonly makerFeeBps: Bps;
  readonly takerFeeBps: Bps;
  /** Share of notional to open (0.02 = 50 x) and to stay. */
  readonly initialMarginRatio: Ratio;
  readonly maintenanceMarginRatio: Ratio;
}

export type OffGrid = 'QUANTITY_OFF_LOT' | 'PRICE_OFF_TICK' | 'NOTIONAL_BELOW_MIN' | 'QUANTITY_ZERO';

/** Why an order may not leave as it is, by the instrument's terms; nothing here ever rounds. */
export function offGrid(instrument: Instrument, quantity: Quantity, limitPrice: Price): OffGrid | undefined {
  if (quantity.isZero()) return 'QUANTITY_ZERO';
  if (!isMultipleOf(quantity, instrument.lotSize)) return 'QUANTITY_OFF_LOT';
  if (!isMultipleOf(limitPrice, instrument.tickSize)) return 'PRICE_OFF_TICK';
  if (notionalOf(quantity, limitPrice).lt(instrument.notionalMin)) return 'NOTIONAL_BELOW_MIN';
  return undefined;
}
