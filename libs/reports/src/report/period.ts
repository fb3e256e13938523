import type { Ms } from '@ballast/domain';

/** Market time from (with) `from` up to (without) `to`; open where one is absent. */
export interface Period {
  readonly from?: Ms | undefined;
  readonly to?: Ms | undefined;
}

export const isWithin = ({ from, to }: Period, at: Ms | undefined): boolean => at !== undefined && (from === undefined || at >= from) && (to === undefined || at < to);
export const isoOf = (at: Ms | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());
export const periodText = ({ from, to }: Period): string => `${from === undefined ? 'from the first event' : `from ${new Date(from).toISOString()}`} ${to === undefined ? 'to the last one' : `to ${new Date(to).toISOString()}`}`;
