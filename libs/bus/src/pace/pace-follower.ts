import type { Ms } from '@ballast/domain';
import type { MarketWire } from '../ports/market-wire.js';
import { MarketClock } from './market-clock.js';
import { CLOCK_SUBJECT, type ClockMessage, GO_SUBJECT, type GoMessage, type PaceStatus } from './pace-messages.js';
import { OpenPacer, StepPacer } from './pacers.js';

/** Follows the published market clock and, in lock step, its releases. One per process. */
export class PaceFollower {
  readonly clock = new MarketClock();
  private pacer: OpenPacer | StepPacer | undefined;
  private clockStep = 0;
  private goStep = 0;
  private onMarketMessage: ((subject: string, message: unknown) => void) | undefined;
  private seenByVenue: () => Ms | undefined = () => undefined;

  /** Waits for the first clock message. `make` starts making the clock, where this process is the one that does. */
  async start(wire: MarketWire, make: () => Promise<void>): Promise<OpenPacer | StepPacer> {
    wire.subscribe((subject, message) => this.receive(subject, message));
    const last = await wire.lastValues();
    for (const subject of [CLOCK_SUBJECT, GO_SUBJECT]) if (last.has(subject)) this.receive(subject, last.get(subject));
    await make();
    await this.clock.started();
    return this.pacer ?? new OpenPacer();
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
