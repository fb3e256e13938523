import { Injectable } from '@nestjs/common';
import { Pacer } from '@ballast/bus';
import { VenueError } from '@ballast/venues';
import { RetryTimer } from './retry-timer.js';

const PAUSE_MS = 50;
const PAUSE_MAX_MS = 2_000;

export const isSilence = (error: unknown): boolean => error instanceof VenueError && (error.outcome === 'unknown' || error.kind === 'rate' || error.kind === 'maintenance');

/** Calls to the venue, outside every handler: one after another per lane, and known to the pace while they are under way. */
@Injectable()
export class VenueCalls {
  private readonly lanes = new Map<string, Promise<void>>();

  constructor(private readonly pacer: Pacer, private readonly timer: RetryTimer) {}

  /**
   * Runs after what was asked for in this lane before; in one lane the venue gets requests in the order they were decided. Only
   * what is with the venue counts as under way: what waits behind it would hold up the very market that its answer waits for.
   */
  inLane(lane: string, run: () => Promise<void>): Promise<void> {
    const counted = (): Promise<void> => {
      const done = this.pacer.busy('venue');
      return run().finally(done);
    };
    const next = (this.lanes.get(lane) ?? Promise.resolve()).then(counted);
    this.lanes.set(lane, next);
    return next;
  }

  /** Asks again, with longer pauses of wall time, until the venue answers: for calls that change nothing, or do no more the second time. `onSilence` hears of every call without an answer. */
  async untilAnswered<T>(ask: () => Promise<T>, onSilence?: () => void): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await ask();
      } catch (error) {
        if (!isSilence(error)) throw error;
        onSilence?.();
        await this.pause(attempt);
      }
    }
  }

  pause(attempt: number): Promise<void> {
    return this.timer.wait(Math.min(PAUSE_MS * 2 ** Math.min(attempt, 10), PAUSE_MAX_MS));
  }
}
