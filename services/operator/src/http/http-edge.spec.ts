import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpDesk } from './http-desk.fixtures.js';

let desk: HttpDesk;
beforeAll(async () => {
  desk = await HttpDesk.open();
});
afterAll(() => desk.close());

describe('the HTTP edge', () => {
  it('lists the bots of the log and one of them with what it holds', async () => {
    expect(await desk.call('GET', '/api/bots', { as: 'viewer' })).toMatchObject({ status: 200, body: [{ botId: 'pair1', status: 'RUNNING', accountId: 'acct1' }] });
    expect(await desk.call('GET', '/api/bots/pair1', { as: 'viewer' })).toMatchObject({ status: 200, body: { botId: 'pair1', positions: [expect.objectContaining({ instrument: 'ETH-PERP', quantity: '0' }) as object, expect.anything()] } });
    expect(await desk.call('GET', '/api/bots/nobody')).toMatchObject({ status: 404, body: { detail: 'there is no bot nobody; there are: pair1' } });
  });

  it('pauses a bot in the name of the token, and reads what it wrote', async () => {
    expect(await desk.call('POST', '/api/bots/pair1/pause')).toMatchObject({ status: 200, body: { outcome: 'appended', bot: { status: 'PAUSED' } } });
    expect(await desk.call('GET', '/api/bots/pair1')).toMatchObject({ body: { status: 'PAUSED' } });
    expect(await desk.logText()).toContain('"by":"operator/olga"');
  });

  it('tells who asks, and what runs', async () => {
    expect((await desk.call('GET', '/api/session', { as: 'approver' })).body).toEqual({ name: 'arne', role: 'approver' });
    expect(await desk.call('GET', '/api/status')).toMatchObject({ status: 200, body: { bots: [{ botId: 'pair1' }], services: expect.arrayContaining([expect.objectContaining({ service: 'operator', state: 'LIVE' }), expect.objectContaining({ service: 'risk', state: 'DOWN' })]) as object } });
  });

  it('counts and times every request by its route, and what no route answers as one (RED)', async () => {
    await desk.call('GET', '/api/bots/pair1');
    for (const path of ['/nothing/a', '/nothing/b']) await desk.call('GET', path, { as: 'nobody' });
    const lines = (await desk.metrics.text()).split('\n').filter((line) => line.startsWith('ballast_http_request'));
    const count = (labels: string): number => Number(lines.find((line) => line.startsWith(`ballast_http_requests_total{${labels}}`))?.split(' ')[1]);
    expect(count('route="/api/bots/:botId",method="GET",status="2xx"')).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes('/nothing'))).toEqual([]);
    expect(count('route="unmatched",method="GET",status="4xx"')).toBe(2);
    expect(lines.some((line) => line.startsWith('ballast_http_request_seconds_count{route="/api/bots/:botId",method="GET"}'))).toBe(true);
  });

  it('shows its description and its JSON', async () => {
    expect(await desk.call('GET', '/api/docs-json', { as: 'nobody' })).toMatchObject({ status: 200, body: { openapi: expect.stringMatching(/^3/) as string } });
    expect((await desk.call('GET', '/api/docs', { as: 'nobody' })).text).toContain('swagger-ui');
  });
});
