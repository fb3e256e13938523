import type { Ms } from '@ballast/domain';

/** How often something happened, by slot of time: the newest sixty, so that a count costs the same however often it was. */
export type Moments = Readonly<Record<string, number>>;

const SLOTS = 60;
const slotOf = (at: Ms, slotMs: Ms): number => Math.floor(at / slotMs);

/** One more at `at`; what is older than sixty slots before it is forgotten. */
export function countedAt(moments: Moments, at: Ms, slotMs: Ms): Moments {
  const slot = slotOf(at, slotMs);
  const recent = Object.entries(moments).filter(([each]) => parseInt(each, 10) > slot - SLOTS);
  return { ...Object.fromEntries(recent), [slot]: (moments[slot] ?? 0) + 1 };
}

/** How often in the sixty slots that end with the one of `at`, which has begun: a minute of seconds, an hour of minutes. */
export function countedSince(moments: Moments, at: Ms, slotMs: Ms): number {
  const slot = slotOf(at, slotMs);
  return Object.entries(moments).reduce((sum, [each, count]) => (parseInt(each, 10) > slot - SLOTS ? sum + count : sum), 0);
}
