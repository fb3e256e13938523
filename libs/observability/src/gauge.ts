import type { Decimal } from '@ballast/domain';

/**
 * A decimal as the binary number that a metric takes: the only place where money loses exactness, and nothing that
 * decides may read it back.
 * @throws RangeError for NaN; infinity stays infinite.
 */
export function toGauge(value: Decimal): number {
  if (value.isNaN()) throw new RangeError('toGauge: found NaN, allowed is a number or infinity');
  return value.toNumber();
}
