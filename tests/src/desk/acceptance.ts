import type { Ms } from '@ballast/domain';
import type { SimCall } from '@ballast/venues';

export interface LimitWindow {
  readonly spanMs: Ms;
  readonly weightMax: number;
}

/** Nado's limits by wallet and by address (venues.md §1.8). */
export const EXECUTES: readonly LimitWindow[] = [{ spanMs: 60_000, weightMax: 600 }, { spanMs: 10_000, weightMax: 100 }];
export const QUERIES: readonly LimitWindow[] = [{ spanMs: 60_000, weightMax: 2_400 }, { spanMs: 10_000, weightMax: 400 }];
const LOOK_MS = 10;

export interface Asked {
  /** When the call was wanted, market time. */
  readonly wantedAt: Ms;
  /** When the venue took it. */
  readonly takenAt: Ms;
  readonly weight: number;
  /** Calls that are less urgent: what they took since it was wanted, it could have had. Default none. */
  readonly yields?: (call: SimCall) => boolean;
}

/**
 * How long a call waited that the venue would have taken: from the first moment since it was wanted from which on the venue had room for it
 * without a break, by the venue's own record of the calls it took. `percentAt`: the part of its limits that the venue gave at a moment.
 */
export function waitedMs({ wantedAt, takenAt, weight, yields = () => false }: Asked, calls: readonly SimCall[], windows: readonly LimitWindow[], percentAt: (at: Ms) => number): Ms {
  const taken = calls.filter((call) => call.taken && call.at < takenAt && !(call.at >= wantedAt && yields(call)));
  const hasRoom = (at: Ms): boolean => windows.every(({ spanMs, weightMax }) => taken.reduce((sum, call) => (call.at <= at && call.at > at - spanMs ? sum + call.weight : sum), weight) <= (weightMax * percentAt(at)) / 100);
  let since = takenAt;
  while (since - LOOK_MS >= wantedAt && hasRoom(since - LOOK_MS)) since -= LOOK_MS;
  return takenAt - since;
}

/** The p-th quantile of some waits, 0 where there are none. */
export function quantile(waits: readonly Ms[], p: number): Ms {
  const sorted = [...waits].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)] ?? 0;
}
