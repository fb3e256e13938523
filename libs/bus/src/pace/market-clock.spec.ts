import { describe, expect, it } from 'vitest';
import { MarketClock, WallClock } from './market-clock.js';

describe('the speed of market time', () => {
  it('is that of the wall live, what the market clock publishes in a replay, and none while it is held, goes in steps or is not known', () => {
    const clock = new MarketClock(() => 1_000);
    const speeds = [clock.speed()];
    for (const speed of [15, 0, 0.5]) {
      clock.set({ mode: 'timed', marketMs: 5_000, wallMs: 1_000, speed });
      speeds.push(clock.speed());
    }
    clock.set({ mode: 'step', marketMs: 6_000, step: 1 });
    speeds.push(clock.speed());
    clock.stop();
    expect([new WallClock().speed(), speeds]).toEqual([1, [0, 15, 0, 0.5, 0]]);
  });
});
