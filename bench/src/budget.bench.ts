import { startRedisServer } from '@ballast/testing';
import { type BudgetRequest, type CallBudget, MemoryCallBudget, NADO_BUCKETS, RedisCallBudget, type VenueBuckets } from '@ballast/venues';
import type { Bench } from './bench.js';
import { quantile } from './statistics.js';

const VENUES: Readonly<Record<string, VenueBuckets>> = { nado: NADO_BUCKETS };
const PRIORITY = 3;
const REQUEST: BudgetRequest = { venue: 'nado', bucket: 'ip', weight: 1, priority: PRIORITY };
const WALL = { now: (): number => Math.floor(performance.now()) };

async function taken(budget: CallBudget, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    await budget.take(REQUEST);
    times.push(performance.now() - began);
  }
  return times;
}

const microseconds = (ms: readonly number[]): string => `p50 ${(quantile(ms, 0.5) * 1_000).toFixed(1)} µs, p99 ${(quantile(ms, 0.99) * 1_000).toFixed(1)} µs`;

export const budgetBench: Bench = {
  name: 'budget',
  about: 'What each call to a venue pays for the call budget: one take, granted or not, by a process with its own part, and of the budget that all processes share, one script in a redis-server on the same machine, one take after the other.',
  async run({ quick, progress }) {
    const count = quick ? 2_000 : 20_000;
    const memory = new MemoryCallBudget(VENUES, WALL);
    await taken(memory, count);
    const own = await taken(memory, count);
    progress(`own part: ${microseconds(own)}`);
    const server = await startRedisServer();
    const redis = new RedisCallBudget({ url: server.url, venues: VENUES, timeoutMs: 10_000 });
    try {
      await redis.ready();
      await taken(redis, 500);
      const shared = await taken(redis, count);
      progress(`shared: ${microseconds(shared)}`);
      return [
        { what: 'take from the own part', ours: microseconds(own), peer: '' },
        { what: 'take from the shared budget', ours: microseconds(shared), peer: '' },
      ];
    } finally {
      await redis.close();
      await server.stop();
    }
  },
};
