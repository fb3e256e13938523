import { Clock, type Disarm, type Ms } from '@ballast/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BudgetQueue } from './budget-queue.js';
import { BudgetWatch } from './budget-watch.js';
import { NADO_BUCKETS } from './bucket-spec.js';
import { MemoryCallBudget } from './memory-call-budget.js';
import { STANDS_AFTER_MS, StandingMarket } from './standing-market.js';

/** In lock step: stands until somebody moves it. */
class SteppedClock extends Clock {
  private time: Ms = 1_000_000;
  private due: { readonly at: Ms; readonly run: () => void }[] = [];

  now(): Ms {
    return this.time;
  }

  at(at: Ms, run: () => void): Disarm {
    const timer = { at, run };
    this.due.push(timer);
    return () => void (this.due = this.due.filter((one) => one !== timer));
  }

  step(ms: Ms): void {
    this.time += ms;
    const due = this.due.filter(({ at }) => at <= this.time);
    this.due = this.due.filter(({ at }) => at > this.time);
    for (const { run } of due) run();
  }

  get armed(): number {
    return this.due.length;
  }
}

let clock: SteppedClock;
let wall: Ms;
let standing: StandingMarket;
const pass = async (ms: Ms): Promise<void> => {
  wall += ms;
  await vi.advanceTimersByTimeAsync(ms);
};

beforeEach(() => {
  vi.useFakeTimers();
  clock = new SteppedClock();
  wall = 0;
  standing = new StandingMarket(clock, () => wall);
  standing.now();
});
afterEach(() => vi.useRealTimers());

describe('the time of a budget beside a market that may stand', () => {
  it('is market time while that moves, however slowly or fast the wall goes', async () => {
    for (let step = 1; step <= 5; step += 1) {
      await pass(STANDS_AFTER_MS - 1);
      clock.step(50);
      expect(standing.now()).toBe(1_000_000 + step * 50);
    }
  });

  it('goes on by the wall once the market has stood for a second, and never back', async () => {
    await pass(STANDS_AFTER_MS - 1);
    expect(standing.now()).toBe(1_000_000);
    await pass(4_001);
    expect(standing.now()).toBe(1_005_000);
    clock.step(50);
    expect(standing.now()).toBe(1_005_050);
  });

  it('waits by the market, or by the wall where that stands, and leaves no timer behind', async () => {
    let over = 0;
    for (const ms of [200, 3_000]) void standing.wait(ms).then(() => (over += 1));
    clock.step(200);
    await pass(0);
    expect(over).toBe(1);
    await pass(3_000);
    expect([over, clock.armed, vi.getTimerCount()]).toEqual([2, 0, 0]);
  });

  it('grants an urgent call that came when a standing market had used the budget up: nothing waits for ever', async () => {
    const budget = new MemoryCallBudget({ nado: NADO_BUCKETS }, standing);
    const queue = new BudgetQueue(budget, new BudgetWatch({ venue: 'nado', prefix: '[RPC]', weightPerMinute: { ip: 1, wallet: 1 }, clock }), (ms) => standing.wait(ms));
    const request = { venue: 'nado', bucket: 'ip', weight: 3, priority: 1 } as const;
    let asked = 0;
    for (; (await budget.take(request)).granted; asked += 1);
    expect(asked).toBeGreaterThan(5);
    let granted = false;
    void queue.pass(request, 'findOrder').then(() => (granted = true));
    for (let tries = 0; tries < 5 && !granted; tries += 1) await pass(STANDS_AFTER_MS);
    expect([granted, clock.now()]).toEqual([true, 1_000_000]);
  });
});
