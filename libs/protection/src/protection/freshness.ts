import type { Ms, Ratio } from '@ballast/domain';
import type { ProtectionSettings } from '@ballast/events';
import { refreshIntervalOf } from '../settings/settings.js';
import type { Check } from './protection.types.js';

/** How often prices come where nothing else is said. */
const PRICE_REFRESH_MS = 5_000;
/** Missed intervals from which on nothing is done (C-70). */
const MISSED_MAX = 2;
/** No account state is acted on by its own interval beyond this. */
const OWN_INTERVAL_MAX_MS = 60_000;

/** What is too old to act on, and how many refreshes it missed. */
export interface Stale {
  readonly what: 'STATE' | 'PRICE';
  readonly missed: number;
}

/**
 * Undefined where price and account state are young enough: a price that missed less than two of its intervals, and a state that missed less
 * than two of its intervals at its distance now, under these settings, or that is within the interval it was read under.
 */
export function stalenessOf({ priceTime, priceRefreshMs = PRICE_REFRESH_MS, state }: Check, distance: Ratio | undefined, settings: ProtectionSettings, at: Ms): Stale | undefined {
  const missedPrices = Math.floor((at - priceTime) / priceRefreshMs);
  if (missedPrices >= MISSED_MAX) return { what: 'PRICE', missed: missedPrices };
  const age = at - state.time;
  const missed = Math.floor(age / refreshIntervalOf(distance, settings));
  const ownInterval = Math.min(state.refreshMs ?? 0, OWN_INTERVAL_MAX_MS);
  return missed >= MISSED_MAX && age > ownInterval ? { what: 'STATE', missed } : undefined;
}
