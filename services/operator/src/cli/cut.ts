import { PARTITIONS, type Ms, type Partition } from '@ballast/domain';
import { WrongUsage } from './io.js';

/** Last sequence that counts, by partition; a partition without one is empty. */
export type Cut = ReadonlyMap<Partition, number>;

/** Up to where the log counts: a cut, a moment of market time (up to the first later decision), or all of it. */
export type Until = { readonly cut: Cut } | { readonly time: Ms } | undefined;

const CUT = /^[0-7]:\d{1,15}(?:,[0-7]:\d{1,15})*$/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Reads `0:120,3:7` or an ISO time. @throws WrongUsage */
export function untilOf(option: string, text: string | undefined): Until {
  if (text === undefined) return undefined;
  if (CUT.test(text)) return { cut: new Map(text.split(',').map((part) => part.split(':').map(Number) as [Partition, number])) };
  const time = ISO_TIME.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw new WrongUsage(`${option}: found "${text}", allowed is an ISO time (2026-01-31T12:00:00Z) or a cut (0:120,3:7: last sequence by partition 0 to ${PARTITIONS - 1})`);
  return { time };
}

/** `0:120,3:7`; partitions without a message are left out, `empty` where none has one. */
export function cutText(cut: Cut): string {
  const parts = [...cut].filter(([, sequence]) => sequence > 0).sort(([a], [b]) => a - b);
  return parts.length === 0 ? 'empty' : parts.map(([partition, sequence]) => `${partition}:${sequence}`).join(',');
}

export const sameCut = (one: Cut, other: Cut): boolean => cutText(one) === cutText(other);
