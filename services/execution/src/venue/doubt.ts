import type { Clock, Ms } from '@ballast/domain';
import type { VenueError } from '@ballast/venues';

/** Of an order that is asked back: what the venue answered, where it has. */
export interface Recall {
  answer?: { readonly refused: VenueError | undefined };
}

/** Of a payload that may have reached the venue. */
export class Doubt {
  /** The payload was sent once more since. */
  again = false;
  /** The venue has this payload, or has used its nonce. */
  known = false;
  /** The venue has it. */
  arrived = false;
  readonly recall: Recall = {};
  private since: Ms | undefined;
  private told = false;

  /** `record` is called once, as soon as market time has passed since the venue was first asked: in lock step the market waits for the answer. */
  constructor(private readonly clock: Clock, private readonly record: () => void = () => undefined) {}

  /** The venue is asked, or has just not answered. */
  lasts(): void {
    const now = this.clock.now();
    this.since ??= now;
    if (this.told || now === this.since) return;
    this.told = true;
    this.record();
  }

  /** It has called a copy a duplicate: what passed until then was the time of that answer. */
  hasCopy(): void {
    this.known = true;
    this.since = undefined;
  }
}
