import { Clock, type Disarm, type Ms } from '@ballast/domain';

/** Microtask turns between two moments: enough for an answer to pass through the adapter to its caller. */
const SETTLING_TURNS = 8;

interface Timer {
  readonly at: Ms;
  readonly order: number;
  readonly run: () => void;
}

/** Market time that jumps from one timer to the next, for this package's own specs. */
export class JumpingClock extends Clock {
  #timers: Timer[] = [];
  #armed = 0;
  #now: Ms;

  constructor(start: Ms) {
    super();
    this.#now = start;
  }

  override now(): Ms {
    return this.#now;
  }

  override at(time: Ms, run: () => void): Disarm {
    this.#armed += 1;
    const timer = { at: Math.max(time, this.#now), order: this.#armed, run };
    const index = this.#timers.findIndex((other) => other.at > timer.at);
    this.#timers.splice(index < 0 ? this.#timers.length : index, 0, timer);
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  /** Runs timers up to `until` (default: all of them), letting promises settle between two moments. */
  async run(until: Ms = Number.MAX_SAFE_INTEGER): Promise<void> {
    for (let timer = this.#timers[0]; timer && timer.at <= until; timer = this.#timers[0]) {
      this.#timers.shift();
      this.#now = timer.at;
      timer.run();
      if (this.#timers[0]?.at !== this.#now) for (let turn = 0; turn < SETTLING_TURNS; turn += 1) await Promise.resolve();
    }
    if (until !== Number.MAX_SAFE_INTEGER) this.#now = Math.max(this.#now, until);
  }
}
