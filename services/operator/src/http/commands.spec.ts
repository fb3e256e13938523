import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Command, type CommandContext, Query } from '@ballast/bus';
import { partitionOf } from '@ballast/domain';
import { HttpDesk } from './http-desk.fixtures.js';
import type { Role } from './tokens.js';

/** Whatever is sent. */
class Anything {
  @IsOptional() readonly portfolioId?: unknown;
  @IsOptional() readonly accountId?: unknown;
  @IsOptional() readonly scope?: unknown;
  @IsOptional() readonly scopeId?: unknown;
  @IsOptional() readonly reason?: unknown;
  @IsOptional() readonly stated?: unknown;
  @IsOptional() readonly to?: unknown;
  @IsOptional() readonly fund?: unknown;
  @IsOptional() readonly amount?: unknown;
}

class AnyProtection {
  @IsOptional() readonly botId?: unknown;
  @IsOptional() readonly enabled?: unknown;
  @IsOptional() readonly reason?: unknown;
}

/** Whom the venue was stopped by, and where. */
const stopped: string[] = [];

/** Says what it was told, and by whom. */
@Controller()
class Echo {
  @Command('halt', Anything)
  halt(payload: Anything, { by }: CommandContext): Promise<object> {
    return Promise.resolve({ verb: 'halt', by, payload });
  }

  @Command('halt-venue', Anything)
  haltVenue({ portfolioId, accountId }: Anything, { by, partition }: CommandContext): Promise<object> {
    stopped.push(`${by} ${String(portfolioId)} ${String(accountId)}`);
    return Promise.resolve({ accounts: partition === partitionOf('main') && accountId !== 'nosuch' ? 1 : 0, cancelled: 2 });
  }

  @Command('reduce', Anything)
  reduce(payload: Anything, { by }: CommandContext): Promise<object> {
    return Promise.resolve({ verb: 'reduce', by, payload });
  }

  @Command('resume', Anything)
  resume(payload: Anything, { by }: CommandContext): Promise<object> {
    return Promise.resolve({ verb: 'resume', by, payload });
  }

  @Command('ladder-request', Anything)
  request(payload: Anything, { by }: CommandContext): Promise<object> {
    return Promise.resolve({ verb: 'ladder-request', by, payload });
  }

  @Command('ladder-approve', Anything)
  approve(payload: Anything, { by }: CommandContext): Promise<object> {
    return Promise.resolve({ verb: 'ladder-approve', by, payload });
  }

  @Command('ladder-reject', Anything)
  reject(payload: Anything, { by }: CommandContext): Promise<object> {
    return Promise.resolve({ verb: 'ladder-reject', by, payload });
  }

  @Command('ladder-rollback', Anything)
  rollback(payload: Anything, { by }: CommandContext): Promise<object> {
    return Promise.resolve({ verb: 'ladder-rollback', by, payload });
  }

  @Command('withdraw-treasury', Anything)
  withdraw(payload: Anything, { by }: CommandContext): Promise<object> {
    return Promise.resolve({ verb: 'withdraw-treasury', by, payload });
  }

  @Command('configure-protection', AnyProtection)
  configure(payload: AnyProtection, { by }: CommandContext): Promise<object> {
    return Promise.resolve({ verb: 'configure-protection', by, payload });
  }

  @Command('pause-protection', AnyProtection)
  pauseProtection(payload: AnyProtection, { by }: CommandContext): Promise<object> {
    return Promise.resolve({ verb: 'pause-protection', by, payload });
  }

  @Query('ladder', Anything)
  ladder({ portfolioId }: Anything): Promise<object> {
    return Promise.resolve({ portfolioId, standing: null });
  }
}

@Module({ controllers: [Echo] })
class EchoModule {}

/** Routes whose command was asked for again under its key. */
const replayed = new Set<string>();
let desk: HttpDesk;
beforeAll(async () => {
  desk = await HttpDesk.open();
  for (const service of ['risk', 'collateral', 'execution']) await desk.system.add(service, (): DynamicModule => ({ module: EchoModule }));
});
afterAll(() => desk.close());

describe('a command of the HTTP edge', () => {
  it.each<readonly [string, object, Role, object]>([
    ['/api/halt', { scope: 'PORTFOLIO', reason: 'x' }, 'operator', { verb: 'halt', by: 'operator/olga', payload: { portfolioId: 'main', scope: 'PORTFOLIO', scopeId: 'main', reason: 'x' } }],
    ['/api/reduce', { scope: 'INSTRUMENT', scopeId: 'SOL-PERP', reason: 'x' }, 'approver', { verb: 'reduce', by: 'operator/arne', payload: { portfolioId: 'main', scope: 'INSTRUMENT', scopeId: 'SOL-PERP', reason: 'x' } }],
    ['/api/resume', { scope: 'BOT', scopeId: 'pair1', reason: 'x' }, 'operator', { verb: 'resume', by: 'operator/olga' }],
    ['/api/resume', { scope: 'BOT', scopeId: 'pair1', reason: 'x' }, 'approver', { verb: 'resume', by: 'approver/arne' }],
    ['/api/ladder/request', { reason: 'x', alertsUpdated: true }, 'operator', { verb: 'ladder-request', by: 'operator/olga', payload: { portfolioId: 'main', stated: ['ALERTS_UPDATED'], reason: 'x' } }],
    ['/api/ladder/request', { reason: 'x' }, 'approver', { verb: 'ladder-request', by: 'operator/arne', payload: { portfolioId: 'main', stated: [], reason: 'x' } }],
    ['/api/ladder/approve', { portfolioId: 'main', reason: 'x' }, 'approver', { verb: 'ladder-approve', by: 'approver/arne', payload: { portfolioId: 'main', reason: 'x' } }],
    ['/api/ladder/reject', { reason: 'x' }, 'approver', { verb: 'ladder-reject', by: 'approver/arne' }],
    ['/api/ladder/rollback', { to: 'stage-1', reason: 'x' }, 'operator', { verb: 'ladder-rollback', by: 'operator/olga', payload: { portfolioId: 'main', to: 'stage-1', reason: 'x' } }],
    ['/api/treasury/withdraw', { fund: 'OPERATING', amount: '30', reason: 'x' }, 'approver', { verb: 'withdraw-treasury', by: 'approver/arne', payload: { portfolioId: 'main', fund: 'OPERATING', amount: '30', reason: 'x' } }],
  ])('goes from POST %s with %j of %s to its owner, under the credential that it needs, in the name of the token', async (path, body, as, told) => {
    expect(await desk.call('POST', path, { as, body })).toMatchObject({ status: 200, body: told });
  });

  it('stops at the venue in every partition, and halts in the log what it stopped: once for one key', async () => {
    const stop = (body: object, key?: string) => desk.call('POST', '/api/halt/venue', { body: { reason: 'fire', ...body }, ...(key === undefined ? {} : { key }) });
    const done = { partitions: [{ partition: partitionOf('main'), ok: true, accounts: 1, cancelled: 2 }] };
    expect(await stop({}, 'fire')).toMatchObject({ status: 200, body: { ...done, halts: [{ scope: 'portfolio main', ok: true, text: 'HALTED' }] } });
    expect([stopped.splice(0), (await stop({}, 'fire')).status, stopped]).toEqual([Array.from({ length: 8 }, () => 'operator/olga undefined undefined'), 200, []]);
    expect((await stop({ portfolioId: 'main', accountId: 'acct1' })).body).toMatchObject({ ...done, halts: [{ scope: 'bot pair1', ok: true }] });
    expect(stopped.splice(0)).toEqual(['operator/olga main acct1']);
    expect(await stop({ portfolioId: 'other' })).toMatchObject({ status: 404, body: { detail: 'there is no portfolio other; there are: main' } });
    expect(await stop({ accountId: 'nosuch' })).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/execution knows no account nosuch; name one of the accounts there are \(acct1\)/) as string } });
  });

  it.each<readonly [string, string, object | undefined, readonly string[]]>([
    ['POST', '/api/bots', { botId: 'one-9', portfolioId: 'main', accountId: 'one-9', strategy: 'one', profiles: ['demo'], settings: { instrument: 'ETH-PERP' } }, ['operator.create-bot']],
    ['PUT', '/api/bots/one-9/settings', { settings: { instrument: 'SOL-PERP' } }, ['operator.configure-bot']],
    ['POST', '/api/bots/one-9/start', undefined, ['operator.start-bot']],
    ['POST', '/api/bots/one-9/pause', undefined, ['operator.pause-bot']],
    ['POST', '/api/bots/one-9/close-all', undefined, ['operator.close-all']],
    ['POST', '/api/bots/one-9/stop', undefined, ['operator.stop-bot']],
    ['DELETE', '/api/bots/one-9', { reason: 'x' }, ['operator.delete-bot']],
    ['PATCH', '/api/bots/pair1/liquidation-protection', { enabled: true }, ['collateral.configure-protection']],
    ['POST', '/api/bots/pair1/liquidation-protection/pause', { reason: 'x' }, ['collateral.pause-protection']],
    ['POST', '/api/halt', { scope: 'PORTFOLIO', reason: 'x' }, ['risk.halt']],
    ['POST', '/api/halt/venue', { portfolioId: 'main', reason: 'x' }, ['execution.halt-venue', 'risk.halt']],
    ['POST', '/api/reduce', { scope: 'PORTFOLIO', reason: 'x' }, ['risk.reduce']],
    ['POST', '/api/resume', { scope: 'PORTFOLIO', reason: 'x' }, ['risk.resume']],
    ['POST', '/api/ladder/request', { reason: 'x' }, ['risk.ladder-request']],
    ['POST', '/api/ladder/approve', { reason: 'x' }, ['risk.ladder-approve']],
    ['POST', '/api/ladder/reject', { reason: 'x' }, ['risk.ladder-reject']],
    ['POST', '/api/ladder/rollback', { reason: 'x' }, ['risk.ladder-rollback']],
    ['POST', '/api/treasury/withdraw', { fund: 'OPERATING', amount: '30', reason: 'x' }, ['collateral.withdraw-treasury']],
  ])('is sent once for %s %s under one key, whoever asks how often, and answered the same', async (method, path, body, commands) => {
    const call = () => desk.call(method, path, { as: 'approver', key: `once ${path}`.replaceAll(' ', '-'), ...(body ? { body } : {}) });
    desk.sent.length = 0;
    const answers = [...(await Promise.all([call(), call(), call()])), await call()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect([new Set(answers.map(({ text }) => text)).size, desk.sent]).toEqual([1, commands]);
    replayed.add(`${method} ${path.replace('one-9', ':botId').replace('pair1', ':botId')}`);
  });

  it('was sent again above for every route that writes', () => {
    const writing = desk.edge.routes.filter(({ method, path }) => path.startsWith('/api/') && ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method)).map(({ method, path }) => `${method} ${path}`);
    expect([...replayed].sort()).toEqual([...new Set(writing)].sort());
  });

  it('names the portfolio that there is, and refuses one that there is not', async () => {
    expect(await desk.call('GET', '/api/ladder')).toMatchObject({ status: 200, body: { portfolioId: 'main' } });
    expect(await desk.call('GET', '/api/ladder?portfolio=other')).toMatchObject({ status: 404, body: { detail: 'there is no portfolio other; there are: main' } });
    expect(await desk.call('POST', '/api/ladder/rollback', { body: { portfolioId: 'other', reason: 'x' } })).toMatchObject({ status: 404 });
  });
});

describe('what is read from the log', () => {
  it('is positions, orders, balances and rounds as the command line tells them', async () => {
    expect((await desk.call('GET', '/api/positions')).body).toEqual([]);
    expect((await desk.call('GET', '/api/positions?all=true')).body).toMatchObject([{ accountId: 'acct1', quantity: '0' }, { accountId: 'acct1', quantity: '0' }]);
    expect([(await desk.call('GET', '/api/orders')).body, ((await desk.call('GET', '/api/orders?all=true')).body as readonly unknown[]).length]).toEqual([[], 4]);
    expect((await desk.call('GET', '/api/balances')).body).toMatchObject([{ accountId: 'acct1', cash: '1000.44389302' }]);
    const trades = await desk.call('GET', '/api/trades?bot=pair1');
    expect([trades.body, trades.headers.get('link')]).toEqual([[expect.objectContaining({ tradeId: 'trade1', status: 'COMPLETED', netBeforeFunding: '0.44389302' })], null]);
    expect((await desk.call('GET', '/api/trades/trade1')).body).toMatchObject({ tradeId: 'trade1' });
    expect((await desk.call('GET', '/api/trades/order-exit-1/explain')).body).toMatchObject({ story: 'trade1', chapters: expect.arrayContaining([expect.objectContaining({ event: 'TradeClosed', writer: 'execution' })]) as object });
    expect((await desk.call('GET', '/api/trades/nosuch/explain')).status).toBe(404);
  });

  it('is a page at a time where there are more, until the last', async () => {
    const { pairRound } = await import('@ballast/books');
    const second = pairRound().filter(({ kind }) => kind === 'trade').slice(0, 1).map((decision) => ({ ...decision, id: 'trade2', correlationId: 'trade2', events: decision.events.map((event) => ({ ...event, tradeId: 'trade2' })) as never }));
    const { writeLog } = await import('../cli/story.fixtures.js');
    await writeLog(desk.system.store, second);
    const first = await desk.call('GET', '/api/trades?limit=1');
    const next = /^<(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const last = await desk.call('GET', next);
    expect([first, last].map(({ body }) => (body as readonly { readonly tradeId: string }[]).map(({ tradeId }) => tradeId)).flat().sort()).toEqual(['trade1', 'trade2']);
    expect(last.headers.get('link')).toBeNull();
  });

  it('is what an account was worth, the newest so many', async () => {
    const all = (await desk.call('GET', '/api/bots/pair1/equity')).body as readonly { readonly equity: string }[];
    expect(all.at(-1)).toMatchObject({ type: 'EquityObserved', accountId: 'acct1', equity: '1000.44389302' });
    expect((await desk.call('GET', '/api/bots/pair1/equity?limit=1')).body).toEqual(all.slice(-1));
    expect((await desk.call('GET', '/api/bots/pair1/equity?limit=no')).status).toBe(400);
  });

  it('is a report in three forms', async () => {
    expect((await desk.call('GET', '/api/reports')).body).toContainEqual({ kind: 'tracker', href: '/api/reports/tracker' });
    expect((await desk.call('GET', '/api/reports/tracker')).body).toBeTypeOf('object');
    expect((await desk.call('GET', '/api/reports/tracker?format=md')).text).toMatch(/^# /);
    const table = await desk.call('GET', '/api/reports/tracker?format=csv');
    expect([table.status, table.headers.get('content-type'), table.headers.get('content-disposition')]).toEqual([200, 'text/csv; charset=utf-8', expect.stringMatching(/^attachment; filename="[\w.-]+"$/)]);
    expect(await desk.call('GET', '/api/reports/tracker?format=csv&file=nosuch')).toMatchObject({ status: 400, body: { fields: { file: expect.stringContaining('nosuch') as string } } });
    expect(await desk.call('GET', '/api/reports/nosuch')).toMatchObject({ status: 404 });
    expect(await desk.call('GET', '/api/treasury')).toMatchObject({ status: 200, body: { portfolioId: 'main', opened: false } });
    expect((await desk.call('GET', '/api/treasury/entries')).body).toEqual([]);
  });
});
