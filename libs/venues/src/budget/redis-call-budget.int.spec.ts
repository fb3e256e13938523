import { type RedisServer, startRedisServer } from '@ballast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bucketSpec, localSpec, MICRO, type VenueBuckets } from './bucket-spec.js';
import { CONFORMANCE_BUCKETS, itIsACallBudget } from './call-budget-conformance.js';
import { type BudgetRequest, PRIORITIES, type Priority } from './call-budget.js';
import { FallbackCallBudget } from './fallback-call-budget.js';
import { MemoryCallBudget } from './memory-call-budget.js';
import { RedisCallBudget, type RedisBudgetOptions } from './redis-call-budget.js';

let server: RedisServer;
let beds = 0;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });
/** Market ms per ms: slow, so that a busy machine's pauses between two calls are short ones in the market. */
const PACE = 0.2;
const passes = (ms: number): Promise<void> => sleep(ms / PACE);
const SLOW_CLOCK = { now: (): number => Math.floor(performance.now() * PACE) };
/** An answer that comes late is good enough here. */
const timeoutMs = 10_000;

beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

async function clientOf(options: Omit<RedisBudgetOptions, 'url'>): Promise<RedisCallBudget> {
  const budget = new RedisCallBudget({ timeoutMs, ...options, url: server.url });
  await budget.ready();
  return budget;
}

const freshSubjects = (): { readonly ip: string; readonly wallet: string } => {
  beds += 1;
  return { ip: String(beds), wallet: String(beds) };
};

describe('the call budget in Redis', () => {
  const full: Readonly<Record<string, VenueBuckets>> = CONFORMANCE_BUCKETS;
  itIsACallBudget(async () => {
    const subjects = freshSubjects();
    // A new bucket is empty: one that refills at once makes it full.
    const quick = { ...full, quick: { ip: { ...full['quick']!.ip, rate: 1e9 }, wallet: { ...full['quick']!.wallet, rate: 1e9 } } };
    const filler = await clientOf({ venues: quick, subjects });
    for (const bucket of ['ip', 'wallet'] as const) await filler.take({ venue: 'quick', bucket, weight: 1, priority: 1 });
    await sleep(5);
    for (const bucket of ['ip', 'wallet'] as const) await filler.succeeded({ venue: 'quick', bucket, weight: 1, priority: 1 });
    await filler.close();
    const budget = await clientOf({ venues: full, subjects, pace: () => PACE });
    return { budget, wait: passes, end: () => budget.close() };
  });

  it('starts with nothing, as a Redis that was lost has forgotten what was used', async () => {
    const budget = await clientOf({ venues: full, subjects: freshSubjects() });
    expect(await budget.take({ venue: 'quick', bucket: 'wallet', weight: 1, priority: 1 })).toMatchObject({ granted: false, left: 0 });
    await budget.close();
  });
});

describe('several processes on one Redis', () => {
  it('never take more together than the budget, whatever they ask at once, and every share holds', async () => {
    const spec = bucketSpec({ limits: [{ weight: 400, windowMs: 1_000 }], burst: 0.5, shares: [0.3, 0.2, 0.2, 0.2, 0.1] });
    const venues = { quick: { ip: spec, wallet: spec } };
    const subjects = freshSubjects();
    const clients = await Promise.all(Array.from({ length: 6 }, () => clientOf({ venues, subjects })));
    const began = performance.now();
    const granted: { readonly weight: number; readonly priority: Priority }[] = [];
    const totalOf = (all: typeof granted): number => all.reduce((sum, { weight }) => sum + weight, 0);
    const atLeast = (spec.rate * 450) / MICRO;
    await Promise.all(clients.flatMap((client, index) => PRIORITIES.map(async (priority) => {
      while (performance.now() - began < 900 || totalOf(granted) <= atLeast) {
        const weight = 1 + ((index + priority) % 4);
        const request: BudgetRequest = { venue: 'quick', bucket: 'ip', weight, priority };
        const answers = await Promise.all([client.take(request), client.take(request)]);
        for (const answer of answers) if (answer.granted) granted.push({ weight, priority });
      }
    })));
    const passedMs = performance.now() - began + 1;
    const total = totalOf(granted);
    expect(total).toBeLessThanOrEqual((spec.rate * passedMs) / MICRO);
    expect(total).toBeGreaterThan(atLeast);
    // Trades take what comes while they want it: the rest starves, analytics first.
    expect(totalOf(granted.filter(({ priority }) => priority === 1))).toBeGreaterThan(total / 2);
    expect(granted.some(({ priority }) => priority === 5)).toBe(false);
    await Promise.all(clients.map((client) => client.close()));
  });
});

describe('a market that does not go by the wall', () => {
  it('is refilled and waited for in its own time: twenty times the speed, the same venue', async () => {
    const budget = await clientOf({ venues: CONFORMANCE_BUCKETS, subjects: freshSubjects(), pace: () => 20 });
    const one: BudgetRequest = { venue: 'quick', bucket: 'ip', weight: 30, priority: 1 };
    const began = performance.now();
    const empty = await budget.take(one);
    expect(empty, '30 at three quarters of 50 a second of market time').toMatchObject({ granted: false, waitMs: 800 });
    while (!(await budget.take(one)).granted) await sleep(2);
    expect((performance.now() - began) * 20).toBeGreaterThan(750);
    await budget.close();
  });

  it('holds calls back in its own time: at a tenth of the speed the hold of 250 ms lasts for more than two seconds', async () => {
    const budget = await clientOf({ venues: CONFORMANCE_BUCKETS, subjects: freshSubjects(), pace: () => 0.1 });
    const one: BudgetRequest = { venue: 'quick', bucket: 'ip', weight: 0.001, priority: 1 };
    expect((await budget.limited(one)).backoffMs).toBe(2_000);
    await sleep(400);
    const held = await budget.take(one);
    if (held.granted) throw new Error('found a grant, allowed is a wait');
    expect([held.waitMs > 0, held.waitMs <= 210]).toEqual([true, true]);
    await budget.close();
  });
});

describe('a process whose Redis goes away', () => {
  it('goes on with its own part, which starts with nothing, and comes back by itself with what it took charged', async () => {
    const own = await startRedisServer();
    const spec = bucketSpec({ limits: [{ weight: 150, windowMs: 1_000 }], burst: 2 / 3, shares: [0.3, 0.3, 0.2, 0.1, 0.1] });
    const venues = { quick: { ip: spec, wallet: spec } };
    const part = localSpec(spec, { 1: 0.5, 2: 0.5, 3: 0.5, 4: 0.5, 5: 0.5 });
    const heard: boolean[] = [];
    const shared = new RedisCallBudget({ url: own.url, venues, timeoutMs, pace: () => PACE });
    const budget = new FallbackCallBudget(shared, new MemoryCallBudget({ quick: { ip: part, wallet: part } }, SLOW_CLOCK), (away) => heard.push(away));
    const one: BudgetRequest = { venue: 'quick', bucket: 'ip', weight: 1, priority: 1 };
    const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
      while (!(await holds())) await sleep(10);
    };
    try {
      await until(async () => (await budget.take(one)).granted);
      expect(heard, 'the first call waits for the connection').toEqual([false]);
      await own.kill();
      await until(async () => {
        await budget.take(one);
        return heard.at(-1) === true;
      });
      expect(await budget.take({ ...one, weight: 15 })).toMatchObject({ granted: false });
      await until(async () => (await budget.take({ ...one, weight: 10 })).granted);
      await own.restart();
      await until(() => heard.at(-1) === false);
      const back = await budget.take({ ...one, weight: 25 });
      expect(back).toMatchObject({ granted: false });
      await until(async () => (await budget.take({ ...one, weight: 25 })).granted);
      expect(heard.at(-1)).toBe(false);
    } finally {
      await budget.close();
      await own.stop();
    }
  }, 60_000);
});
