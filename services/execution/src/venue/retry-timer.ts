import { Clock, type Ms } from '@ballast/domain';

/**
 * Pauses between two calls to a venue that does not answer. They are wall time: in lock step market time stands still
 * until the venue has answered, so a pause in market time would never end.
 */
export abstract class RetryTimer {
  /** Do its pauses pass by themselves? */
  abstract readonly wall: boolean;
  abstract wait(ms: Ms): Promise<void>;
}

export class WallRetryTimer extends RetryTimer {
  readonly wall = true;

  wait(ms: Ms): Promise<void> {
    return new Promise((resolve) => { setTimeout(resolve, ms).unref(); });
  }
}

/** For virtual time, where nothing but the clock moves. */
export class VirtualRetryTimer extends RetryTimer {
  readonly wall = false;

  constructor(private readonly clock: Clock) {
    super();
  }

  wait(ms: Ms): Promise<void> {
    return new Promise((resolve) => { this.clock.at(this.clock.now() + ms, resolve); });
  }
}
