import { Clock, type Disarm, InvariantError, type Ms } from '@ballast/domain';
import type { ClockMessage } from './pace-messages.js';
import { Timers } from './timers.js';

const TIMER_MS_MAX = 60_000;

/** Market time is the wall clock: live trading. */
export class WallClock extends Clock {
  now(): Ms {
    return Date.now();
  }

  at(time: Ms, run: () => void): Disarm {
    const timer = setTimeout(run, Math.max(0, time - Date.now()));
    return () => clearTimeout(timer);
  }
}

/**
 * Market time as `mkt.clock` says. Timed: an offset and a speed over the wall clock, never going back. Stepped: it stands
 * still until the next step is released.
 */
export class MarketClock extends Clock {
  private message: ClockMessage | undefined;
  private latest: Ms = 0;
  private wake: NodeJS.Timeout | undefined;
  private readonly timers = new Timers();
  private readonly firstMessage: Promise<void>;
  private announceFirst: () => void = () => undefined;

  constructor(private readonly wallNow: () => Ms = () => Date.now()) {
    super();
    this.firstMessage = new Promise((resolve) => {
      this.announceFirst = resolve;
    });
  }

  /** Resolves when market time is known: nothing that asks for the time may run before. */
  started(): Promise<void> {
    return this.firstMessage;
  }

  /** Takes a published clock message. In steps, timers wait for `fireDue`. */
  set(message: ClockMessage): void {
    this.message = message;
    this.announceFirst();
    if (message.mode === 'timed') this.schedule();
  }

  now(): Ms {
    if (!this.message) throw new InvariantError('market clock: asked for the time before the first mkt.clock message; wait for started()');
    const time = this.message.mode === 'step' ? this.message.marketMs : Math.floor(this.message.marketMs + (this.wallNow() - this.message.wallMs) * this.message.speed);
    this.latest = Math.max(this.latest, time);
    return this.latest;
  }

  at(time: Ms, run: () => void): Disarm {
    const disarm = this.timers.arm(time, run);
    if (this.message?.mode === 'timed') this.schedule();
    return disarm;
  }

  override speed(): number {
    return this.message?.mode === 'timed' ? this.message.speed : 0;
  }

  /** Runs every timer that is due now, in order. */
  fireDue(): void {
    const now = this.now();
    for (let run = this.timers.takeDue(now); run; run = this.timers.takeDue(now)) run();
  }

  /** Ends its wall timers. */
  stop(): void {
    clearTimeout(this.wake);
  }

  private schedule(): void {
    clearTimeout(this.wake);
    const next = this.timers.next();
    if (next === undefined || this.message?.mode !== 'timed' || this.message.speed <= 0) return;
    const waitMs = Math.min(TIMER_MS_MAX, Math.max(0, (next - this.now()) / this.message.speed));
    this.wake = setTimeout(() => {
      this.fireDue();
      this.schedule();
    }, Math.ceil(waitMs));
  }
}
