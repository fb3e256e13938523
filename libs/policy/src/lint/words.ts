import type { Decimal } from '@ballast/domain';
import type { Finding } from '../file/finding.js';

export const percentText = (value: Decimal): string => `${value.times(100).toDecimalPlaces(4).toString()} %`;
export const timesText = (value: Decimal): string => `${value.toString()}x`;

/** `$1,139.06`. */
export function dollarText(value: Decimal): string {
  const [whole = '', cents] = value.toDecimalPlaces(2).toString().split('.');
  return `$${whole.replace(/\B(?=(?:\d{3})+$)/g, ',')}${cents === undefined ? '' : `.${cents.padEnd(2, '0')}`}`;
}

export const fault = (field: string, id: string, text: string): Finding => ({ severity: 'FAULT', field, id, text });
export const warning = (field: string, id: string, text: string): Finding => ({ severity: 'WARNING', field, id, text });

type Said = (value: Decimal, limit: Decimal) => Finding;
type Compared = readonly [value: Decimal | undefined, limit: Decimal | undefined, said: Said];

const when = (compare: (value: Decimal, limit: Decimal) => boolean) => (...[value, limit, said]: Compared): readonly Finding[] => (value && limit && compare(value, limit) ? [said(value, limit)] : []);

/** The finding where both are there and value > limit. */
export const above = when((value, limit) => value.gt(limit));
/** The finding where both are there and value >= limit. */
export const reaching = when((value, limit) => value.gte(limit));
/** The finding where both are there and value < limit. */
export const below = when((value, limit) => value.lt(limit));
