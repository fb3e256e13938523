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
/** Until a market that is held from its start moves: everybody should see that at once. */
const HELD_POLL_MS = 20;
const RETRY_MS = 100;
const STEP_POLL_MS = 2;

/** Publishes the replayed venue's market time for everybody, and conducts the lock step. A live system follows the wall clock and has none. */
export class MarketClockMaker {
  private seen: Ms = 0;
  private waiting: (() => void)[] = [];
  private poll: NodeJS.Timeout | undefined;
  private conductor: Conductor | undefined;
  private step = 1;
  private stopped = false;

  constructor(private readonly options: ClockMakerOptions) {}

  /** Waits for the venue and publishes its time once. */
  async start(): Promise<void> {
    const state = await this.patiently(() => this.options.venue.clock());
    this.seen = state.marketMs;
    this.step = this.stepAt(state.marketMs);
    this.publish(this.messageOf(state));
    this.watch(state);
  }

  /** The venue's step frame has come: everything before it has been published. Below 0: the connection is lost, and with it that knowledge. */
  onVenueTime(marketMs: Ms): void {
    this.seen = marketMs;
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
    this.stopped = true;
    clearTimeout(this.poll);
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

  /** A replay that is seen to stand is looked at often, so that nobody is late when it moves. */
  private watch(state: SimClockState): void {
    if (state.mode !== 'replay' || this.stopped) return;
    this.poll = setTimeout(() => void this.refresh(state), speedOf(state.speed) === 0 ? HELD_POLL_MS : POLL_MS);
  }

  private async refresh(last: SimClockState): Promise<void> {
    try {
      const state = await this.options.venue.clock();
      if (state.epochWallMs !== last.epochWallMs || speedOf(last.speed) > 0) this.publish(this.messageOf(state));
      this.watch(state);
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      this.watch(last);
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
