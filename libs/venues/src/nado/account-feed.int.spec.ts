import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { AccountEvent, Door } from '../venue-adapter.js';
import { adapterAt, DOMAIN, KEY, SetClock, x18 } from './canned-venue.fixtures.js';
import { HISTORY_PAGE } from './archive.js';
import { NadoAdapter } from './nado-adapter.js';

interface Question {
  readonly limit?: number | { readonly raw: number };
  readonly idx?: string;
}

let server: Server;
let sockets: WebSocketServer;
let stream: WebSocket | undefined;
/** What the archive was asked for, in order. */
let asked: string[];
let answerTo: (type: string, question: Question) => object;
/** So many questions are answered 429. */
let limited: number;
/** The archive answers after this. */
let open: Promise<void>;
const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const PRODUCTS = { symbols: { ETH: perp(4, 'ETH-PERP'), SOL: perp(8, 'SOL-PERP') } };
const ACCOUNT = { accountId: 'bot', subaccount: 'bot' };

function perp(productId: number, symbol: string): object {
  return { type: 'perp', product_id: productId, symbol, price_increment_x18: x18('1'), size_increment: x18('1'), min_size: x18('1'), maker_fee_rate_x18: '0', taker_fee_rate_x18: '0', max_open_interest_x18: null, trading_status: 'live' };
}
const weights = (productId: number): object => ({ product_id: productId, risk: { long_weight_initial_x18: x18('1'), short_weight_initial_x18: x18('1'), long_weight_maintenance_x18: x18('1'), short_weight_maintenance_x18: x18('1'), price_x18: x18('1') }, oracle_price_x18: x18('1') });

beforeEach(async () => {
  asked = [];
  limited = 0;
  open = Promise.resolve();
  answerTo = (type) => ({ [type === 'interest_and_funding' ? 'funding_payments' : type]: [], txs: [], next_idx: '' });
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      const query = body['type'];
      if (query !== undefined) return void response.end(JSON.stringify({ status: 'success', data: query === 'symbols' ? PRODUCTS : { spot_products: [], perp_products: [weights(4), weights(8)] } }));
      const type = Object.keys(body)[0] ?? '';
      asked.push(type);
      if (limited > 0) {
        limited -= 1;
        response.statusCode = 429;
        return void response.end('{}');
      }
      void open.then(() => response.end(JSON.stringify(answerTo(type, body[type] as Question))));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    stream = socket;
    socket.on('message', (data) => socket.send(JSON.stringify({ id: (JSON.parse(String(data)) as { readonly id: number }).id, result: null })));
  });
});
afterEach(() => {
  for (const socket of sockets.clients) socket.terminate();
  server.closeAllConnections();
  server.close();
});

it('an account reads its funding once for all markets that tell it meanwhile, and no history that it was not told of', async () => {
  const adapter = adapterAt({ url: url(), close: () => undefined }, new SetClock(1_000_000));
  await adapter.connect();
  await adapter.subscribeAccount(ACCOUNT, () => undefined);
  let answer = (): void => undefined;
  open = new Promise((resolve) => (answer = resolve));
  const fund = (product: number): void => stream?.send(JSON.stringify({ type: 'funding_payment', product_id: product }));
  fund(4);
  await expect.poll(() => asked.length).toBe(1);
  for (const product of [8, 4, 8, 4, 8]) fund(product);
  // All five are there before the first is answered.
  await new Promise((resolve) => setTimeout(resolve, 50));
  answer();
  await expect.poll(() => asked).toEqual(['interest_and_funding', 'interest_and_funding']);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).toHaveLength(2);
  await adapter.close();
});

it('funding that the archive tells late is told, however many fills came meanwhile', async () => {
  const told: AccountEvent[] = [];
  const adapter = adapterAt({ url: url(), close: () => undefined }, new SetClock(1_000_000));
  await adapter.connect();
  await adapter.subscribeAccount(ACCOUNT, (event) => void told.push(event));
  stream?.send(JSON.stringify({ type: 'fill', submission_idx: '9', order_digest: '0x1', product_id: 4, is_bid: true, filled_qty: x18('1'), price: x18('1'), fee: '0', is_taker: true, timestamp: '2000000000000000' }));
  await expect.poll(() => told.some(({ type }) => type === 'fill')).toBe(true);
  answerTo = () => ({ funding_payments: [{ product_id: 4, idx: '1', timestamp: '1500', amount: x18('1'), rate_x18: '0' }], next_idx: '' });
  stream?.send(JSON.stringify({ type: 'funding_payment', product_id: 4 }));
  await expect.poll(() => told.at(-1)).toMatchObject({ type: 'funding', payment: { time: 1_500_000 } });
  await adapter.close();
});

it('a history of several pages goes on at the page that the venue limits', async () => {
  const adapter = adapterAt({ url: url(), close: () => undefined }, new SetClock(1_000_000));
  await adapter.connect();
  answerTo = (_type, { idx }) => {
    const newest = idx === undefined ? 100 : Number(idx);
    limited = newest === 100 ? 2 : 0;
    const submissions = Array.from({ length: Math.min(HISTORY_PAGE, newest) }, (_, index) => String(newest - index));
    return { matches: submissions.map((submission) => ({ digest: '0x1', submission_idx: submission, order: { amount: '1' }, base_filled: x18('1'), quote_filled: x18('1'), fee: '0', product_id: 4, is_taker: true })), txs: submissions.map((submission) => ({ submission_idx: submission, timestamp: '2000', tx: { match_orders: { product_id: 4 } } })) };
  };
  expect(await adapter.fillsSince(ACCOUNT, 0)).toHaveLength(100);
  expect(asked.length, 'six pages, the second of them three times').toBe(6 + 2);
  await adapter.close();
});

it('a history is read whole and once where a page ends within a submission', async () => {
  const adapter = adapterAt({ url: url(), close: () => undefined }, new SetClock(1_000_000));
  await adapter.connect();
  // Three orders of the account are filled in each submission: 20 rows end within one.
  const rows = Array.from({ length: 3 * HISTORY_PAGE }, (_, index) => ({ submission: String(1_000 - Math.floor(index / 3)), digest: `0x${index}` }));
  answerTo = (_type, { idx, limit }) => {
    const found = rows.filter(({ submission }) => idx === undefined || BigInt(submission) <= BigInt(idx)).slice(0, Number(limit));
    return {
      matches: found.map(({ submission, digest }) => ({ digest, submission_idx: submission, order: { amount: '1' }, base_filled: x18('1'), quote_filled: x18('1'), fee: '0', product_id: 4, is_taker: true })),
      txs: [...new Set(found.map(({ submission }) => submission))].map((submission) => ({ submission_idx: submission, timestamp: '2000', tx: { match_orders: { product_id: 4 } } })),
    };
  };
  const fills = await adapter.fillsSince(ACCOUNT, 0);
  expect(fills.map(({ fillId }) => fillId)).toEqual(rows.map(({ submission, digest }) => `${submission}:${digest}`).reverse());
  expect(asked.length).toBe(4);
  await adapter.close();
});

it('funding that the archive has not got yet when its stream tells it is read once more', async () => {
  const told: string[] = [];
  const adapter = new NadoAdapter({ gatewayUrl: url(), archiveUrl: url(), streamUrl: url(), ...DOMAIN, privateKey: KEY, clock: new SetClock(1_000_000), live: true, prices: 'poll', archiveLateMs: 50 });
  await adapter.connect();
  await adapter.subscribeAccount(ACCOUNT, (event) => void told.push(event.type));
  for (const product of [4, 8]) stream?.send(JSON.stringify({ type: 'funding_payment', product_id: product }));
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  answerTo = () => ({ funding_payments: [{ product_id: 4, idx: '1', timestamp: '1500', amount: x18('1'), rate_x18: '0' }], next_idx: '' });
  await expect.poll(() => told).toEqual(['stream', 'funding']);
  await adapter.close();
});

it('a feed whose question the venue limits asks it again, and keeps its connection: a new one would read everything', async () => {
  const told: string[] = [];
  const adapter = adapterAt({ url: url(), close: () => undefined }, new SetClock(1_000_000));
  await adapter.connect();
  await adapter.subscribeAccount(ACCOUNT, (event) => void told.push(event.type === 'stream' ? event.state : event.type));
  limited = 1;
  answerTo = () => ({ funding_payments: [{ product_id: 4, idx: '1', timestamp: '1500', amount: x18('1'), rate_x18: '0' }], next_idx: '' });
  stream?.send(JSON.stringify({ type: 'funding_payment', product_id: 4 }));
  await expect.poll(() => told).toEqual(['UP', 'funding']);
  expect(asked).toEqual(['interest_and_funding', 'interest_and_funding']);
  await adapter.close();
});

it('a feed that waits for the call budget asks nothing, and tells nothing, once it is closed or its connection is another one', async () => {
  const told: string[] = [];
  let pass = (): void => undefined;
  const waits = { count: 0, until: new Promise<void>((resolve) => (pass = resolve)) };
  const door: Door = async (_request, run) => {
    waits.count += 1;
    await waits.until;
    return run();
  };
  const adapter = adapterAt({ url: url(), close: () => undefined }, new SetClock(1_000_000));
  await adapter.connect();
  await adapter.subscribeAccount(ACCOUNT, (event) => void told.push(event.type === 'stream' ? event.state : event.type), door);
  for (let lost = 1; lost <= 3; lost += 1) {
    stream?.terminate();
    await expect.poll(() => waits.count).toBe(lost);
  }
  pass();
  await expect.poll(() => told).toEqual(['UP', 'DOWN', 'UP']);
  expect(asked, 'by the connection that stands').toEqual(['matches', 'events', 'interest_and_funding']);
  waits.until = new Promise((resolve) => (pass = resolve));
  stream?.send(JSON.stringify({ type: 'funding_payment', product_id: 4 }));
  await expect.poll(() => waits.count).toBe(6);
  await adapter.close();
  pass();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([asked.length, told.length]).toEqual([3, 3]);
});
