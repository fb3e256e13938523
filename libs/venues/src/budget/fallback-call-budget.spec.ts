import { describe, expect, it, vi } from 'vitest';
import { bucketSpec } from './bucket-spec.js';
import type { BudgetRequest } from './call-budget.js';
import { FallbackCallBudget } from './fallback-call-budget.js';
import { MemoryCallBudget } from './memory-call-budget.js';
import type { RedisCallBudget } from './redis-call-budget.js';

const SPEC = bucketSpec({ limits: [{ weight: 600_000, windowMs: 1_000 }], burst: 0.5, shares: [0.3, 0.2, 0.2, 0.2, 0.1] });
const VENUES = { quick: { ip: SPEC, wallet: SPEC } };
const ONE: BudgetRequest = { venue: 'quick', bucket: 'ip', weight: 1, priority: 1 };

/** A store that goes away, comes back, and is slow to hear what was granted meanwhile. */
class SlowStore extends MemoryCallBudget {
  isAway = true;
  readonly grantedBy: string[] = [];
  private hear: () => void = () => undefined;
  readonly asked = new Promise<void>((resolve) => (this.hear = resolve));
  private heard: () => void = () => undefined;

  ready = (): Promise<void> => Promise.resolve();
  ping = (): Promise<void> => (this.isAway ? Promise.reject(new Error('away')) : Promise.resolve());
  settle = (): Promise<void> => {
    this.hear();
    return new Promise((resolve) => (this.heard = resolve));
  };

  answer(): void {
    this.heard();
  }

  override take(request: BudgetRequest): ReturnType<MemoryCallBudget['take']> {
    if (this.isAway) return Promise.reject(new Error('away'));
    this.grantedBy.push('shared');
    return super.take(request);
  }
}

describe('the part of a process whose shared budget comes back', () => {
  it('grants nothing while what it granted is told to the whole: what it grants then nobody would charge', async () => {
    const clock = { now: () => Math.floor(performance.now()) };
    const [shared, local] = [new SlowStore(VENUES, clock), new MemoryCallBudget(VENUES, clock)];
    const budget = new FallbackCallBudget(shared as unknown as RedisCallBudget, local, () => undefined);
    await budget.take(ONE);
    shared.isAway = false;
    await shared.asked;
    const waiting = Array.from({ length: 20 }, () => budget.take(ONE));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(shared.grantedBy).toEqual([]);
    shared.answer();
    await Promise.all(waiting);
    expect(shared.grantedBy.length).toBe(20);
    await budget.close();
  });

  it('says nothing of Redis once it is closed, and looks for it no more: another life of the process has the whole by then', async () => {
    const clock = { now: () => Math.floor(performance.now()) };
    const told: boolean[] = [];
    const shared = new SlowStore(VENUES, clock);
    shared.isAway = false;
    const pings = vi.spyOn(shared, 'ping');
    const budget = new FallbackCallBudget(shared as unknown as RedisCallBudget, new MemoryCallBudget(VENUES, clock), (away) => told.push(away));
    await budget.take(ONE);
    await budget.close();
    shared.isAway = true;
    await budget.take(ONE);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect([told, pings.mock.calls]).toEqual([[false], []]);
  });
});
