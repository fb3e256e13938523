import { canonicalRatio, Decimal } from '@ballast/domain';

/** A decimal as text; null where it is not defined: nothing was measured. */
export type Figure = string | null;

/** Simple mean and the largest value. */
export interface MeanWorst {
  readonly mean: Figure;
  readonly worst: Figure;
}

const ZERO = new Decimal(0);

export const sumOf = (values: readonly Decimal[]): Decimal => values.reduce((sum, value) => sum.plus(value), ZERO);
/** `part` of `whole`; undefined where the whole is 0. */
export const shareOf = (part: Decimal, whole: Decimal): Decimal | undefined => (whole.isZero() ? undefined : part.div(whole));
export const shareOfCounts = (part: number, whole: number): Decimal | undefined => (whole === 0 ? undefined : new Decimal(part).div(whole));

/** Exact amounts print in full; what was divided prints with 12 decimal digits, half-even. */
export const exact = (value: Decimal): string => value.toString();
export const figure = (value: Decimal | undefined): Figure => (value?.isFinite() ? canonicalRatio(value).toString() : null);

/** Of the values that are finite. */
export function meanWorst(values: readonly (Decimal | undefined)[]): MeanWorst {
  const measured = values.filter((value): value is Decimal => value?.isFinite() ?? false);
  return { mean: figure(shareOf(sumOf(measured), new Decimal(measured.length))), worst: figure(measured.length === 0 ? undefined : Decimal.max(...measured)) };
}

/** Mean weighted by `weight`, and the largest value. */
export function weightedMeanWorst(values: readonly { readonly value: Decimal | undefined; readonly weight: Decimal }[]): MeanWorst {
  const measured = values.flatMap(({ value, weight }) => (value?.isFinite() ? [{ value, weight }] : []));
  const mean = shareOf(sumOf(measured.map(({ value, weight }) => value.times(weight))), sumOf(measured.map(({ weight }) => weight)));
  return { mean: figure(mean), worst: figure(measured.length === 0 ? undefined : Decimal.max(...measured.map(({ value }) => value))) };
}

/** How often each text occurs, most often first. */
export function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return mostFirst(counts);
}

/** Counts by name, the largest first. */
export const mostFirst = (counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> => Object.fromEntries([...counts].sort(([a, many], [b, more]) => more - many || a.localeCompare(b)));
