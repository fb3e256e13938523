import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Command, type EventStore } from '@ballast/bus';
import { partitionOf } from '@ballast/domain';
import { HttpDesk } from './http-desk.fixtures.js';

const P = partitionOf('main');

class Anything {
  @IsOptional() readonly portfolioId?: unknown;
  @IsOptional() readonly accountId?: unknown;
  @IsOptional() readonly scope?: unknown;
  @IsOptional() readonly scopeId?: unknown;
  @IsOptional() readonly reason?: unknown;
}

const told: string[] = [];

/** Execution with one account of portfolio main, and risk. */
@Controller()
class Stopped {
  @Command('halt-venue', Anything)
  haltVenue({ portfolioId = 'main' }: Anything): Promise<object> {
    told.push('halt-venue');
    return Promise.resolve({ accounts: portfolioId === 'main' ? 1 : 0, cancelled: 2 });
  }

  @Command('halt', Anything)
  halt({ scope, scopeId }: Anything): Promise<object> {
    told.push(`halt ${String(scope)} ${String(scopeId)}`);
    return Promise.resolve({ state: 'HALTED' });
  }
}

@Module({ controllers: [Stopped] })
class StoppedModule {}

let comeToItsEnd: (() => void)[] = [];
let isStuck = true;
/** The log as it is read by who does not come to its end, as while it is long and just begun, or while nobody grants a reader. */
const unread = (store: EventStore): EventStore =>
  new Proxy(store, { get: (target, name) => (name === 'read' && isStuck ? () => new Promise<void>((resolve) => comeToItsEnd.push(resolve)) : (Reflect.get(target, name) as unknown)) });

describe('an edge that has not read the log yet', () => {
  let desk: HttpDesk;
  beforeEach(async () => {
    told.length = 0;
    isStuck = true;
    desk = await HttpDesk.open({ readBy: unread });
    for (const service of ['risk', 'execution']) await desk.system.add(service, (): DynamicModule => ({ module: StoppedModule }));
  });
  afterEach(async () => {
    for (const end of comeToItsEnd) end();
    comeToItsEnd = [];
    await desk.close();
  });

  it('stops a portfolio at the venue by its name, and halts it in the log', async () => {
    expect(await desk.call('POST', '/api/halt/venue', { body: { portfolioId: 'main', reason: 'fire' } })).toMatchObject({ status: 200, body: { partitions: [{ partition: P, ok: true, cancelled: 2 }], halts: [{ scope: 'portfolio main', ok: true }] } });
    expect(told).toEqual(['halt-venue', 'halt PORTFOLIO main']);
  });

  it('halts a portfolio in the log by its name at once, and asks for the name where none is given', async () => {
    const began = performance.now();
    expect(await desk.call('POST', '/api/halt', { body: { portfolioId: 'main', scope: 'BOT', scopeId: 'pair1', reason: 'fire' } })).toMatchObject({ status: 200, body: { state: 'HALTED' } });
    expect([performance.now() - began < 1_000, told.splice(0)]).toEqual([true, ['halt BOT pair1']]);
    expect(await desk.call('POST', '/api/halt', { body: { scope: 'PORTFOLIO', reason: 'fire' } })).toMatchObject({ status: 503, body: { fields: { portfolioId: expect.stringContaining('found nothing') as string } } });
    expect(told).toEqual([]);
  });

  it.each([[{}], [{ portfolioId: 'main', accountId: 'acct1' }]])('stops at the venue what %j means, and does not say that all of it is halted in the log', async (body) => {
    expect(await desk.call('POST', '/api/halt/venue', { body: { reason: 'fire', ...body } })).toMatchObject({ status: 503, body: { detail: expect.stringMatching(/the halt is not in the log.*2 orders of 1 account cancelled.*the log: it is not read to its end yet/) as string } });
    expect(told).toContain('halt-venue');
  });
});

describe('an edge that can read the log no more', () => {
  it('still pauses, stops and closes the bots that it knows, each once for one key, and ends within moments', async () => {
    isStuck = false;
    const desk = await HttpDesk.open({ readBy: unread });
    expect((await desk.call('GET', '/api/bots')).status).toBe(200);
    isStuck = true;
    const asked = [['pause', 'PAUSED'], ['close-all', 'CLOSING'], ['stop', 'STOPPED']] as const;
    for (const [verb, status] of asked) expect(await desk.call('POST', `/api/bots/pair1/${verb}`, { key: verb })).toMatchObject({ status: 200, body: { bot: { status } } });
    expect((await desk.logText()).split('"type":"BotCloseAllRequested"').length - 1).toBe(1);
    expect(await desk.call('POST', '/api/bots/pair1/start', { key: 'stop' })).toMatchObject({ status: 422 });
    const began = performance.now();
    await desk.close();
    expect(performance.now() - began).toBeLessThan(8_000);
    for (const end of comeToItsEnd.splice(0)) end();
  }, 60_000);
});
