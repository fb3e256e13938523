import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort } from './ports.js';

it('gives each port once, whoever asks at the same time, and none that is taken', async () => {
  const first = await freePort();
  const taken = createServer().listen(first + 1, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const ports = [first, ...(await Promise.all(Array.from({ length: 50 }, freePort)))];
  taken.close();
  expect([new Set(ports).size, ports.includes(first + 1), ports.every((port) => port >= 20_000 && port < 32_000)]).toEqual([51, false, true]);
});
