import { createServer } from 'node:net';

/** Below the range from which the kernel takes ports for outgoing connections, so that none of those takes one of ours. */
const FIRST = 20_000;
const LAST = 31_999;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * One free loopback port for each name. The search starts at a place that `seed` (any whole number >= 0, as a pid) chooses, so
 * that two stacks which start at once look in different places.
 * @throws Error where the range has not enough free ports.
 */
export async function reservePorts<Name extends string>(names: readonly Name[], seed: number): Promise<Readonly<Record<Name, number>>> {
  const size = LAST - FIRST + 1;
  const found: number[] = [];
  for (let tried = 0; tried < size && found.length < names.length; tried += 1) {
    const port = FIRST + ((seed * 37 + tried) % size);
    if (await isFree(port)) found.push(port);
  }
  if (found.length < names.length) throw new Error(`ports: found ${found.length} free ones from ${FIRST} to ${LAST} on 127.0.0.1, ${names.length} are needed`);
  return Object.fromEntries(names.map((name, index) => [name, found[index]])) as Record<Name, number>;
}
