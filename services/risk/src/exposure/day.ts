import type { Ms } from '@ballast/domain';

/** The UTC day that market time `at` belongs to, `2025-09-04`; the day starts `boundaryMs` after 00:00 UTC (C-25). */
export const dayOf = (at: Ms, boundaryMs: Ms): string => new Date(at - boundaryMs).toISOString().slice(0, 10);

const DAY_MS = 86_400_000;

/** The day before `2025-09-04`; '' (before every day) where the text is no day. */
export function dayBefore(day: string): string {
  const start = Date.parse(`${day}T00:00:00.000Z`);
  return Number.isNaN(start) ? '' : dayOf(start, DAY_MS);
}
