import { setTimeout as delay } from 'node:timers/promises';
import { type SimClockClient, VenueError } from '@ballast/venues';

const LOOK_MS = 100;
/** All that may be missing of a service whose recovery waits for the venue. */
const RECOVERED = 'recovered';

/**
 * Releases a market that had moved before, as soon as each service has at most its recovery before it. Ends without it when
 * `started` is aborted: everything is ready, or given up.
 */
export async function releaseForRecovery(venue: SimClockClient, healthPorts: readonly number[], started: AbortSignal): Promise<void> {
  while (!started.aborted) {
    const clock = await unlessAway(() => venue.clock());
    if (clock !== undefined && clock.marketMs === clock.startMs) return;
    if (clock && (await Promise.all(healthPorts.map(isUp))).every((up) => up)) return venue.release();
    await delay(LOOK_MS);
  }
}

async function isUp(port: number): Promise<boolean> {
  const answer = await unlessAway(() => fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) }));
  if (!answer) return false;
  const { missing = [] } = (await answer.json()) as { readonly missing?: readonly string[] };
  return missing.every((condition) => condition === RECOVERED);
}

/** Undefined while it does not answer: it is starting. */
async function unlessAway<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof VenueError || error instanceof TypeError || error instanceof DOMException) return undefined;
    throw error;
  }
}
