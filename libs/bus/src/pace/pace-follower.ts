import { setTimeout as delay } from 'node:timers/promises';
import type { Ms } from '@ballast/domain';
import type { MarketWire } from '../ports/market-wire.js';
import { MarketClock } from './market-clock.js';
import { CLOCK_SUBJECT, type ClockMessage, GO_SUBJECT, type GoMessage, type PaceStatus } from './pace-messages.js';
import { OpenPacer, StepPacer } from './pacers.js';

const LOOK_MS = 1_000;

/** Follows the published market clock and, in lock step, its releases. One per process. */
export class PaceFollower {
  readonly clock = new MarketClock();
  private pacer: OpenPacer | StepPacer | undefined;
  private clockStep = 0;
  private goStep = 0;
  private onMarketMessage: ((subject: string, message: unknown) => void) | undefined;
  private seenByVenue: () => Ms | undefined = () => undefined;

  /** `lookMs`: between two looks for a clock, wall time. */
  constructor(private readonly lookMs: Ms = LOOK_MS) {}

  /** Waits for the first clock message. `make` starts making the clock, where this process is the one that does. */
  async start(wire: MarketWire, make: () => Promise<void>): Promise<OpenPacer | StepPacer> {
    wire.subscribe((subject, message) => this.receive(subject, message));
    await this.takeLast(wire);
    await make();
    await this.untilThereIsAClock(wire);
    return this.pacer ?? new OpenPacer();
  }

  /**
   * A market that is held tells its time once. On several servers that may reach nobody here: the subscription is on its way to the
   * publisher's server, and the last value not stored yet. So it is looked for again; a look that is not answered is no reason to end.
   */
  private async untilThereIsAClock(wire: MarketWire): Promise<void> {
    const started = this.clock.started().then(() => true);
    while (!(await Promise.race([started, delay(this.lookMs, false, { ref: false })]))) await this.takeLast(wire).catch(() => undefined);
  }

  private async takeLast(wire: MarketWire): Promise<void> {
    const last = await wire.lastValues();
    for (const subject of [CLOCK_SUBJECT, GO_SUBJECT]) if (last.has(subject)) this.receive(subject, last.get(subject));
  }

  /** Where market messages go, once there is a market. */
  onMarket(receive: (subject: string, message: unknown) => void): void {
    this.onMarketMessage = receive;
  }

  watchVenue(seen: () => Ms | undefined): void {
    this.seenByVenue = seen;
  }

  steps(): Pick<PaceStatus, 'clockStep' | 'goStep' | 'closed' | 'venueTime'> {
    const venueTime = this.seenByVenue();
    return { clockStep: this.clockStep, goStep: this.goStep, closed: this.pacer instanceof StepPacer && this.pacer.closed, ...(venueTime === undefined ? {} : { venueTime }) };
  }

  stop(): void {
    this.clock.stop();
  }

  /** Takes a clock message, from the wire or from the maker itself. */
  setClock(message: ClockMessage): void {
    this.pacer ??= message.mode === 'step' ? new StepPacer() : new OpenPacer();
    if (message.mode === 'step' && message.step !== this.clockStep) {
      if (this.pacer instanceof StepPacer && message.step > this.goStep) this.pacer.close();
      this.clockStep = message.step;
    }
    this.clock.set(message);
  }

  private receive(subject: string, message: unknown): void {
    if (subject === CLOCK_SUBJECT) this.setClock(message as ClockMessage);
    else if (subject === GO_SUBJECT) this.go(message as GoMessage);
    else this.onMarketMessage?.(subject, message);
  }

  /** Timers first, then what the market set off, in the order it came. */
  private go({ step, over }: GoMessage): void {
    if (over) return this.end(step);
    if (step <= this.goStep || step !== this.clockStep || !(this.pacer instanceof StepPacer)) return;
    const done = this.pacer.busy('work');
    setImmediate(() => {
      this.goStep = step;
      this.clock.fireDue();
      if (this.pacer instanceof StepPacer) this.pacer.release();
      done();
    });
  }

  /** The step is over: what the next one brings must not be handled as if it belonged to this one. */
  private end(step: number): void {
    if (step !== this.clockStep || !(this.pacer instanceof StepPacer)) return;
    this.goStep = Math.max(this.goStep, step);
    this.pacer.close();
  }
}
