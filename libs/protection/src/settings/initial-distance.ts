import { Decimal, type Money, notional, price, type Quantity, type Ratio } from '@ballast/domain';
import type { InitialDistances } from '@ballast/events';
import { distanceOf, type PositionSide } from '../liquidation/distance.js';
import { liquidationPriceOf } from '../liquidation/liquidation.js';
import type { LiquidationModel } from '../liquidation/model.js';

const UNIT = price('1');
const SMALL = notional('1');

/**
 * Distance to liquidation of a position just opened at this leverage, which is leverage x safety factor where sizing has one (W-13, C-8):
 * long (1/l - m) / (1 - 1/l), short (1/l - m) / (1 + 1/l), of the liquidation price (C-59). Undefined where no price liquidates it.
 */
export function initialDistanceOf(model: LiquidationModel, side: PositionSide, effectiveLeverage: Ratio, positionNotional: Decimal = SMALL): Ratio | undefined {
  const quantity = positionNotional.div(UNIT) as Quantity;
  const found = liquidationPriceOf({ model, side, quantity }, UNIT, positionNotional.div(effectiveLeverage) as Money);
  return found ? distanceOf(side, UNIT, found) : undefined;
}

/** Of both sides. */
export function initialDistancesOf(model: LiquidationModel, effectiveLeverage: Ratio, positionNotional?: Decimal): InitialDistances {
  const [long, short] = [initialDistanceOf(model, 'LONG', effectiveLeverage, positionNotional), initialDistanceOf(model, 'SHORT', effectiveLeverage, positionNotional)];
  return { ...(long ? { long } : {}), ...(short ? { short } : {}) };
}
