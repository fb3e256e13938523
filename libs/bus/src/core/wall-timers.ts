import type { Clock, Disarm, Ms } from '@ballast/domain';

/** Waiting that belongs to the transport (backoff), not to a rule: wall time, or virtual time in memory. */
export interface WaitTimers {
  after(wait: Ms, run: () => void): Disarm;
}

export const WALL_TIMERS: WaitTimers = {
  after: (wait, run) => {
    const timer = setTimeout(run, wait);
    return () => clearTimeout(timer);
  },
};

export const timersOf = (clock: Clock): WaitTimers => ({ after: (wait, run) => clock.at(clock.now() + wait, run) });

/** Doubles from `first` with every attempt (1, 2, …), at most `most`. */
export const backoff = (attempt: number, first: Ms, most: Ms): Ms => Math.min(first * 2 ** (attempt - 1), most);
