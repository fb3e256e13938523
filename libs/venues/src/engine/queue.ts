import type { QueueModel, X18 } from './engine.api.js';
import { max, min } from './fixed.js';

/** Where one resting order stands at its price (venues.md §4.3). */
export interface QueuePosition {
  /** Quantity of others ahead of it; >= 0. */
  readonly front: X18;
  /** Quantity the level showed when last seen. */
  readonly displayed: X18;
  /** Traded at the price since the level was last seen: explains that much of the next shrinking. */
  readonly traded: X18;
}

const UNSEEN: X18 = -1n;
const ENDLESS: X18 = 10n ** 40n;

/** Joins behind everything displayed; beyond the last known level (`undefined`) nothing is known but that it is not our turn. */
export const joinQueue = (displayed: X18 | undefined): QueuePosition =>
  displayed === undefined ? { front: ENDLESS, displayed: UNSEEN, traded: 0n } : { front: displayed, displayed, traded: 0n };

/** A trade of `size` at the order's own price: what reaches the order, and where it stands afterwards. */
export function queueAfterTrade(queue: QueuePosition, size: X18): { readonly reaches: X18; readonly queue: QueuePosition } {
  const left = queue.front - size;
  return { reaches: left < 0n ? -left : 0n, queue: { front: max(left, 0n), displayed: queue.displayed, traded: queue.traded + size } };
}

/**
 * The level shows `displayed` now. What shrank without trades were cancellations: `powerProb3` spreads them over front
 * and back with probability back³ / (back³ + front³) for the back, `pessimistic` takes them all from behind.
 */
export function queueAfterLevel(queue: QueuePosition, displayed: X18, model: QueueModel): QueuePosition {
  if (queue.displayed === UNSEEN) return joinQueue(displayed);
  const cancelled = queue.displayed - displayed - queue.traded;
  const settled = (front: X18): QueuePosition => ({ front: max(min(front, displayed), 0n), displayed, traded: 0n });
  if (cancelled <= 0n || model === 'pessimistic') return settled(queue.front);
  const back = max(queue.displayed - queue.front, 0n);
  const backWeight = back ** 3n;
  const total = backWeight + queue.front ** 3n;
  if (total === 0n) return settled(0n);
  const fromBack = (cancelled * backWeight) / total;
  return settled(queue.front - (cancelled - fromBack) + min(back - fromBack, 0n));
}
