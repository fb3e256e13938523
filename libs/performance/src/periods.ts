import type { Ms } from '@ballast/domain';

export const DAY_MS: Ms = 86_400_000;
export const WEEK_MS: Ms = 7 * DAY_MS;
/** Days that a record or a curve keeps; older ones are in its totals only. */
export const DAYS_KEPT = 400;
/** 1970-01-05 was the first Monday. */
const FIRST_MONDAY: Ms = 4 * DAY_MS;

const startOf = (at: Ms, length: Ms, offset: Ms): Ms => at - ((((at - offset) % length) + length) % length);

/** Start of the day that market time `at` belongs to, ms; days start `boundaryMs` after 00:00 UTC (C-25). */
export const dayStartOf = (at: Ms, boundaryMs: Ms): Ms => startOf(at, DAY_MS, boundaryMs);

/** Start of the week that market time `at` belongs to, ms: Monday, `boundaryMs` after 00:00 UTC. */
export const weekStartOf = (at: Ms, boundaryMs: Ms): Ms => startOf(at, WEEK_MS, FIRST_MONDAY + boundaryMs);

/** Name of the day that begins at `start` (of `dayStartOf`): the UTC date that it begins on, `2025-09-04`. */
export const dayNameOf = (start: Ms, boundaryMs: Ms): string => new Date(start - boundaryMs).toISOString().slice(0, 10);
