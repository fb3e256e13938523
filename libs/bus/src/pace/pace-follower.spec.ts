import { expect, it } from 'vitest';
import type { MarketWire } from '../ports/market-wire.js';
import { PaceFollower } from './pace-follower.js';
import { CLOCK_SUBJECT, type ClockMessage } from './pace-messages.js';

it('finds the clock of a market that is held where its only message passed by: before the subscription was there, and not stored yet when it was looked for', async () => {
  const clock: ClockMessage = { mode: 'timed', marketMs: 5_000, wallMs: Date.now(), speed: 0 };
  const looks = [() => new Map(), () => { throw new Error('no answer'); }, () => new Map([[CLOCK_SUBJECT, clock]])];
  const wire: MarketWire = { publish: () => undefined, subscribe: () => undefined, lastValues: async () => Promise.resolve(looks.shift()?.() ?? new Map()) };
  const follower = new PaceFollower(1);
  await follower.start(wire, () => Promise.resolve());
  expect([follower.clock.now(), looks.length]).toEqual([5_000, 0]);
  follower.stop();
});
