import { existsSync } from 'node:fs';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNatsServer, type NatsServer } from './nats-server.js';

async function withConnection<T>(server: NatsServer, use: (nc: NatsConnection) => Promise<T>): Promise<T> {
  const nc = await connect({ servers: server.url });
  try {
    return await use(nc);
  } finally {
    await nc.close();
  }
}

describe('a nats-server for suites', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server.stop());

  it('flushes every message to the disk, as production does', async () => {
    const varz = (await (await fetch(`http://127.0.0.1:${server.monitorPort}/varz`)).json()) as { jetstream: { config: { sync_always?: boolean } } };
    expect(varz.jetstream.config.sync_always).toBe(true);
  });

  it('keeps an acknowledged message over kill -9', async () => {
    await withConnection(server, async (nc) => {
      await (await nc.jetstreamManager()).streams.add({ name: 'LOG', subjects: ['log.>'] });
      expect((await nc.jetstream().publish('log.a', 'kept')).seq).toBe(1);
    });
    const before = server.pid;
    expect((await server.kill()).signal).toBe('SIGKILL');
    await server.restart();
    expect(server.pid).not.toBe(before);
    const found = await withConnection(server, async (nc) => (await nc.jetstreamManager()).streams.getMessage('LOG', { seq: 1 }));
    expect(found?.string()).toBe('kept');
  });

  it('removes its own store when it is stopped', async () => {
    const other = await startNatsServer();
    expect(existsSync(other.storeDir)).toBe(true);
    await other.stop();
    expect(existsSync(other.storeDir)).toBe(false);
  });

  it('says what the server said when its configuration is wrong', async () => {
    await expect(startNatsServer({ config: 'no_such_field: 1' })).rejects.toThrow(/ended before it was ready[\s\S]*no_such_field/);
  });
});
