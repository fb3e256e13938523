import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RedisServer, startRedisServer } from '@ballast/testing';
import { MemoryRateLimit, RedisRateLimit } from './rate-limit.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

const failures: unknown[] = [];
const limitOf = (perMinute: number): RedisRateLimit => new RedisRateLimit(server.url, perMinute, new MemoryRateLimit(perMinute, () => performance.now()), (error) => failures.push(error));
/** Both replicas are connected: what they count is in Redis. */
const connected = (limit: RedisRateLimit, who: string): Promise<void> => expect.poll(async () => (failures.length = 0, await limit.take(who), failures.length)).toBe(0);

it('counts the requests of one token for two replicas together, exactly, and each token on its own', async () => {
  const replicas = [limitOf(20), limitOf(20)];
  for (const [index, replica] of replicas.entries()) await connected(replica, `warm-${index}`);
  let answers: readonly number[] = [];
  let round = 0;
  // A round in which Redis was too slow for one of them is no count of Redis.
  await expect.poll(async () => {
    failures.length = 0;
    round += 1;
    answers = await Promise.all(Array.from({ length: 50 }, (_, index) => replicas[index % 2]!.take(`token:kim-${round}`)));
    return failures;
  }).toEqual([]);
  expect([answers.filter((seconds) => seconds === 0).length, answers.every((seconds) => seconds >= 0 && seconds <= 60)]).toEqual([20, true]);
  expect(await replicas[0]!.take('token:lee')).toBe(0);
  await Promise.all(replicas.map((replica) => replica.close()));
});

it('lets requests through by its own count while Redis is away, says so, and says that it is over', async () => {
  const limit = limitOf(2);
  await connected(limit, 'warm');
  await server.kill();
  const answers: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) answers.push(await limit.take('token:kim'));
  expect([answers.map((seconds) => seconds > 0), failures.length > 0]).toEqual([[false, false, true], true]);
  await server.restart();
  await expect.poll(async () => (await limit.take('token:lee'), failures.at(-1))).toBeUndefined();
  await limit.close();
});
