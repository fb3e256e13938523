import { expect, it } from 'vitest';
import { redisServerIsReady, startRedisServer } from './redis-server.js';

it('starts a redis-server that answers and comes back after kill -9', async () => {
  const server = await startRedisServer();
  try {
    expect(await redisServerIsReady(server.port)).toBe(true);
    expect((await server.kill()).signal).toBe('SIGKILL');
    expect(await redisServerIsReady(server.port)).toBe(false);
    await server.restart();
    expect(await redisServerIsReady(server.port)).toBe(true);
  } finally {
    await server.stop();
  }
  expect(await redisServerIsReady(server.port)).toBe(false);
});
