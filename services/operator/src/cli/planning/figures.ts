import type { Decimal } from '@ballast/domain';

const THOUSANDS = /\B(?=(\d{3})+(?!\d))/g;

/** `$1,000,000`, `-$4.14`; half-even at the cent, shown only. */
export function dollars(value: Decimal, places = 2): string {
  const [whole = '0', fraction] = value.abs().toDecimalPlaces(places).toString().split('.');
  const shown = fraction === undefined ? whole.replace(THOUSANDS, ',') : `${whole.replace(THOUSANDS, ',')}.${places === 2 ? fraction.padEnd(2, '0') : fraction}`;
  return `${value.isNegative() && !value.isZero() ? '-' : ''}$${shown}`;
}

export const percent = (share: Decimal, places = 2): string => `${share.times(100).toDecimalPlaces(places).toString()} %`;
export const times = (value: Decimal, places = 2): string => `${value.toDecimalPlaces(places).toString()}x`;
export const plain = (value: Decimal, places = 4): string => value.toDecimalPlaces(places).toString();
export const count = (value: number): string => String(value).replace(THOUSANDS, ',');

/** Decimals of a result as text with at most 12 digits, for JSON. */
export function documentOf(value: unknown): unknown {
  if (isDecimal(value)) return value.toDecimalPlaces(12).toString();
  if (Array.isArray(value)) return value.map(documentOf);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, documentOf(part)]));
  return value;
}

const isDecimal = (value: unknown): value is Decimal => typeof value === 'object' && value !== null && 'toDecimalPlaces' in value;
