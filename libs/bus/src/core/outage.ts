import { AppendOutcomeUnknown, StoreUnreachable } from '../ports/event-store.js';
import { RequestTimeout } from '../ports/requests.js';

/** Longest chain of causes looked through. */
const DEPTH_MAX = 8;

/** Whether this failed because the log, or a service that was asked, is away: it says nothing about what was handled. */
export function isOutage(error: unknown): boolean {
  let found = error;
  for (let depth = 0; depth < DEPTH_MAX && found instanceof Error; depth += 1) {
    if (found instanceof AppendOutcomeUnknown || found instanceof StoreUnreachable || found instanceof RequestTimeout) return true;
    found = found.cause;
  }
  return false;
}
