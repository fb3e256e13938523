import { mkdtempSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { money, price, quantity } from '@ballast/domain';
import { GeneratedMarket, OrderCodec, SimClockClient, nadoAccount, nadoEngineConfig } from '@ballast/venues';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PAPER_DOMAIN, type PaperVenue, startPaperVenue } from './paper-venue.js';

const market = new GeneratedMarket({ seed: 3, durationMs: 600_000, coins: ['ETH'] });
const codec = new OrderCodec(`0x${'33'.repeat(32)}`, PAPER_DOMAIN);
const account = nadoAccount('wire');
const sender = codec.senderOf(account.subaccount);
let venue: PaperVenue | undefined;

async function start(speed: number | 'max', rateLimits = false): Promise<{ readonly url: string; readonly sim: SimClockClient }> {
  venue = await startPaperVenue({ port: 0, market, marketName: 'wire', engine: nadoEngineConfig(3), speed, journalPath: join(mkdtempSync(join(tmpdir(), 'ballast-venue-')), 'j'), domain: PAPER_DOMAIN, rateLimits });
  return { url: venue.url, sim: new SimClockClient(venue.url) };
}
afterEach(async () => {
  await venue?.stop();
  venue = undefined;
});

async function post(url: string, body: unknown): Promise<readonly [number, Record<string, unknown>]> {
  const response = await fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  return [response.status, (await response.json()) as Record<string, unknown>];
}

async function placement(receiveBy: number, clientOrderId = 'c'): Promise<{ place_order: Record<string, unknown> }> {
  const order = { clientOrderId, account, instrument: 'ETH-PERP', side: 'BUY', quantity: quantity('200'), limitPrice: price('1'), timeInForce: 'GTC', postOnly: true, reduceOnly: false, receiveBy, expiresAt: receiveBy + 600_000 } as const;
  return (await codec.placement(4, order)).body as { place_order: Record<string, unknown> };
}

describe('the paper venue on the wire (venues.md §1)', () => {
  it('answers 403 to a caller that accepts no compression', async () => {
    const { url } = await start('max');
    const status = await new Promise((resolve, reject) => httpRequest(`${url}/v1/query?type=status`, (response) => resolve(response.statusCode)).on('error', reject).end());
    expect(status).toBe(403);
    expect(await (await fetch(`${url}/v1/query?type=status`)).json()).toEqual({ status: 'success', data: 'active', request_type: 'query_status' });
  });

  it('wants permessage-deflate on the subscription socket', async () => {
    const { url } = await start('max');
    const opened = (perMessageDeflate: boolean): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/subscribe`, { perMessageDeflate });
        socket.on('open', () => (resolve('open'), socket.terminate()));
        socket.on('error', (error) => resolve(error.message));
      });
    expect([await opened(true), await opened(false)]).toEqual(['open', 'Unexpected server response: 403']);
  });

  it('refuses a changed order, a foreign signature and an unreadable body', async () => {
    const { url, sim } = await start('max');
    const { marketMs } = await sim.clock();
    const body = await placement(marketMs + 60_000);
    const changed = { place_order: { ...body.place_order, order: { ...(body.place_order['order'] as object), amount: '2000000000000000000' } } };
    expect((await post(`${url}/v1/execute`, changed))[1]).toMatchObject({ status: 'failure', error_code: 2028 });
    expect((await post(`${url}/v1/execute`, { place_order: { ...body.place_order, signature: '0x' } }))[1]).toMatchObject({ error_code: 2028 });
    expect(await post(`${url}/v1/execute`, '{')).toMatchObject([400, { error: 'body: found "{", allowed is JSON' }]);
    expect((await post(`${url}/v1/execute`, { place_order: { product_id: 4, order: { sender: '0x12' } } }))[1]['error']).toBe('sender: found "0x12", allowed is 0x and 64 hex digits');
    expect((await post(`${url}/v1/query`, { type: 'weather' }))[1]['error']).toContain('type: found "weather", allowed is status');
  });

  it('limits executes to 100 in 10 s of market time, with HTTP 429 (1000)', async () => {
    const { url, sim } = await start('max', true);
    const { marketMs } = await sim.clock();
    await sim.addFault({ match: { kind: 'place' }, fault: { type: 'reject', code: 2006 } });
    const body = await placement(marketMs + 60_000);
    const statuses = [];
    for (let sent = 0; sent < 101; sent += 1) statuses.push((await post(`${url}/v1/execute`, body))[0]);
    expect([statuses.slice(0, 100).every((status) => status === 200), statuses[100]]).toEqual([true, 429]);
  });

  it('answers 429 to all but a fifth of the usual budget while it is squeezed, also where limits are off, and to nobody after', async () => {
    const { url, sim } = await start('max');
    const { marketMs } = await sim.clock();
    await sim.addFault({ match: { until: marketMs + 1 }, fault: { type: 'squeeze', percent: 20 } });
    const ask = async (): Promise<number> => (await post(`${url}/v1/query`, { type: 'subaccount_info', subaccount: sender }))[0];
    const statuses: number[] = [];
    for (let asked = 0; asked < 41; asked += 1) statuses.push(await ask());
    expect([statuses.slice(0, 40).every((status) => status === 200), statuses[40]]).toEqual([true, 429]);
    await sim.step(marketMs);
    expect(await ask()).toBe(200);
    const calls = await sim.calls(marketMs);
    expect(calls.map(({ name, account, weight, taken }) => [name, account, weight, taken])).toEqual([...Array.from({ length: 40 }, () => ['subaccount_info', sender, 2, true]), ['subaccount_info', sender, 2, false], ['subaccount_info', sender, 2, true]]);
    expect(await sim.calls(marketMs + 1)).toEqual(calls.filter(({ at }) => at > marketMs));
  });

  it('takes a transfer by the wallet’s next nonce, and tells sender, recipient, amount and nonce of it in the archive', async () => {
    const { url, sim } = await start(1_000);
    await sim.deposit(sender, money('1000'), 'k');
    const recipient = codec.senderOf('bot');
    const nonce = async (): Promise<unknown> => ((await post(`${url}/v1/query`, { type: 'nonces', address: sender.slice(0, 42) }))[1]['data'] as { tx_nonce: unknown }).tx_nonce;
    const send = async (changes: { readonly nonce?: string; readonly recipient?: `0x${string}`; readonly amount?: string }): Promise<unknown> => {
      const tx = { sender, recipient, amount: '5000000000000000000', nonce: '0', ...changes };
      return (await post(`${url}/v1/execute`, { transfer_quote: await codec.transferQuote(tx) }))[1]['error_code'] ?? 'moved';
    };
    expect(await nonce()).toBe(0);
    await sim.addFault({ match: { kind: 'transfer' }, fault: { type: 'freeze' }, times: 1 });
    expect([await send({}), await send({ nonce: '1' }), await send({ recipient: sender }), await send({ amount: '4999999999999999999' }), await send({}), await send({})]).toEqual([4004, 2022, 2079, 2077, 'moved', 2022]);
    expect(await nonce()).toBe(1);
    const [, archive] = await post(`${url}/archive/v1`, { events: { subaccounts: [recipient], event_types: ['transfer_quote'] } });
    expect((archive['txs'] as { tx: unknown }[]).map(({ tx }) => tx)).toEqual([{ transfer_quote: { sender, recipient, amount: '5000000000000000000', nonce: 0 } }]);
  });

  it('holds an order until the market is stepped, and steps once from one moment', async () => {
    const { url, sim } = await start('max');
    await sim.deposit(sender, money('1000'), 'k');
    const { marketMs } = await sim.clock();
    const answer = post(`${url}/v1/execute`, await placement(marketMs + 60_000));
    await expect.poll(async () => (await sim.clock()).openCalls).toBe(1);
    const first = await sim.step(marketMs);
    expect(first.marketMs).toBeGreaterThan(marketMs);
    expect(await sim.step(marketMs)).toEqual(await sim.step(marketMs));
    for (let at = first; at.openCalls > 0; ) at = await sim.step(at.marketMs);
    expect((await answer)[1]).toMatchObject({ status: 'failure', error_code: 2007 });
  });

  it('lets market time run 15 times as fast as the wall, and says so every 250 ms', async () => {
    const { sim } = await start(15);
    const frames: number[] = [];
    const before = await sim.clock();
    const end = await sim.watch((marketMs) => frames.push(marketMs), () => undefined);
    await expect.poll(() => frames.length).toBeGreaterThan(2);
    end();
    const asked = Date.now();
    const after = await sim.clock();
    const answered = Date.now();
    const wall = after.epochWallMs + (after.marketMs - after.epochMarketMs) / 15;
    expect([after.mode, after.speed, after.done]).toEqual(['replay', '15', false]);
    expect(after.marketMs - before.marketMs).toBeGreaterThanOrEqual(500 * 15);
    expect([wall > asked - 500, wall < answered + 500]).toEqual([true, true]);
    expect([...frames].sort((a, b) => a - b)).toEqual(frames);
  });

  it('answers an order in real time by itself', async () => {
    const { url, sim } = await start(15);
    await sim.deposit(sender, money('1000'), 'k');
    const { marketMs } = await sim.clock();
    expect((await post(`${url}/v1/execute`, await placement(marketMs + 90_000)))[1]).toMatchObject({ error_code: 2007 });
  });

  it('says ready, and counts what it answered', async () => {
    const { url } = await start('max');
    await post(`${url}/v1/query`, { type: 'status' });
    const health = `http://127.0.0.1:${String(venue?.healthPort)}`;
    expect([(await fetch(`${health}/healthz`)).status, (await fetch(`${health}/readyz`)).status]).toEqual([200, 200]);
    const metrics = await (await fetch(`${health}/metrics`)).text();
    expect(metrics).toContain('ballast_venue_calls_total{venue="paper",call="query",outcome="accepted"} 1');
    expect(metrics).toMatch(/^process_start_time_seconds [0-9]+/m);
  });
});
