import type { DecisionContext } from '@ballast/domain';
import type { ProtectionStale } from '@ballast/events';
import type { Protection, Unseen } from './protection.types.js';

/** A position that nobody has seen may be in danger: its account is due as often as one that is. */
const REFRESH_MS = 10_000;
/** Missed intervals from which on it is said (C-70). */
const MISSED_MAX = 2;

/** Said once, without a distance, until its account and its price are there. */
export function unseen(state: Protection, { what, since, stateTime, priceTime }: Unseen, { at }: DecisionContext): readonly ProtectionStale[] {
  const { configured, deleted, stale } = state;
  const missedIntervals = Math.floor((at - since) / REFRESH_MS);
  if (!configured?.settings.enabled || deleted || stale || missedIntervals < MISSED_MAX) return [];
  return [{ type: 'ProtectionStale', botId: configured.botId, what, missedIntervals, lastStateTime: stateTime, lastPriceTime: priceTime, at }];
}
