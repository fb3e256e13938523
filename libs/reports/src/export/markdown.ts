import { Decimal } from '@ballast/domain';
import type { Figure, MeanWorst } from '../summary/statistics.js';

export type Cell = string | number;
export const NOT_MEASURED = 'not measured';

export const percent = (value: Figure, places = 4): string => (value === null ? NOT_MEASURED : `${new Decimal(value).times(100).toDecimalPlaces(places).toString()} %`);
export const bps = (value: Figure): string => (value === null ? NOT_MEASURED : `${new Decimal(value).toDecimalPlaces(3).toString()} bps`);
export const dollars = (value: Figure): string => (value === null ? NOT_MEASURED : `$${new Decimal(value).toDecimalPlaces(6).toString()}`);
/** A result with its sign: +$11.79, -$4.14; half-even at six digits, shown only. */
export function signedDollars(value: Figure): string {
  if (value === null) return NOT_MEASURED;
  const amount = new Decimal(value).toDecimalPlaces(6);
  return `${amount.isZero() ? '' : amount.isNegative() ? '-' : '+'}$${amount.abs().toString()}`;
}
export const plain = (value: Figure, places = 2): string => (value === null ? NOT_MEASURED : new Decimal(value).toDecimalPlaces(places).toString());

const cell = (value: Cell): string => String(value).replaceAll('|', '\\|').replaceAll('\n', ' ');
export const table = (head: readonly string[], rows: readonly (readonly Cell[])[]): string => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
/** A table, or a line where there is nothing to show. */
export const tableOr = (nothing: string, head: readonly string[], rows: readonly (readonly Cell[])[]): string => (rows.length === 0 ? nothing : table(head, rows));
export const counts = (title: string, found: Readonly<Record<string, number>>): string => (Object.keys(found).length === 0 ? `No ${title}.` : table([title, 'count'], Object.entries(found)));
export const both = (name: string, { mean, worst }: MeanWorst, as: (value: Figure) => string): readonly Cell[] => [name, as(mean), as(worst)];
export const paragraphs = (...parts: readonly string[]): string => `${parts.filter((part) => part !== '').join('\n\n')}\n`;
