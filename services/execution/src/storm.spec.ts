import 'reflect-metadata';
import type { Ms } from '@ballast/domain';
import { budgetedVenue, MemoryCallBudget, NADO_BUCKETS, type VenueAdapter } from '@ballast/venues';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PaperDesk } from './paper-desk.fixtures.js';

const SETTINGS = { redisUrl: undefined, replicas: 1, products: 4 };

let desk: PaperDesk;
let budget: MemoryCallBudget;
const now = (): Ms => desk.system.clock.now();

beforeEach(async () => {
  desk = new PaperDesk({ before: (venue): VenueAdapter => budgetedVenue(venue, { caller: 'execution', settings: SETTINGS, clock: desk.system.clock, shared: budget, warn: () => undefined }).venue });
  budget = new MemoryCallBudget({ paper: NADO_BUCKETS }, desk.system.clock);
  await desk.open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await desk.stop();
});

/** Lets market time go on until it is done, or so long. */
async function within<T>(ms: Ms, work: Promise<T>): Promise<Ms> {
  let isDone = false;
  void work.then(() => (isDone = true));
  const from = now();
  while (!isDone && now() - from < ms) await desk.system.run(now() + 50);
  expect(isDone).toBe(true);
  return now() - from;
}

/** The venue has limited an order: nothing of priority 3 to 5 asks it for a minute. */
const storm = (): Promise<unknown> => budget.limited({ venue: 'paper', bucket: 'ip', weight: 1, priority: 1 });

it('whoever takes over while the venue has just limited an order is live within a second, not after the minute in which reconciliation waits (R82)', async () => {
  await storm();
  expect(await within(61_000, desk.join())).toBeLessThanOrEqual(1_000);
});

it('what a stream did not tell while it was away is read at once, also behind a reconciliation that the storm holds up', async () => {
  await within(1_000, desk.join());
  await storm();
  const reads: string[] = [];
  for (const name of ['accountState', 'fillsSince', 'fundingSince', 'liquidationsSince'] as const) {
    const read = desk.venue[name].bind(desk.venue) as (...given: unknown[]) => Promise<never>;
    vi.spyOn(desk.venue, name).mockImplementation((...given: unknown[]) => (reads.push(name), read(...given)));
  }
  // A round of reconciliation is due, and finds no room.
  await desk.run(31_000);
  expect(reads).toEqual([]);
  desk.venue.pull();
  desk.venue.plugIn();
  await desk.run(1_000);
  expect(reads).toEqual(['fillsSince', 'fundingSince', 'liquidationsSince']);
  await desk.run(40_000);
  expect(reads).toContain('accountState');
});
