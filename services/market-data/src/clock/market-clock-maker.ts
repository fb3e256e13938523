import { setTimeout as sleep } from 'node:timers/promises';
import type { Ms, Partition } from '@ballast/domain';
import { CLOCK_SUBJECT, type ClockMessage, Conductor, type MarketWire, type PaceFollower, type Requests, type SteppedVenue } from '@ballast/bus';
import { type SimClockClient, type SimClockState, VenueError } from '@ballast/venues';

export interface ClockMakerOptions {
  readonly venue: SimClockClient;
  readonly follower: PaceFollower;
  readonly wire: MarketWire;
  readonly requests: Requests;
  /** Every other service: a lock step waits for all of them. */
  readonly services: readonly string[];
  readonly partition: Partition;
}

const POLL_MS = 1_000;
const RETRY_MS = 100;
const STEP_POLL_MS = 2;

/** Publishes the replayed venue's market time for everybody, and conducts the lock step. A live system follows the wall clock and has none. */
export class MarketClockMaker {
  private seen: Ms = 0;
  private waiting: (() => void)[] = [];
  private poll: NodeJS.Timeout | undefined;
  private conductor: Conductor | undefined;
  private step = 1;

  constructor(private readonly options: ClockMakerOptions) {}

  /** Waits for the venue and publishes its time once. */
  async start(): Promise<void> {
    const state = await this.patiently(() => this.options.venue.clock());
    this.seen = state.marketMs;
    this.step = this.stepAt(state.marketMs);
    this.publish(this.messageOf(state));
    if (state.mode === 'replay') this.poll = setInterval(() => void this.refresh(), POLL_MS);
  }

  /** The venue's step frame has come: everything before it has been published. */
  onVenueTime(marketMs: Ms): void {
    this.seen = Math.max(this.seen, marketMs);
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  /** Conducts a lock step from where the venue stands; in a timed replay there is nothing to conduct. */
  async conduct(): Promise<void> {
    const state = await this.patiently(() => this.options.venue.clock());
    if (state.mode !== 'lockstep') return;
    const { wire, requests, services, partition } = this.options;
    this.conductor = new Conductor(this.stepped(), wire, requests, { services, partition, pollMs: STEP_POLL_MS });
    await this.conductor.run(state.marketMs, this.step, (message) => this.options.follower.setClock(message));
  }

  stop(): void {
    clearInterval(this.poll);
    this.conductor?.stop();
  }

  /** The step that stands at this market time: the last published one, or the next where the venue has moved since. */
  private stepAt(marketMs: Ms): number {
    const { follower } = this.options;
    const last = follower.steps().clockStep;
    return last > 0 && follower.clock.now() < marketMs ? last + 1 : Math.max(1, last);
  }

  private stepped(): SteppedVenue {
    const { venue } = this.options;
    return {
      step: (from) => this.patiently(() => venue.step(from)),
      openCalls: async () => (await this.patiently(() => venue.clock())).openCalls,
      caughtUp: async (marketMs) => {
        while (this.seen < marketMs) await new Promise<void>((resolve) => this.waiting.push(resolve));
      },
    };
  }

  private async refresh(): Promise<void> {
    try {
      this.publish(this.messageOf(await this.options.venue.clock()));
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
    }
  }

  private messageOf(state: SimClockState): ClockMessage {
    return state.mode === 'lockstep' ? { mode: 'step', marketMs: state.marketMs, step: this.step } : { mode: 'timed', marketMs: state.epochMarketMs, wallMs: state.epochWallMs, speed: speedOf(state.speed) };
  }

  private publish(message: ClockMessage): void {
    this.options.follower.setClock(message);
    this.options.wire.publish(CLOCK_SUBJECT, message);
  }

  /** A venue that is away comes back: the market waits for it. */
  private async patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof VenueError)) throw error;
        await sleep(RETRY_MS);
      }
    }
  }
}

const speedOf = (speed: string): number => Number(speed);
