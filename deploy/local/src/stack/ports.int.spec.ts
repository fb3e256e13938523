import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { reservePorts } from './ports.js';

it('finds different free ports below those of outgoing connections, and passes over one that is taken', async () => {
  const { a } = await reservePorts(['a'], 77);
  const taken = createServer().listen(a, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const found = Object.values(await reservePorts(['a', 'b', 'c'], 77));
  taken.close();
  expect([new Set(found).size, found.includes(a), found.every((port) => port >= 20_000 && port < 32_000)]).toEqual([3, false, true]);
});
