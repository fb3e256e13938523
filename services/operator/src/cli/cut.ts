import { PARTITIONS, type Ms, type Partition } from '@ballast/domain';
import { WrongUsage } from './io.js';

/** Last sequence that counts, by partition; a partition without one is empty. */
export type Cut = ReadonlyMap<Partition, number>;

/** Up to where the log counts: a cut, a moment of market time (up to the first later decision), or all of it. */
export type Until = { readonly cut: Cut } | { readonly time: Ms } | undefined;

/** What is after `from`, up to and with `to`. */
export interface Range {
  readonly from: Until;
  readonly to: Until;
}

const CUT = /^[0-7]:\d{1,15}(?:,[0-7]:\d{1,15})*$/;
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Reads `0:120,3:7` or an ISO time. @throws WrongUsage */
export function untilOf(option: string, text: string | undefined): Until {
  if (text === undefined) return undefined;
  if (CUT.test(text)) return { cut: cutIn(option, text) };
  const day = ISO_TIME.exec(text)?.[1];
  const time = day !== undefined && isDay(day) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw new WrongUsage(`${option}: found "${text}", allowed is an ISO time (2026-01-31T12:00:00Z) or a cut (0:120,3:7: last sequence by partition 0 to ${PARTITIONS - 1})`);
  return { time };
}

function cutIn(option: string, text: string): Cut {
  const cut = new Map<Partition, number>();
  for (const [partition, sequence] of text.split(',').map((part) => part.split(':').map(Number) as [Partition, number])) {
    if (cut.has(partition)) throw new WrongUsage(`${option}: found partition ${partition} twice in "${text}", allowed is one last sequence for each partition`);
    cut.set(partition, sequence);
  }
  return cut;
}

/** A day of the calendar: a 30th of February would be read as the 2nd of March. */
function isDay(day: string): boolean {
  const time = Date.parse(day);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

/** `0:120,3:7`; partitions without a message are left out, `empty` where none has one. */
export function cutText(cut: Cut): string {
  const parts = [...cut].filter(([, sequence]) => sequence > 0).sort(([a], [b]) => a - b);
  return parts.length === 0 ? 'empty' : parts.map(([partition, sequence]) => `${partition}:${sequence}`).join(',');
}

export const sameCut = (one: Cut, other: Cut): boolean => cutText(one) === cutText(other);

/** Whether no log can hold anything in it; a time and a cut cannot be compared without one. */
export function isEmpty({ from, to }: Range): boolean {
  if (from === undefined || to === undefined) return false;
  if ('time' in from) return 'time' in to && from.time >= to.time;
  return 'cut' in to && [...to.cut].every(([partition, sequence]) => sequence <= (from.cut.get(partition) ?? 0));
}
