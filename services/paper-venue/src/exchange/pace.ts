import type { Ms } from '@ballast/domain';
import type { SimClockState, SimStep } from '@ballast/venues';
import type { Exchange } from './exchange.js';

const DELIVERY_MAX_MS = 2_000;
const CLOCK_FRAME_MS = 250;
const POLL_MS = 1;

/** What makes the market wait at a start until everybody is there; released, it stays so over restarts. */
export interface Hold {
  isOn(): boolean;
  release(): void;
}

/** What a pace drives beside the exchange. */
export interface Paced {
  readonly exchange: Exchange;
  readonly startMs: Ms;
  readonly endMs: Ms;
  /** While it says so at a start, the market waits for `release`. */
  readonly hold: Hold;
  /** Requests that are being read or whose signature is being checked. */
  beingRead(): number;
  sendClock(marketMs: Ms): void;
  delivered(timeoutMs: number): Promise<void>;
}

/** How market time moves. */
export interface Pace {
  /** Market time for what comes now. */
  now(): Ms;
  start(): void;
  stop(): void;
  clock(): SimClockState;
  step(from: Ms): Promise<SimStep>;
  /** Lets a market that is held move; harmless otherwise. */
  release(): void;
  /**
   * From now on a replay goes at this speed. Who follows its clock hears of it up to a second later: when it slows down, they are ahead by
   * then, and their time stands until the market has caught up.
   */
  setSpeed(speed: number): void;
}

/** Market time follows the wall clock, `speed` times as fast, from where the exchange is. */
export class ReplayPace implements Pace {
  private epochWallMs = 0;
  private epochMarketMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private frames: NodeJS.Timeout | undefined;
  private held = false;

  constructor(private readonly paced: Paced, private speed: number) {}

  start(): void {
    this.held = this.paced.hold.isOn();
    this.run();
    this.frames = setInterval(() => this.paced.sendClock(this.now()), CLOCK_FRAME_MS);
  }

  release(): void {
    if (!this.held) return;
    this.paced.hold.release();
    this.held = false;
    this.run();
  }

  setSpeed(speed: number): void {
    const now = this.now();
    this.speed = speed;
    if (this.held) return;
    this.paced.exchange.advance(now);
    clearTimeout(this.timer);
    this.run();
  }

  private run(): void {
    this.epochWallMs = Date.now();
    this.epochMarketMs = this.paced.exchange.now;
    if (!this.held) this.arm();
  }

  stop(): void {
    clearTimeout(this.timer);
    clearInterval(this.frames);
  }

  now(): Ms {
    const elapsed = Math.max(0, Date.now() - this.epochWallMs);
    return this.held ? this.epochMarketMs : Math.max(this.paced.exchange.now, this.epochMarketMs + Math.floor(elapsed * this.speed));
  }

  clock(): SimClockState {
    const { exchange, startMs, endMs } = this.paced;
    return { marketMs: this.now(), epochWallMs: this.epochWallMs, epochMarketMs: this.epochMarketMs, speed: this.held ? '0' : String(this.speed), mode: 'replay', startMs, endMs, done: exchange.done, openCalls: exchange.openCalls + this.paced.beingRead() };
  }

  async step(): Promise<SimStep> {
    const { marketMs, done, openCalls } = this.clock();
    return { marketMs, done, openCalls };
  }

  private arm(): void {
    const wait = (this.paced.exchange.nextMoment() - this.now()) / this.speed;
    this.timer = setTimeout(() => {
      this.paced.exchange.advance(this.now());
      this.arm();
    }, Math.max(1, Math.ceil(wait)));
  }
}

/** Market time stands until somebody steps it: the next moment at which something happens. */
export class LockStepPace implements Pace {
  private last: Promise<unknown> = Promise.resolve();
  private epochWallMs = 0;
  private open: () => void = () => undefined;
  private opened: Promise<void> = Promise.resolve();

  constructor(private readonly paced: Paced) {}

  start(): void {
    this.epochWallMs = Date.now();
    if (this.paced.hold.isOn()) this.opened = new Promise((resolve) => (this.open = resolve));
  }

  release(): void {
    this.paced.hold.release();
    this.open();
  }

  setSpeed(): void {
    // A lock step has no speed.
  }

  stop(): void {
    this.epochWallMs = 0;
  }

  now(): Ms {
    return this.paced.exchange.now;
  }

  clock(): SimClockState {
    const { startMs, endMs } = this.paced;
    return { ...this.state(), epochWallMs: this.epochWallMs, epochMarketMs: this.now(), speed: 'max', mode: 'lockstep', startMs, endMs };
  }

  step(from: Ms): Promise<SimStep> {
    const step = this.last.then(() => this.take(from));
    this.last = step.catch(() => undefined);
    return step;
  }

  private async take(from: Ms): Promise<SimStep> {
    const { exchange } = this.paced;
    await this.opened;
    if (from !== exchange.now) return this.state();
    while (this.paced.beingRead() > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    exchange.advance(exchange.nextMoment());
    this.paced.sendClock(exchange.now);
    await this.paced.delivered(DELIVERY_MAX_MS);
    return this.state();
  }

  private state(): SimStep {
    return { marketMs: this.now(), done: this.paced.exchange.done, openCalls: this.paced.exchange.openCalls + this.paced.beingRead() };
  }
}
