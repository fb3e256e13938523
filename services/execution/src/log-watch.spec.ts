import { describe, expect, it } from 'vitest';
import { bps } from '@ballast/domain';
import { LogWatch } from './log-watch.js';
import { settingsOf } from './options.js';
import { MemoryVenue } from './venue/memory-venue.fixtures.js';
import { RetryTimer } from './venue/retry-timer.js';

class HandTimer extends RetryTimer {
  readonly wall = true;
  ring: () => void = () => undefined;
  wait(): Promise<void> { return new Promise((resolve) => { this.ring = resolve; }); }
}

describe('A log that does not answer', () => {
  it.each([[true, 0], [false, 1]] as const)('is told when an append is over in time: %s', async (inTime, told) => {
    const timer = new HandTimer();
    const settings = settingsOf({ venue: undefined as unknown as MemoryVenue, limits: { makerTimeoutMs: 1, nakedTimeoutMs: 1, orderTimeToLiveMs: 1, slippageBpsMax: bps('1') }, retryTimer: timer, accountOf: (accountId) => ({ accountId, subaccount: accountId }) });
    const watch = new LogWatch(timer, settings);
    let away = 0;
    watch.onAway(() => { away += 1; });
    let append: () => void = () => undefined;
    const guarded = watch.guard(() => new Promise<void>((resolve) => { append = resolve; }));
    if (inTime) append();
    await Promise.resolve().then(() => undefined).then(() => undefined).then(() => undefined);
    timer.ring();
    await new Promise((resolve) => { setImmediate(resolve); });
    append();
    await guarded;
    expect(away).toBe(told);
  });
});
