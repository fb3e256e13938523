import { Injectable } from '@nestjs/common';
import { Pacer } from '@ballast/bus';
import type { Ms } from '@ballast/domain';
import { VenueError } from '@ballast/venues';
import { isSilence, isUnreachable } from './answers.js';
import { RetryTimer } from './retry-timer.js';

const PAUSE_MS = 50;
const PAUSE_MAX_MS = 2_000;

/**
 * One piece of work in a lane. It counts as being with the venue while a call is, and as work between two calls. A call is made only
 * when the pace is open: in lock step an answer may overtake the clock, and what is asked next would carry the time of the moment before.
 */
export class Turn {
  /** Calls that the venue has answered with more than a refusal. */
  answered = 0;
  /** How often the venue could not be reached: nothing of this lane has passed it meanwhile. */
  held = 0;
  private done: () => void;

  constructor(
    private readonly calls: VenueCalls,
    private readonly pacer: Pacer,
  ) {
    this.done = pacer.busy('work');
  }

  /** A venue that can't be reached is tried, with longer pauses, until it can: nothing behind this would reach it either, and keeps its place. */
  async call<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.once(ask);
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        this.held += 1;
        await this.calls.pause(attempt);
      }
    }
  }

  /** As `VenueCalls.untilAnswered`, call by call. */
  untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    return this.calls.untilAnswered(() => this.call(ask));
  }

  end(): void {
    this.done();
  }

  private async once<T>(ask: () => Promise<T>): Promise<T> {
    this.done();
    await new Promise<void>((resolve) => this.pacer.whenOpen(resolve));
    this.done = this.pacer.busy('venue');
    try {
      const answer = await ask();
      this.answered += 1;
      return answer;
    } finally {
      this.done();
      this.done = this.pacer.busy('work');
    }
  }
}

/** Calls to the venue, outside every handler: one after another per lane, and known to the pace while they are under way. */
@Injectable()
export class VenueCalls {
  private readonly lanes = new Map<string, Promise<void>>();

  constructor(private readonly pacer: Pacer, private readonly timer: RetryTimer) {}

  /**
   * Runs after what was asked for in this lane before; in one lane the venue gets requests in the order they were decided. Only
   * what is with the venue counts as under way: what waits behind it would hold up the very market that its answer waits for.
   */
  inLane(lane: string, run: (turn: Turn) => Promise<void>): Promise<void> {
    const next = (this.lanes.get(lane) ?? Promise.resolve()).then(() => {
      const turn = new Turn(this, this.pacer);
      return run(turn).finally(() => turn.end());
    });
    // What fails is its caller's: the lane goes on.
    this.lanes.set(lane, next.catch(() => undefined));
    return next;
  }

  /**
   * As `inLane`, for what may be done again: where the venue answers nothing, or what nobody expects, it is, with longer pauses, behind
   * what waits in the lane by then; the pauses begin anew where it has got further. In lock step the market waits for a venue that answers nothing.
   */
  async inLaneUntilDone(lane: string, run: (turn: Turn) => Promise<void>): Promise<void> {
    const reached = { now: 0, before: 0 };
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.inLane(lane, (turn) => run(turn).finally(() => (reached.now = turn.answered)));
      } catch (error) {
        if (!(error instanceof VenueError)) throw error;
        if (reached.now > reached.before) attempt = 0;
        reached.before = Math.max(reached.before, reached.now);
        const done = isSilence(error) ? this.pacer.busy('work') : undefined;
        await this.pause(attempt);
        done?.();
      }
    }
  }

  /** Asks again, with longer pauses of wall time, until the venue answers: for calls that change nothing, or do no more the second time. */
  async untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await ask();
      } catch (error) {
        if (!isSilence(error)) throw error;
        await this.pause(attempt);
      }
    }
  }

  /** As `untilAnswered`, but for no longer than so much wall time; undefined: however long it takes. @throws Error where the venue has not answered by then */
  async untilAnsweredWithin<T>(ms: Ms | undefined, ask: () => Promise<T>): Promise<T> {
    if (ms === undefined) return this.untilAnswered(ask);
    const late = this.timer.wait(ms).then(() => {
      throw new Error(`the venue has answered nothing for ${ms} ms`);
    });
    return Promise.race([this.untilAnswered(ask), late]);
  }

  pause(attempt: number): Promise<void> {
    return this.timer.wait(Math.min(PAUSE_MS * 2 ** Math.min(attempt, 10), PAUSE_MAX_MS));
  }
}
