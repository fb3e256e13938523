const RESOLUTION_MS = 20;
/** Readers that gave up while the loop stood still are answered all at once when it goes on: the one that is still there must be told, too. */
const SAME_READING_MS = 50;

/** How late this process's own event loop is, measured by a timer that should fire every 20 ms, and by whoever asks between two of its turns. */
export class EventLoopLag {
  private timer: NodeJS.Timeout | undefined;
  private turnedAt = 0;
  private worst = 0;
  private told: { readonly at: number; readonly ms: number } | undefined;

  /** `now` is wall time, ms. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  start(): void {
    this.turnedAt = this.now();
    this.timer = setInterval(() => this.turn(), RESOLUTION_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** The longest lateness since the last reading, ms, also one that has just ended; readings within 50 ms are one. 0 where nothing was measured. */
  takeMs(): number {
    if (!this.timer) return 0;
    this.turn();
    const before = this.told && this.turnedAt - this.told.at <= SAME_READING_MS ? this.told : { at: this.turnedAt, ms: 0 };
    this.told = { at: before.at, ms: Math.max(before.ms, this.worst) };
    this.worst = 0;
    return this.told.ms;
  }

  private turn(): void {
    const now = this.now();
    this.worst = Math.max(this.worst, now - this.turnedAt - RESOLUTION_MS);
    this.turnedAt = now;
  }
}
