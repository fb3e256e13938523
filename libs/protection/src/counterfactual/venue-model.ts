import { type Decimal, Decimal as D, type Ratio, ratio, ZERO_NOTIONAL } from '@ballast/domain';
import type { LiquidationModel } from '../liquidation/model.js';

export const MODELLED_VENUES = ['nado', 'velocity', 'hyperliquid'] as const;
export type ModelledVenue = (typeof MODELLED_VENUES)[number];

const ONE: Decimal = ratio('1');

/** The venue's demand by the contract terms that a plan records; of tiers, the first. */
export function modelFrom(venue: ModelledVenue, { initialMarginRatio, maintenanceMarginRatio }: { readonly initialMarginRatio: Ratio; readonly maintenanceMarginRatio: Ratio }): LiquidationModel {
  switch (venue) {
    case 'nado': return { venue, longWeight: ONE.minus(maintenanceMarginRatio) as Ratio, shortWeight: ONE.plus(maintenanceMarginRatio) as Ratio };
    case 'velocity': return { venue, maintenanceMarginRatio };
    case 'hyperliquid': return { venue, tiers: [{ fromNotional: ZERO_NOTIONAL, maxLeverage: new D(1).div(initialMarginRatio) as Ratio }] };
  }
}
