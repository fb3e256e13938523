import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpDesk, NAMES, TOKENS } from './http-desk.fixtures.js';

const NEW_BOT = { botId: 'one-1', portfolioId: 'main', accountId: 'one-1', strategy: 'one', profiles: ['demo'], settings: { instrument: 'ETH-PERP' } };

/** What of OpenAPI is looked at. */
interface RouteShape {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: { readonly properties?: object } }>> };
}

/** Method, path, body, and the fields that are at fault: every field of every route is in one of them. */
const BAD_REQUESTS = [
  ['POST', '/api/bots', {}, ['botId', 'portfolioId', 'accountId', 'strategy', 'profiles', 'settings']],
  ['POST', '/api/bots', { ...NEW_BOT, botId: 'no way', portfolioId: 1, accountId: null, strategy: [], profiles: [], settings: 'x', more: 1 }, ['botId', 'portfolioId', 'accountId', 'strategy', 'profiles', 'settings', 'more']],
  ['POST', '/api/bots', [], ['(root)']],
  ['PUT', '/api/bots/pair1/settings', { settings: [], more: 1 }, ['settings', 'more']],
  ['POST', '/api/bots/pair1/start', { reason: 'x' }, ['reason']],
  ['POST', '/api/bots/pair1/stop', { reason: '' }, ['reason']],
  ['POST', '/api/halt/venue', { reason: 'fire', accountId: null }, ['accountId']],
  ['PATCH', '/api/bots/pair1/liquidation-protection', { increment: null, poolCap: null, maxDeposit: 5 }, ['increment', 'maxDeposit']],
  ['POST', '/api/bots/pair1/close-all', { reason: 'x'.repeat(501) }, ['reason']],
  ['DELETE', '/api/bots/pair1', undefined, ['reason']],
  ['DELETE', '/api/bots/pair1', { reason: '', now: true }, ['reason', 'now']],
  ['PATCH', '/api/bots/pair1/liquidation-protection', { enabled: 'yes', mode: 'clever', triggerDistance: 0.05, safeDistance: '1e2', hysteresis: 'x', restoreMargin: [], maxDeposit: 500, increment: '5,0', cooldownMs: -1, volatilityWidenMax: true, exhausted: 'pray', poolCap: {}, urgent: 7, more: 1 }, ['enabled', 'mode', 'triggerDistance', 'safeDistance', 'hysteresis', 'restoreMargin', 'maxDeposit', 'increment', 'cooldownMs', 'volatilityWidenMax', 'exhausted', 'poolCap', 'urgent', 'more']],
  ['POST', '/api/bots/pair1/liquidation-protection/pause', {}, ['reason']],
  ['GET', '/api/bots/pair1/protection-history?limit=201&before=x&page=2', undefined, ['limit', 'before', 'page']],
  ['POST', '/api/halt', { portfolioId: '%', scope: 'ALL', scopeId: '', reason: 5 }, ['portfolioId', 'scope', 'scopeId', 'reason']],
  ['POST', '/api/halt/venue', { portfolioId: '', accountId: 'a b', scope: 'BOT' }, ['portfolioId', 'accountId', 'reason', 'scope']],
  ['POST', '/api/resume', { scope: 'BOT', reason: 'x' }, ['scopeId']],
  ['POST', '/api/reduce', { scope: 'PORTFOLIO', scopeId: 'other', reason: 'x' }, ['scopeId']],
  ['POST', '/api/ladder/request', { portfolioId: '', alertsUpdated: 'yes', reason: '' }, ['portfolioId', 'alertsUpdated', 'reason']],
  ['POST', '/api/ladder/approve', { portfolioId: {}, to: 'up' }, ['portfolioId', 'to', 'reason']],
  ['POST', '/api/resume', { portfolioId: 'x'.repeat(65), scope: 'BOTS', scopeId: 'a b', reason: '', force: true }, ['portfolioId', 'scope', 'scopeId', 'reason', 'force']],
  ['POST', '/api/reduce', { portfolioId: null, scope: null, scopeId: {}, reason: 'x'.repeat(501) }, ['portfolioId', 'scope', 'scopeId', 'reason']],
  ['POST', '/api/ladder/reject', { portfolioId: 1 }, ['portfolioId', 'reason']],
  ['POST', '/api/ladder/rollback', { portfolioId: 'a b', to: '' }, ['portfolioId', 'to', 'reason']],
  ['POST', '/api/treasury/withdraw', { portfolioId: 7, fund: 'CHEST', amount: 10, reason: '' }, ['portfolioId', 'fund', 'amount', 'reason']],
  ['POST', '/api/treasury/withdraw', { fund: 'OPERATING', amount: '1e3', reason: 'x' }, ['amount']],
  ['GET', '/api/bots?x=1&all=yes', undefined, ['x', 'all']],
  ['GET', '/api/positions?all=yes', undefined, ['all']],
  ['GET', '/api/trades?limit=0&bot=%25&before=a%20b&page=2', undefined, ['limit', 'bot', 'before', 'page']],
  ['GET', '/api/trades?limit=1&limit=2', undefined, ['limit']],
  ['GET', '/api/trades?before=nosuch', undefined, ['before']],
  ['GET', '/api/bots/pair1/equity?limit=-1', undefined, ['limit']],
  ['GET', '/api/orders?all=1&bot=x', undefined, ['all', 'bot']],
  ['GET', '/api/ladder?portfolio=%20', undefined, ['portfolio']],
  ['GET', '/api/risk/rules?portfolio=a%2Fb', undefined, ['portfolio']],
  ['GET', '/api/risk/stops?portfolio=', undefined, ['portfolio']],
  ['GET', '/api/risk/trading-state?portfolio=%C3%A9&all=true', undefined, ['portfolio', 'all']],
  ['GET', '/api/treasury?portfolio=a.b', undefined, ['portfolio']],
  ['GET', '/api/treasury/entries?portfolio=a&portfolio=b', undefined, ['portfolio']],
  ['GET', '/api/reports/standup?from=now&to=1&portfolio=%2F&bot=%2F&all=1&dayStart=8&format=pdf&file=..%2Fx', undefined, ['from', 'to', 'portfolio', 'bot', 'all', 'dayStart', 'format', 'file']],
  ['GET', '/api/events?kinds=A%20B', undefined, ['kinds']],
] as const;

let desk: HttpDesk;
beforeAll(async () => {
  desk = await HttpDesk.open();
});
afterAll(() => desk.close());

const countOf = async (type: string): Promise<number> => (await desk.logText()).split(`"type":"${type}"`).length - 1;

describe('a write over HTTP', () => {
  it('creates, configures, starts, pauses, stops and closes a bot, each time in the name of the token', async () => {
    expect(await desk.call('POST', '/api/bots', { body: NEW_BOT })).toMatchObject({ status: 200, body: { outcome: 'appended', bot: { status: 'CREATED' } } });
    expect(await desk.call('PUT', '/api/bots/one-1/settings', { body: { settings: { instrument: 'SOL-PERP' } } })).toMatchObject({ status: 200, body: { bot: { settings: { instrument: 'SOL-PERP' } } } });
    for (const [verb, status] of [['start', 'RUNNING'], ['pause', 'PAUSED'], ['stop', 'STOPPED'], ['close-all', 'CLOSING']]) expect(await desk.call('POST', `/api/bots/one-1/${verb ?? ''}`, { as: 'approver' })).toMatchObject({ status: 200, body: { bot: { status } } });
    expect((await desk.call('GET', '/api/bots/one-1')).body).toMatchObject({ status: 'CLOSING', settings: { instrument: 'SOL-PERP' } });
    expect((await desk.logText()).match(/"by":"operator\/\w+"/g)).toEqual(['"by":"operator/olga"', '"by":"operator/olga"', ...Array.from({ length: 4 }, () => '"by":"operator/arne"')]);
  });

  it('deletes a bot for good, once it is at rest, and lists it no more (W-12)', async () => {
    await desk.call('POST', '/api/bots', { body: { ...NEW_BOT, botId: 'gone', accountId: 'gone' } });
    await desk.call('POST', '/api/bots/gone/start');
    const remove = (key?: string) => desk.call('DELETE', '/api/bots/gone', { body: { reason: 'replaced' }, ...(key === undefined ? {} : { key }) });
    expect(await remove()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('is RUNNING; only one at rest can be deleted') as string } });
    await desk.call('POST', '/api/bots/gone/stop');
    expect(await remove('once')).toMatchObject({ status: 200, body: { outcome: 'appended', bot: { status: 'DELETED' } } });
    expect([(await remove('once')).text, (await remove()).body]).toEqual([(await remove('once')).text, expect.objectContaining({ outcome: 'nothing' })]);
    expect(await countOf('BotDeleted')).toBe(1);
    const listed = async (path: string) => ((await desk.call('GET', path)).body as readonly { readonly botId: string }[]).map(({ botId }) => botId);
    expect([await listed('/api/bots'), (await listed('/api/bots?all=true')).includes('gone')]).toEqual([expect.not.arrayContaining(['gone']), true]);
    expect((await desk.call('GET', '/api/bots/gone')).body).toMatchObject({ status: 'DELETED' });
    expect((await desk.call('GET', '/api/status')).text).not.toContain('"gone"');
    expect(await desk.call('POST', '/api/bots/gone/start')).toMatchObject({ status: 409, body: { detail: expect.stringContaining('is deleted; an id is not given again') as string } });
    for (const again of [{ ...NEW_BOT, botId: 'gone', accountId: 'gone' }, { ...NEW_BOT, botId: 'gone', accountId: 'fresh' }, { ...NEW_BOT, botId: 'fresh', accountId: 'gone' }]) expect(await desk.call('POST', '/api/bots', { body: again })).toMatchObject({ status: 409, body: { detail: expect.stringContaining('is deleted') as string } });
  });

  it('acts once under one key, whatever came in between, and answers the same', async () => {
    const key = 'pause-once';
    await desk.call('POST', '/api/bots/one-1/start');
    const before = await countOf('BotPaused');
    const [first, twin] = await Promise.all([desk.call('POST', '/api/bots/one-1/pause', { key }), desk.call('POST', '/api/bots/one-1/pause', { key })]);
    await desk.call('POST', '/api/bots/one-1/start');
    const again = await desk.call('POST', '/api/bots/one-1/pause', { key });
    expect([first.status, twin.text, again.text]).toEqual([200, first.text, first.text]);
    expect(await countOf('BotPaused')).toBe(before + 1);
    expect((await desk.call('GET', '/api/bots/one-1')).body).toMatchObject({ status: 'RUNNING' });
  });

  it('acts once also where the edge was restarted in between', async () => {
    await desk.restart();
    const before = await countOf('BotPaused');
    expect(await desk.call('POST', '/api/bots/one-1/pause', { key: 'pause-once' })).toMatchObject({ status: 200, body: { outcome: 'duplicate', events: ['BotPaused'] } });
    expect(await countOf('BotPaused')).toBe(before);
  });

  it('acts once where two replicas of the edge are asked at the same moment, and each answers what was done', async () => {
    const other = await desk.second();
    await desk.call('POST', '/api/bots/one-1/start');
    const before = await countOf('BotCloseAllRequested');
    const both = await Promise.all([undefined, other, undefined, other].map((at) => desk.call('POST', '/api/bots/one-1/close-all', { key: 'both', body: { reason: 'x' }, ...(at ? { at } : {}) })));
    expect([await countOf('BotCloseAllRequested'), both.map(({ status }) => status)]).toEqual([before + 1, [200, 200, 200, 200]]);
    expect(both.map(({ body }) => (body as { readonly outcome: string }).outcome).sort()).toEqual(['appended', 'appended', 'duplicate', 'duplicate']);
    expect(await desk.call('POST', '/api/bots/one-1/stop', { key: 'both', body: { reason: 'x' }, at: other })).toMatchObject({ status: 422 });
    const refused = await Promise.all([undefined, other].map((at) => desk.call('POST', '/api/bots/one-1/pause', { key: 'refused', ...(at ? { at } : {}) })));
    expect(refused.map(({ status }) => status)).toEqual([409, 409]);
    await other.stop();
  });

  it('refuses a key that was used for something else, and keeps the keys of two tokens apart', async () => {
    await desk.call('POST', '/api/bots/one-1/start', { key: 'mine' });
    expect(await desk.call('POST', '/api/bots/one-1/stop', { key: 'mine', body: { reason: 'x' } })).toMatchObject({ status: 422 });
    expect(await desk.call('POST', '/api/bots/one-1/stop', { as: 'approver', key: 'mine', body: { reason: 'x' } })).toMatchObject({ status: 200, body: { bot: { status: 'STOPPED' } } });
  });

  it('tells a refusal in the words of its owner, and asks anew at the next try', async () => {
    const call = () => desk.call('POST', '/api/bots/one-1/pause', { key: 'later' });
    expect(await call()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('only a RUNNING bot can be paused') as string } });
    await desk.call('POST', '/api/bots/one-1/start');
    expect(await call()).toMatchObject({ status: 200, body: { bot: { status: 'PAUSED' } } });
  });

  it('says that a service does not answer, and that the key makes a repetition harmless', async () => {
    expect(await desk.call('POST', '/api/halt', { body: { scope: 'PORTFOLIO', reason: 'maintenance' } })).toMatchObject({ status: 503, body: { detail: expect.stringContaining('Idempotency-Key') as string } });
  });

  it('says of a stop at the venue what was not stopped, and what to do', async () => {
    expect(await desk.call('POST', '/api/halt/venue', { body: { reason: 'fire' } })).toMatchObject({ status: 503, body: { detail: expect.stringMatching(/execution did not cancel in partition 0, 1, .*cancel at the venue itself; .*nobody answers/) as string } });
  });

  it.each(BAD_REQUESTS)('%s %s refuses a bad request (%#) and names every field at fault', async (method, path, body, fields) => {
    const answer = await desk.call(method, path, { as: 'approver', body });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8']);
    const named = (answer.body as { readonly fields: Readonly<Record<string, string>> }).fields;
    expect(Object.keys(named).sort()).toEqual([...fields].sort());
    for (const text of Object.values(named)) expect(text).toMatch(/found|allowed/);
  });

  it('is asked for badly above in every field of every route', () => {
    const missing: string[] = [];
    const isOf = (path: string, template: string): boolean => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/?]+')}(?:\\?|$)`).test(path);
    for (const [template, item] of Object.entries(desk.edge.openApi.paths)) {
      for (const [method, route] of Object.entries(item as Readonly<Record<string, RouteShape>>)) {
        const fields = [...Object.keys(route.requestBody?.content['application/json']?.schema.properties ?? {}), ...(route.parameters ?? []).flatMap((one) => (one.in === 'query' ? [one.name] : []))];
        const named = BAD_REQUESTS.filter(([asked, path]) => asked === method.toUpperCase() && isOf(path, template)).flatMap(([, , , at]): readonly string[] => at);
        missing.push(...fields.filter((field) => !named.includes(field)).map((field) => `${method} ${template} ${field}`));
      }
    }
    expect(missing).toEqual([]);
  });

  it.each([
    ['is cut off', '{', 400],
    ['is too large', `{"settings":{"x":"${'y'.repeat(70_000)}"}}`, 413],
    ['names a prototype', '{"__proto__":{"polluted":true},"settings":{}}', 400],
  ])('refuses a body that %s', async (_what, body, status) => {
    const answer = await desk.call('PUT', '/api/bots/pair1/settings', { body });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json; charset=utf-8']);
  });

  it('refuses what is no JSON by its type', async () => {
    expect((await desk.call('POST', '/api/bots/pair1/start', { body: 'x', headers: { 'content-type': 'text/xml' } })).status).toBe(415);
  });

  it('shows no token and no hash of one in any answer, event or fault', async () => {
    const answers = await Promise.all(['/api/status', '/api/session', '/api/bots', '/api/docs-json', '/api/trades', `/api/bots/${TOKENS.viewer.slice(0, 8)}`].map((path) => desk.call('GET', path)));
    const seen = [await desk.logText(), ...answers.map(({ text, headers }) => text + JSON.stringify([...headers])), desk.faults.map(String).join('\n')].join('\n');
    for (const token of Object.values(TOKENS)) expect(seen).not.toContain(token);
    expect(seen).toContain(NAMES.operator);
    expect(seen).not.toMatch(/[0-9a-f]{64}"?,"role/);
    expect(desk.faults).toEqual([]);
  });
});
