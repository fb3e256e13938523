import { Decimal } from '@ballast/domain';

/** Days of a month: the plans' tables count 20, a market that never closes has 30 (C-27, W-15). */
export const DAYS_PER_MONTH: readonly number[] = [20, 30];

/** @throws RangeError naming the field, unless it is above 0. */
export function demandPositive(field: string, value: Decimal): void {
  if (!value.isFinite() || value.lte(0)) throw new RangeError(`${field}: found ${value.toString()}, allowed is more than 0`);
}

/** @throws RangeError naming the field, unless it is from 0 to 1. */
export function demandShare(field: string, value: Decimal): void {
  if (!value.isFinite() || value.lt(0) || value.gt(1)) throw new RangeError(`${field}: found ${value.toString()}, allowed is from 0 to 1`);
}

/** @throws RangeError naming the field, unless it is a whole number of at least `least`. */
export function demandCount(field: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) throw new RangeError(`${field}: found ${value}, allowed is a whole number from ${least}`);
}

/** What a value grows by in one of `periods` equal steps to become `factor` times itself. */
export const ratePerPeriod = (factor: Decimal, periods: number): Decimal => factor.pow(new Decimal(1).div(periods)).minus(1);
