import { createServer } from 'node:net';

/** Below the range from which the kernel takes ports for outgoing connections and for who asks for any: none of those takes one of ours. */
const FIRST = 20_000;
const COUNT = 12_000;
/** Test processes that run side by side, whose ids are near one another, look in places that are not. */
const APART = 1_009;

let next = (process.pid * APART) % COUNT;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * A TCP port of the loopback interface that nobody listens on now, and that this process was not given before: the kernel's own choice
 * is one of 7,000, and one time in so many the same as the one before.
 * @throws Error where none is free.
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried += 1) {
    const port = FIRST + (next % COUNT);
    next += 1;
    if (await isFree(port)) return port;
  }
  throw new Error(`freePort: found none from ${FIRST} to ${FIRST + COUNT - 1} on 127.0.0.1, allowed is a free one`);
}
