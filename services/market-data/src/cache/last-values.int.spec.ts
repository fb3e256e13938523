import { startRedisServer } from '@ballast/testing';
import { expect, it } from 'vitest';
import { connectRedis } from './connect-redis.js';

const until = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};

it('keeps the last value of each kind and instrument, counts while Redis is away, and catches up when it is back', async () => {
  const server = await startRedisServer();
  let failures = 0;
  const cache = connectRedis(`redis://127.0.0.1:${server.port}`, () => (failures += 1));
  try {
    await until(() => {
      cache.save('book', 'ETH-PERP', { sequence: 1 });
      return cache.load('book', 'ETH-PERP').then((value) => value !== undefined);
    });
    cache.save('book', 'ETH-PERP', { sequence: 2 });
    await until(async () => {
      cache.save('price', 'ETH-PERP', { markPrice: '0' });
      return ((await cache.load('book', 'ETH-PERP')) as { sequence?: number } | undefined)?.sequence === 2;
    });
    await server.kill();
    const before = failures;
    cache.save('book', 'ETH-PERP', { sequence: 3 });
    expect(await cache.load('book', 'ETH-PERP')).toBeUndefined();
    await until(() => failures > before);
    await server.restart();
    await until(async () => {
      cache.save('price', 'ETH-PERP', { markPrice: '1' });
      return ((await cache.load('book', 'ETH-PERP')) as { sequence?: number } | undefined)?.sequence === 3;
    });
  } finally {
    await cache.close();
    await server.stop();
  }
});

it('has what was kept for whoever starts again and asks at once: a sequence of books goes on where it was', async () => {
  const server = await startRedisServer();
  const connect = (): ReturnType<typeof connectRedis> => connectRedis(`redis://127.0.0.1:${server.port}`, (error) => expect(error).toBeUndefined());
  const first = connect();
  try {
    expect(await first.load('book', 'ETH-PERP')).toBeUndefined();
    first.save('book', 'ETH-PERP', { sequence: 7 });
    await first.close();
    const second = connect();
    expect(await second.load('book', 'ETH-PERP')).toEqual({ sequence: 7 });
    await second.close();
  } finally {
    await server.stop();
  }
});

it('does not hold up a start for a Redis that is away', async () => {
  const server = await startRedisServer();
  await server.kill();
  let failures = 0;
  const cache = connectRedis(`redis://127.0.0.1:${server.port}`, () => (failures += 1));
  expect(await cache.load('book', 'ETH-PERP')).toBeUndefined();
  expect(failures).toBeGreaterThan(0);
  await cache.close();
  await server.stop();
}, 10_000);
