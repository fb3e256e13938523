import { ceilTo, Decimal, maxOf, minOf, type Money, type Price, type Quantity, type Ratio, ratio, ZERO_MONEY } from '@ballast/domain';
import { directionOf, type PositionSide } from './distance.js';
import type { ModelledPosition } from './liquidation.js';
import { maintenanceOf, maintenanceTiersOf } from './model.js';

/** What a forced sale is reckoned with, beside the venue's demand. */
export interface SaleTerms {
  /** Share of notional that must stand behind a fresh position. */
  readonly initialMarginRatio: Ratio;
  readonly lotSize: Quantity;
  /** Of a taking order, as a share of its notional. */
  readonly takerFee: Ratio;
  /** What a market order is worse than the price by, as a share of it. */
  readonly slippage: Ratio;
}

/** What the venue takes of a position that it liquidates. */
export interface ForcedSale {
  /** > 0, at most the whole position. */
  readonly quantity: Quantity;
  /** What the account gets, or pays, for each. */
  readonly price: Price;
  readonly fee: Money;
  /** What is left behind the position goes with it. */
  readonly forfeits: boolean;
}

const ONE = new Decimal(1);
const [DISCOUNT_SHARE, DISCOUNT_MIN] = [new Decimal(5), ratio('0.005')];
/** Velocity sells until this much more than maintenance stands behind the rest. */
const VELOCITY_BUFFER = ratio('0.02');
const BACKSTOP_SHARE = new Decimal(2).div(3);

/** Price that a taker gets who sells a long, or buys back a short. */
export const takenPrice = (side: PositionSide, at: Price, worse: Decimal): Price => at.times(ONE.minus(worse.times(directionOf(side)))) as Price;

/** Smallest whole number of lots whose sale at `gets` leaves `share` of the rest's notional behind the rest. */
function untilHealthy({ side, quantity }: ModelledPosition, at: Price, equity: Money, { gets, share, lotSize }: { readonly gets: Price; readonly share: Decimal; readonly lotSize: Quantity }): Quantity {
  const missing = quantity.times(at).times(share).minus(equity);
  const gainEach = at.times(share).minus(at.minus(gets).times(directionOf(side)));
  return gainEach.lte(0) ? quantity : minOf(quantity, ceilTo(maxOf<Decimal>(missing.div(gainEach), lotSize) as Quantity, lotSize));
}

/**
 * What the venue takes at this price of a position that has `equity` behind it, no more than maintenance demands. Nado: at the oracle less
 * (long) or plus (short) max(maintenance / 5, 0.5 %), until the initial demand is met (venues.md §1.9). Velocity: at the oracle, until
 * maintenance + 2 % (§2.3); its liquidation fees, which its markets set, are left out. Hyperliquid: the whole by a market order, and with less than two thirds
 * of maintenance behind it, all that is there goes to the backstop (§3.3); beyond $100,000 it begins with a fifth, which is left out.
 */
export function forcedSaleOf(position: ModelledPosition, at: Price, equity: Money, { initialMarginRatio, lotSize, takerFee, slippage }: SaleTerms): ForcedSale {
  const { model, side, quantity } = position;
  const tiers = maintenanceTiersOf(model, side, quantity);
  const rate = tiers[0]?.rate ?? ratio('0');
  switch (model.venue) {
    case 'nado': {
      const gets = takenPrice(side, at, maxOf<Decimal>(rate.div(DISCOUNT_SHARE), DISCOUNT_MIN));
      return { quantity: untilHealthy(position, at, equity, { gets, share: initialMarginRatio, lotSize }), price: gets, fee: ZERO_MONEY, forfeits: false };
    }
    case 'velocity': return { quantity: untilHealthy(position, at, equity, { gets: at, share: rate.plus(VELOCITY_BUFFER), lotSize }), price: at, fee: ZERO_MONEY, forfeits: false };
    case 'hyperliquid': {
      const price = takenPrice(side, at, slippage);
      const forfeits = equity.lt(maintenanceOf(tiers, quantity.times(at)).times(BACKSTOP_SHARE));
      return { quantity, price, fee: forfeits ? ZERO_MONEY : (quantity.times(price).times(takerFee) as Money), forfeits };
    }
  }
}
