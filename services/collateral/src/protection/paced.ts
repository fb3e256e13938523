import type { Pacer } from '@ballast/bus';
import type { Clock, Ms } from '@ballast/domain';

export interface PaceOf {
  readonly clock: Clock;
  readonly pacer: Pacer;
}

/** Calls to the venue and the decisions that follow, at the pace of the system: no decision waits for a call, and no step of the market overtakes either. */
export class Paced {
  constructor(private readonly ports: PaceOf) {}

  /** Makes a call, then decides on what came of it; `decide` makes no call of its own. */
  async turn<Answer, Result>(call: () => Promise<Answer>, decide: (answer: Answer | Error) => Promise<Result>): Promise<Result> {
    const done = this.ports.pacer.busy('venue');
    const answer = await call().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    done();
    return this.work(() => decide(answer));
  }

  /** Decides when the pace allows it. */
  work<Result>(decide: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.ports.pacer.whenOpen(() => {
        const done = this.ports.pacer.busy('work');
        decide().then(resolve, reject).finally(done);
      });
    });
  }

  /** A pause of market time. */
  pause(ms: Ms): Promise<void> {
    return new Promise((resolve) => void this.ports.clock.at(this.ports.clock.now() + ms, resolve));
  }
}
