import type { Ms } from './decimal.js';

/** Takes an armed timer back; harmless when it has fired. */
export type Disarm = () => void;

/**
 * Market time, the clock every rule uses. Live it follows the wall clock, in a replay the published market clock,
 * in a back-test a virtual clock that jumps from one moment to the next.
 */
export abstract class Clock {
  /** Market time now, ms. */
  abstract now(): Ms;
  /** Runs once when market time reaches `time`; at once (never synchronously) where it has passed. */
  abstract at(time: Ms, run: () => void): Disarm;

  /** Market ms per wall ms, for what other processes reckon by their own wall: 1 live, 0 while market time stands or goes in steps. */
  speed(): number {
    return 1;
  }
}
