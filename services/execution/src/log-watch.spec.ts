import { beforeEach, describe, expect, it } from 'vitest';
import { bps, Clock, type Disarm, type Ms } from '@ballast/domain';
import { LogWatch } from './log-watch.js';
import { settingsOf } from './options.js';
import { MemoryVenue } from './venue/memory-venue.fixtures.js';
import { RetryTimer } from './venue/retry-timer.js';

class HandClock extends Clock {
  time: Ms = 0;
  now(): Ms { return this.time; }
  at(): Disarm { return () => undefined; }
}

/** Wall time in the test's hand. */
class HandTimer extends RetryTimer {
  readonly wall = true;
  private waiting: { readonly at: Ms; readonly resolve: () => void }[] = [];
  private elapsed = 0;
  wait(ms: Ms): Promise<void> { return new Promise((resolve) => { this.waiting.push({ at: this.elapsed + ms, resolve }); }); }
  async pass(ms: Ms): Promise<void> {
    this.elapsed += ms;
    const due = this.waiting.filter(({ at }) => at <= this.elapsed);
    this.waiting = this.waiting.filter(({ at }) => at > this.elapsed);
    for (const { resolve } of due) resolve();
    await new Promise((resolve) => { setImmediate(resolve); });
  }
}

describe('A log that does not answer', () => {
  const timer = { hand: new HandTimer(), clock: new HandClock() };
  let watch: LogWatch;
  let away = 0;
  beforeEach(() => {
    timer.hand = new HandTimer();
    timer.clock = new HandClock();
    away = 0;
    watch = new LogWatch(timer.hand, settingsOf({ venue: new MemoryVenue(timer.clock), limits: { makerTimeoutMs: 1, nakedTimeoutMs: 1, orderTimeToLiveMs: 1, slippageBpsMax: bps('1') }, retryTimer: timer.hand, accountOf: (accountId) => ({ accountId, subaccount: accountId }) }), timer.clock);
    watch.onAway(() => { away += 1; });
  });

  it.each([[4_900, 0], [5_100, 1]] as const)('after %i ms of both clocks is told %i times', async (ms, told) => {
    let append: () => void = () => undefined;
    const guarded = watch.guard(() => new Promise<void>((resolve) => { append = resolve; }));
    timer.clock.time += ms;
    await timer.hand.pass(ms);
    append();
    await guarded;
    await timer.hand.pass(10_000);
    expect(away).toBe(told);
  });

  it('is not away while market time stands still, as it does in lock step', async () => {
    void watch.guard(() => new Promise<void>(() => undefined));
    await timer.hand.pass(60_000);
    expect(away).toBe(0);
    timer.clock.time += 5_000;
    await timer.hand.pass(1_000);
    expect(away).toBe(1);
  });

  it('is told once for each silence, whoever waits for it', async () => {
    void watch.guard(() => new Promise<void>(() => undefined));
    void watch.guard(() => new Promise<void>(() => undefined));
    timer.clock.time += 10_000;
    await timer.hand.pass(10_000);
    expect(away).toBe(1);
  });

  it('is asked for every second as long as that is needed, and told of where only silence or errors come', async () => {
    let asked = 0;
    let needed = false;
    void watch.follow('risk', () => { asked += 1; return Promise.reject(new Error('nobody is there')); }, { isNeeded: () => needed, isOver: () => false, away: () => { away += 1; } });
    await timer.hand.pass(1_000);
    expect(asked).toBe(0);
    needed = true;
    await timer.hand.pass(1_000);
    expect(asked).toBe(1);
    timer.clock.time += 6_000;
    await timer.hand.pass(6_000);
    expect(away).toBe(1);
  });
});
