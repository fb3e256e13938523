import { Decimal, maxOf, type Money, type Notional, type Quantity, type Ratio, ZERO_MONEY, ZERO_NOTIONAL } from '@ballast/domain';
import type { PositionSide } from './distance.js';

/** Nado: maintenance weights of one perpetual, long below 1 and short above (venues.md §1.9). Liquidated on the oracle price. */
export interface NadoModel {
  readonly venue: 'nado';
  readonly longWeight: Ratio;
  readonly shortWeight: Ratio;
}

/** Velocity, and Drift before it: one maintenance ratio, which grows with the root of the quantity (venues.md §2.3). Liquidated on the oracle price. */
export interface VelocityModel {
  readonly venue: 'velocity';
  readonly maintenanceMarginRatio: Ratio;
  /** Absent: the ratio is the same for every quantity. */
  readonly sizeFactor?: Ratio;
}

/** Largest leverage from this notional on. */
export interface LeverageTier {
  readonly fromNotional: Notional;
  readonly maxLeverage: Ratio;
}

/** Hyperliquid: the maintenance rate is half the initial one at the tier's largest leverage, continuous by deductions (venues.md §3.3). Liquidated on the mark price. */
export interface HyperliquidModel {
  readonly venue: 'hyperliquid';
  /** The first from 0, rising. */
  readonly tiers: readonly [LeverageTier, ...LeverageTier[]];
}

/** What a venue demands for a position to stay open. */
export type LiquidationModel = NadoModel | VelocityModel | HyperliquidModel;

/** One straight piece of the demand: notional x rate - deduction, from this notional on. */
export interface MaintenanceTier {
  readonly fromNotional: Notional;
  readonly rate: Ratio;
  readonly deduction: Money;
}

const [ONE, TWO, SIZE_SHARE] = [new Decimal(1), new Decimal(2), new Decimal('0.8')];
const only = (rate: Decimal): readonly MaintenanceTier[] => [{ fromNotional: ZERO_NOTIONAL, rate: rate as Ratio, deduction: ZERO_MONEY }];

function velocityRate({ maintenanceMarginRatio, sizeFactor }: VelocityModel, quantity: Quantity): Decimal {
  if (!sizeFactor) return maintenanceMarginRatio;
  return maxOf<Decimal>(maintenanceMarginRatio, maintenanceMarginRatio.times(SIZE_SHARE).plus(quantity.sqrt().times(sizeFactor)));
}

function hyperliquidTiers({ tiers }: HyperliquidModel): readonly MaintenanceTier[] {
  const rated: MaintenanceTier[] = [];
  for (const { fromNotional, maxLeverage } of tiers) {
    const rate = ONE.div(maxLeverage.times(TWO)) as Ratio;
    const below = rated.at(-1);
    const deduction = (below ? below.deduction.plus(fromNotional.times(rate.minus(below.rate))) : ZERO_MONEY) as Money;
    rated.push({ fromNotional, rate, deduction });
  }
  return rated;
}

/** The demand as straight pieces, lowest notional first: exact for all three venues, so nothing here iterates. */
export function maintenanceTiersOf(model: LiquidationModel, side: PositionSide, quantity: Quantity): readonly MaintenanceTier[] {
  switch (model.venue) {
    case 'nado': return only(side === 'LONG' ? ONE.minus(model.longWeight) : model.shortWeight.minus(ONE));
    case 'velocity': return only(velocityRate(model, quantity));
    case 'hyperliquid': return hyperliquidTiers(model);
  }
}

/** What must stand behind this notional. */
export function maintenanceOf(tiers: readonly MaintenanceTier[], notional: Decimal): Decimal {
  const tier = tiers.findLast(({ fromNotional }) => notional.gte(fromNotional)) ?? tiers[0];
  return tier ? notional.times(tier.rate).minus(tier.deduction) : ZERO_MONEY;
}
