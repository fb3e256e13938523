import type { SimCall } from '@ballast/venues';
import { expect, it } from 'vitest';
import { EXECUTES, quantile, waitedMs } from './acceptance.js';

const send = (at: number, taken = true): SimCall => ({ at, kind: 'transfer', name: 'send', weight: 10, taken });
const always = (percent: number) => (): number => percent;

it('counts a wait from the first moment at which the venue had room without a break, not from when the call was wanted', () => {
  const two = [send(1_000), send(1_500), send(5_000, false), send(11_400)];
  expect(waitedMs({ wantedAt: 2_000, takenAt: 11_400, weight: 10 }, two, EXECUTES, always(20))).toBe(400);
  expect(waitedMs({ wantedAt: 11_200, takenAt: 11_400, weight: 10 }, two, EXECUTES, always(20))).toBe(200);
  expect(waitedMs({ wantedAt: 2_000, takenAt: 11_400, weight: 10 }, two, EXECUTES, always(100))).toBe(9_400);
});

it('counts what the minute has used, and room that comes back with the whole budget', () => {
  const busy = [...Array.from({ length: 12 }, (_, index) => send(index * 4_000)), send(50_000)];
  expect(waitedMs({ wantedAt: 45_000, takenAt: 60_200, weight: 10 }, busy.slice(0, 12), EXECUTES, always(20))).toBe(200);
  expect(waitedMs({ wantedAt: 45_000, takenAt: 50_300, weight: 10 }, busy.slice(0, 12), EXECUTES, (at) => (at < 50_000 ? 20 : 100))).toBe(300);
});

it('counts as room what less urgent calls took since the call was wanted', () => {
  const reads = [send(1_000), ...Array.from({ length: 8 }, (_, index): SimCall => ({ ...send(2_000 + index * 1_000), kind: 'query', name: 'accountState', weight: 2 }))];
  const asked = { wantedAt: 5_000, takenAt: 9_500, weight: 5 };
  expect(waitedMs(asked, reads, EXECUTES, always(20))).toBe(0);
  expect(waitedMs({ ...asked, wantedAt: 1_500, yields: ({ name }) => name === 'accountState' }, reads, EXECUTES, always(20))).toBe(8_000);
});

it('takes a quantile from above', () => {
  expect([quantile([], 0.99), quantile([3, 1, 2], 0.5), quantile(Array.from({ length: 100 }, (_, index) => index + 1), 0.99)]).toEqual([0, 2, 99]);
});
