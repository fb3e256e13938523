import { Clock, type Disarm, type Ms } from '@ballast/domain';
import { Timers } from '../pace/timers.js';
import { WorkQueue } from './work-queue.js';

/** Time that jumps from one moment at which something happens to the next. Timers of one moment run in the order they were armed. */
export class VirtualClock extends Clock {
  private readonly timers = new Timers();

  constructor(
    private time: Ms = 0,
    readonly work: WorkQueue = new WorkQueue(),
  ) {
    super();
  }

  now(): Ms {
    return this.time;
  }

  at(time: Ms, run: () => void): Disarm {
    let armed = true;
    const disarm = this.timers.arm(time, () => {
      armed = false;
      run();
    });
    return () => {
      if (armed) disarm();
      armed = false;
    };
  }

  /** Time of the next armed timer. */
  next(): Ms | undefined {
    return this.timers.next();
  }

  /**
   * Lets everything happen up to and including `until`, in order, and stops there; without `until`, until nothing is armed.
   * Between two moments all work that the first one set off is finished. @throws what a piece of work or a timer threw.
   */
  async run(until?: Ms): Promise<void> {
    for (;;) {
      await this.work.idle();
      const next = this.timers.next();
      if (next === undefined || (until !== undefined && next > until)) break;
      this.time = Math.max(this.time, next);
      this.timers.takeDue(this.time)?.();
    }
    if (until !== undefined) this.time = Math.max(this.time, until);
  }
}
