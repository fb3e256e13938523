import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

/** How late this process's own event loop is, measured by a timer that should fire every 20 ms. */
export class EventLoopLag {
  private readonly delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.delay.enable();
  }

  stop(): void {
    this.delay.disable();
  }

  /** The longest lateness since the last call, ms; 0 where nothing was measured. */
  takeMs(): number {
    const worst = this.delay.count === 0 ? 0 : Math.max(0, this.delay.max / NS_PER_MS - RESOLUTION_MS);
    this.delay.reset();
    return worst;
  }
}
