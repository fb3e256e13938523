import type { Metrics } from '@ballast/observability';
import { VenueError } from '@ballast/venues';

/** Counts a call to the venue that failed; what fails elsewhere, as in the log or for want of call budget, is no call to it. A venue that is not reached has refused nothing. */
export function countFailed(metrics: Metrics | undefined, venue: string, call: string, error: unknown): void {
  if (!(error instanceof VenueError)) return;
  const unanswered = error.outcome === 'unknown' || error.kind === 'unreachable';
  metrics?.count('ballast_venue_calls_total', { venue, call, outcome: unanswered ? 'unknown' : error.kind === 'rate' ? 'limited' : 'refused' });
}
