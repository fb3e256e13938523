import { createServer } from 'node:net';

/** A TCP port of the loopback interface that nobody listens on now. Another process may take it before its user does. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error(`freePort: found address ${String(address)}, allowed is a TCP address`))));
    });
  });
}
