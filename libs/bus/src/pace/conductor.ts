import type { Ms, Partition } from '@ballast/domain';
import type { MarketWire } from '../ports/market-wire.js';
import type { Requests } from '../ports/requests.js';
import { CLOCK_SUBJECT, type ClockMessage, GO_SUBJECT, type GoMessage, type PaceStatus } from './pace-messages.js';

/** The replayed venue, as the conductor moves it. */
export interface SteppedVenue {
  /** Moves market time from `from` to the next due moment; harmless where it has moved already. */
  step(from: Ms): Promise<{ readonly marketMs: Ms; readonly done: boolean }>;
  /** Calls that the venue has accepted and will answer at a later market time. */
  openCalls(): Promise<number>;
  /** Resolves when this process has published everything the venue showed up to `marketMs`. */
  caughtUp(marketMs: Ms): Promise<void>;
}

export interface ConductorOptions {
  readonly services: readonly string[];
  readonly partition: Partition;
  /** Pause between two looks at the services, wall ms. */
  readonly pollMs: number;
}

/**
 * Lock step: moves the market only when nothing is under way anywhere. Each step: the venue moves; every service sees
 * the same market; decisions are released; their consequences are followed until the log and all services rest, then
 * everyone holds back again.
 */
export class Conductor {
  private step = 0;
  private need: Record<string, number> = {};
  private stopped = false;

  constructor(
    private readonly venue: SteppedVenue,
    private readonly wire: MarketWire,
    private readonly requests: Requests,
    private readonly options: ConductorOptions,
  ) {}

  stop(): void {
    this.stopped = true;
  }

  /**
   * Runs to the end of the market, or until stopped. Begins by settling the step that the venue stands at: whoever
   * conducted before may have died in the middle of it. `onClock` is told each new market time first.
   */
  async run(from: Ms, step: number, onClock: (message: ClockMessage) => void): Promise<void> {
    this.step = step;
    let moved = { marketMs: from, done: false };
    for (;;) {
      await this.settle(moved.marketMs, onClock);
      if (this.stopped || (moved.done && (await this.venue.openCalls()) === 0)) return;
      await this.close();
      moved = await this.venue.step(moved.marketMs);
      await this.venue.caughtUp(moved.marketMs);
      this.step += 1;
    }
  }

  private async settle(marketMs: Ms, onClock: (message: ClockMessage) => void): Promise<void> {
    const clock: ClockMessage = { mode: 'step', marketMs, step: this.step };
    onClock(clock);
    const everyoneSees = async (all: readonly PaceStatus[]): Promise<boolean> => all.every((one) => one.clockStep === this.step && (one.venueTime ?? marketMs) >= marketMs) && venueCalls(all) === (await this.venue.openCalls());
    await this.until(everyoneSees, () => this.wire.publish(CLOCK_SUBJECT, clock));
    await this.venue.caughtUp(marketMs);
    await this.until(async (all) => this.atRest(all) && venueCalls(all) === (await this.venue.openCalls()), () => this.wire.publish(GO_SUBJECT, { step: this.step } satisfies GoMessage));
  }

  /** Everyone holds back before the market moves: a service whose clock is late would take the new market for the old moment's. */
  private async close(): Promise<void> {
    const over: GoMessage = { step: this.step, over: true };
    await this.until(async (all) => all.every(({ closed }) => closed), () => this.wire.publish(GO_SUBJECT, over));
  }

  private atRest(all: readonly PaceStatus[]): boolean {
    const appended: Record<string, number> = { ...this.need };
    for (const { appended: own } of all) for (const [kind, sequence] of Object.entries(own)) appended[kind] = Math.max(appended[kind] ?? 0, sequence);
    const grown = Object.entries(appended).some(([kind, sequence]) => sequence > (this.need[kind] ?? 0));
    this.need = appended;
    return !grown && all.every((one) => one.goStep === this.step && one.work === 0 && one.drained);
  }

  private async until(holds: (all: readonly PaceStatus[]) => Promise<boolean>, announce: () => void): Promise<void> {
    for (let round = 0; !this.stopped; round += 1) {
      if (round % 50 === 0) announce();
      const all = await this.statuses();
      if (all && (await holds(all))) return;
      if (!all || round > 2) await new Promise((resolve) => setTimeout(resolve, this.options.pollMs));
    }
  }

  /** Undefined while a service does not answer: it is restarting, and the market waits for it. */
  private async statuses(): Promise<readonly PaceStatus[] | undefined> {
    const replies = await Promise.allSettled(this.options.services.map((service) => this.requests.query(service, this.options.partition, 'pace', { need: this.need })));
    const statuses: PaceStatus[] = [];
    for (const reply of replies) {
      if (reply.status === 'rejected' || !reply.value.ok) return undefined;
      statuses.push(reply.value.data as PaceStatus);
    }
    return statuses;
  }
}

const venueCalls = (all: readonly PaceStatus[]): number => all.reduce((sum, one) => sum + one.venue, 0);
