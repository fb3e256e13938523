import type { Clock, Ms } from '@ballast/domain';

/** A market that has not moved for this long of wall time stands. */
export const STANDS_AFTER_MS: Ms = 1_000;

/**
 * Market time, and wall time for as long as it stands. In lock step the market moves only once the venue has answered: a budget that
 * refilled by market time alone would hold a call up for ever, and with it the market that it waits for.
 */
export class StandingMarket {
  private added: Ms = 0;
  private seenAt: Ms;
  private seenMarket: Ms = -Infinity;

  constructor(
    private readonly market: Clock,
    private readonly wall: () => Ms,
  ) {
    this.seenAt = wall();
  }

  /** Never goes back while market time does not, ms. */
  now(): Ms {
    const [market, wall] = [this.market.now(), Math.floor(this.wall())];
    const moved = market > this.seenMarket;
    const stood = wall - this.seenAt;
    if (!moved && stood >= STANDS_AFTER_MS) this.added += stood;
    if (moved || stood >= STANDS_AFTER_MS) this.seenAt = wall;
    this.seenMarket = Math.max(this.seenMarket, market);
    return market + this.added;
  }

  /** Until so much time has passed, in the market or, where that stands, on the wall. */
  wait(ms: Ms): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        disarm();
        resolve();
      }, Math.max(ms, STANDS_AFTER_MS));
      timer.unref();
      const disarm = this.market.at(this.market.now() + ms, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
