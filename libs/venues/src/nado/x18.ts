import { Decimal, type Money, type Price, type Quantity, type SignedQuantity } from '@ballast/domain';
import { VenueError } from '../venue-adapter.js';

const SCALE = new Decimal('1e18');
const INTEGER = /^-?[0-9]+$/;

/** Nado's fixed point: the value times 10^18 as an integer string. @throws VenueError where the value is finer than 10^-18. */
export function toX18(value: Decimal, field: string): string {
  const scaled = value.times(SCALE);
  if (!scaled.isInteger()) throw new VenueError('unknown', 'notPlaced', `${field}: found ${value.toFixed()}, allowed is a decimal with at most 18 decimals`);
  return scaled.toFixed(0);
}

/** @throws VenueError unless `text` is an integer string. */
export function fromX18(text: unknown, field: string): Decimal {
  if (typeof text !== 'string' || !INTEGER.test(text)) throw new VenueError('unknown', 'unknown', `${field}: found ${JSON.stringify(text)}, allowed is an integer string (value x 10^18)`);
  return new Decimal(text).div(SCALE);
}

/** @throws VenueError unless `text` is a positive integer string. */
export function priceFromX18(text: unknown, field: string): Price {
  const value = fromX18(text, field);
  if (!value.gt(0)) throw new VenueError('unknown', 'unknown', `${field}: found ${value.toFixed()}, allowed is a price > 0`);
  return value as Price;
}

/** The magnitude; a sign in the venue's number is a side, not a quantity. */
export const quantityFromX18 = (text: unknown, field: string): Quantity => fromX18(text, field).abs() as Quantity;
export const signedFromX18 = (text: unknown, field: string): SignedQuantity => fromX18(text, field) as SignedQuantity;
export const moneyFromX18 = (text: unknown, field: string): Money => fromX18(text, field) as Money;
