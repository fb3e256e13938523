import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { adapterAt, SetClock } from './canned-venue.fixtures.js';
import { NadoHttp } from './nado-http.js';

/** Nobody listens there. */
const away = { url: 'http://127.0.0.1:1', close: (): void => undefined };

it('a stream that can’t be opened is out of reach, not refused: whoever starts then waits for it', async () => {
  const opened = adapterAt(away, new SetClock(1_000_000)).subscribeAccount({ accountId: 'bot', subaccount: 'bot' }, () => undefined);
  await expect(opened).rejects.toMatchObject({ kind: 'unreachable', outcome: 'notPlaced' });
});

it('a host of orders that can’t be reached is told as such, and an archive of another host that can’t be only says nothing: orders go elsewhere', async () => {
  const [url, elsewhere] = [await nobodyAt(), await nobodyAt()];
  const unreachable = { kind: 'unreachable', outcome: 'notPlaced' };
  const http = new NadoHttp({ gatewayUrl: url, archiveUrl: elsewhere, timeoutMs: 5_000 });
  await expect(http.execute({ place_order: {} })).rejects.toMatchObject(unreachable);
  await expect(http.query('order')).rejects.toMatchObject(unreachable);
  await expect(http.archive('orders', {})).rejects.toMatchObject({ kind: 'unknown', outcome: 'unknown', venueCode: 'ECONNREFUSED' });
  await expect(new NadoHttp({ gatewayUrl: url, archiveUrl: `${url}/archive`, timeoutMs: 5_000 }).archive('orders', {})).rejects.toMatchObject(unreachable);
});

/** A port that was free a moment ago. */
async function nobodyAt(): Promise<string> {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  return `http://127.0.0.1:${port}`;
}

it('what only reads is asked again where its connection breaks, twice at most, and what may change something never', async () => {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(request.url ?? '');
    if (asked.length % 3 > 0) response.socket?.destroy();
    else response.end(JSON.stringify({ status: 'success', data: 'answer', orders: [] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const http = new NadoHttp({ gatewayUrl: url, archiveUrl: `${url}/archive`, timeoutMs: 5_000 });
    expect(await http.query('order')).toBe('answer');
    expect(await http.archive('orders', {})).toMatchObject({ orders: [] });
    await expect(http.execute({ place_order: {} })).rejects.toMatchObject({ kind: 'unknown', outcome: 'unknown' });
    expect(asked).toEqual([...Array<string>(3).fill('/query'), ...Array<string>(3).fill('/archive'), '/execute']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
