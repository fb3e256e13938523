import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpDesk, TOKENS } from './http-desk.fixtures.js';
import { type Role, ROLES } from './tokens.js';

/** The least role of every route: a route without a row, or a row without a route, is a fault. */
const NEEDED: Readonly<Record<string, Role>> = {
  'GET /api/session': 'viewer',
  'GET /api/status': 'viewer',
  'GET /api/bots': 'viewer',
  'GET /api/bots/:botId': 'viewer',
  'GET /api/bots/:botId/equity': 'viewer',
  'POST /api/bots': 'operator',
  'PUT /api/bots/:botId/settings': 'operator',
  'DELETE /api/bots/:botId': 'operator',
  'POST /api/bots/:botId/start': 'operator',
  'POST /api/bots/:botId/pause': 'operator',
  'POST /api/bots/:botId/stop': 'operator',
  'POST /api/bots/:botId/close-all': 'operator',
  'PATCH /api/bots/:botId/liquidation-protection': 'operator',
  'POST /api/bots/:botId/liquidation-protection/pause': 'operator',
  'GET /api/bots/:botId/protection-status': 'viewer',
  'GET /api/bots/:botId/protection-history': 'viewer',
  'GET /api/positions': 'viewer',
  'GET /api/orders': 'viewer',
  'GET /api/balances': 'viewer',
  'GET /api/trades': 'viewer',
  'GET /api/trades/:tradeId': 'viewer',
  'GET /api/trades/:tradeId/explain': 'viewer',
  'GET /api/ladder': 'viewer',
  'POST /api/ladder/request': 'operator',
  'POST /api/ladder/approve': 'approver',
  'POST /api/ladder/reject': 'approver',
  'POST /api/ladder/rollback': 'operator',
  'GET /api/risk/rules': 'viewer',
  'GET /api/risk/stops': 'viewer',
  'GET /api/risk/trading-state': 'viewer',
  'POST /api/halt': 'operator',
  'POST /api/halt/venue': 'operator',
  'POST /api/reduce': 'operator',
  'POST /api/resume': 'operator',
  'GET /api/reports': 'viewer',
  'GET /api/reports/:kind': 'viewer',
  'GET /api/treasury': 'viewer',
  'GET /api/treasury/entries': 'viewer',
  'POST /api/treasury/withdraw': 'approver',
  'GET /api/events': 'viewer',
};
const ROWS = Object.entries(NEEDED).map(([route, role]) => [...(route.split(' ') as [string, string]), role] as const);
const urlOf = (path: string): string => path.replace(':botId', 'pair1').replace(':tradeId', 'nosuch').replace(':kind', 'nosuch');

let desk: HttpDesk;
beforeAll(async () => {
  desk = await HttpDesk.open();
});
afterAll(() => desk.close());

/** Status of a call that is no stream: of one, a place that is none is asked for, so that it ends. */
async function statusOf(method: string, path: string, as: Role | 'nobody', more: { readonly key?: string; readonly body?: unknown } = {}): Promise<number> {
  return (await desk.call(method, urlOf(path), { as, headers: path === '/api/events' ? { 'last-event-id': 'nowhere' } : {}, ...more })).status;
}

describe('access to the HTTP edge', () => {
  it('has a row for every route that the server has, and no other', () => {
    const served = desk.edge.routes.filter(({ method, path }) => path.startsWith('/api') && !path.startsWith('/api/docs') && method !== 'HEAD').map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(served)].sort()).toEqual(Object.keys(NEEDED).sort());
  });

  it.each(ROWS)('%s %s is for %s and above, and for nobody without a token', async (method, path, role) => {
    expect(await statusOf(method, path, 'nobody')).toBe(401);
    for (const as of ROLES) {
      const status = await statusOf(method, path, as, { body: method === 'GET' ? undefined : { nonsense: 1 } });
      if (ROLES.indexOf(as) < ROLES.indexOf(role)) expect([as, status]).toEqual([as, 403]);
      else expect([as, [401, 403].includes(status)]).toEqual([as, false]);
    }
  });

  it.each(ROWS.filter(([method]) => method !== 'GET'))('%s %s is refused without an Idempotency-Key', async (method, path, role) => {
    expect(await desk.call(method, urlOf(path), { as: role, key: '', body: {} })).toMatchObject({ status: 400, body: { fields: { 'Idempotency-Key': expect.stringContaining('found nothing') as string } } });
  });

  it('is described, route by route, with its parameters, in OpenAPI', () => {
    const described = Object.entries(desk.edge.openApi.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`));
    expect(described.sort()).toEqual(Object.keys(NEEDED).sort());
    expect(desk.edge.openApi.paths['/api/ladder/rollback']?.post).toMatchObject({ summary: expect.stringContaining('(operator)') as string, requestBody: { content: { 'application/json': { schema: { required: ['reason'], additionalProperties: false, properties: { to: { maxLength: 64 } } } } } }, parameters: expect.arrayContaining([expect.objectContaining({ name: 'Idempotency-Key', required: true })]) as object });
    expect(desk.edge.openApi.paths['/api/trades']?.get?.parameters).toMatchObject([{ name: 'bot', required: false }, { name: 'limit' }, { name: 'before' }]);
  });

  it.each(['', 'Bearer', 'Bearer ', 'Bearer wrong', `Basic ${TOKENS.operator}`, TOKENS.operator, `Bearer ${TOKENS.operator.slice(0, -1)}`])('refuses the authorization "%s"', async (authorization) => {
    const answer = await desk.call('GET', '/api/session', { as: 'nobody', headers: authorization === '' ? {} : { authorization } });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('www-authenticate')]).toEqual([401, 'application/problem+json; charset=utf-8', 'Bearer realm="ballast"']);
  });

  it('sends headers that keep a browser strict, and lets no other origin in', async () => {
    const { headers } = await desk.call('GET', '/api/session', { headers: { origin: 'https://elsewhere.example' } });
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect([headers.get('x-content-type-options'), headers.get('x-frame-options'), headers.get('cache-control'), headers.get('access-control-allow-origin')]).toEqual(['nosniff', 'DENY', 'no-store', null]);
    expect((await desk.call('OPTIONS', '/api/bots', { as: 'nobody', headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' } })).status).toBe(404);
  });

  it('answers a path that there is not as a problem', async () => {
    expect(await desk.call('GET', '/api/nosuch')).toMatchObject({ status: 404, body: { title: 'There is no such thing' } });
  });
});

describe('the rate limit', () => {
  it('is of each token on its own, says when to come back, and does not let guesses shut a person out', async () => {
    const tight = await HttpDesk.open({ perMinute: 3 });
    const statuses: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) statuses.push((await tight.call('GET', '/api/session', { as: 'viewer' })).status);
    const last = await tight.call('GET', '/api/session', { as: 'viewer' });
    expect([statuses, last.status, last.headers.get('retry-after')]).toEqual([[200, 200, 200, 429], 429, '20']);
    for (let turn = 0; turn < 5; turn += 1) statuses.push((await tight.call('GET', '/api/session', { as: 'nobody' })).status);
    expect(statuses.slice(4)).toEqual([401, 401, 401, 429, 429]);
    expect((await tight.call('GET', '/api/session', { as: 'operator' })).status).toBe(200);
    await tight.close();
  });

  it('counts what stops something apart: a token that has asked for all that it may still halts, stops and closes', async () => {
    const tight = await HttpDesk.open({ perMinute: 6 });
    for (let turn = 0; turn < 6; turn += 1) await tight.call('GET', '/api/session');
    expect((await tight.call('POST', '/api/resume', { body: { scope: 'PORTFOLIO', reason: 'x' } })).status).toBe(429);
    const stops: readonly (readonly [string, object])[] = [['halt', { scope: 'PORTFOLIO', reason: 'x' }], ['halt/venue', { reason: 'x' }], ['reduce', { scope: 'PORTFOLIO', reason: 'x' }], ['bots/pair1/pause', {}], ['bots/pair1/close-all', {}], ['bots/pair1/stop', {}]];
    const statuses: number[] = [];
    for (const [path, body] of stops) statuses.push((await tight.call('POST', `/api/${path}`, { body })).status);
    expect(statuses).toEqual([503, 503, 503, 200, 200, 200]);
    expect((await tight.call('POST', '/api/halt', { body: { scope: 'PORTFOLIO', reason: 'x' } })).status).toBe(429);
    await tight.close();
  });
});
