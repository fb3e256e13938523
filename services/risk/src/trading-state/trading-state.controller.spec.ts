import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemorySystem } from '@ballast/bus';
import { type Instrument, partitionOf } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { AT, planOf } from '../exposure/exposure.builders.js';
import { recordedBy } from '../recorded.fixtures.js';
import { riskModule } from '../risk.module.js';

const partition = partitionOf('p1');
const BOT: BallastEvent = { type: 'BotCreated', botId: 'b1', portfolioId: 'p1', accountId: 'a1', strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'test' };

let system: MemorySystem;
let asked = 0;

beforeEach(async () => {
  system = new MemorySystem(AT);
  await system.add('risk', () => riskModule());
  await wrote('operator', 'bot', 'b1', BOT);
});
afterEach(() => system.stop());

/** Another service writes one event of its own. */
const wrote = (writer: string, kind: string, id: string, event: BallastEvent): Promise<void> => recordedBy(system, { writer, kind, partition, id, causationId: `cause-${id}` }, event);

const change = (verb: string, scope: string, scopeId: string, portfolioId = 'p1', key = `key-${(asked += 1)}`): Promise<unknown> => system.command({ user: 'cli', service: 'risk', partition }, verb, { portfolioId, scope, scopeId }, key);
const states = async (): Promise<unknown> => {
  const reply = system.requestsOf('cli').query('risk', partition, 'trading-state', { portfolioId: 'p1' });
  await system.work.idle();
  return ((await reply) as unknown as { readonly data: { readonly scopes: unknown } }).data.scopes;
};

describe('a halt by a person', () => {
  it.each([
    ['BOT', 'nosuch', 'p1', 'scopeId: found "nosuch", allowed is a bot of portfolio p1: b1'],
    ['INSTRUMENT', 'DOGE-PERP', 'p1', 'scopeId: found "DOGE-PERP", allowed is an instrument that the market lists or a plan has named: there is none yet'],
    ['PORTFOLIO', 'nosuch', 'nosuch', 'portfolioId: found "nosuch", allowed is a portfolio with a bot: p1'],
    ['PORTFOLIO', 'b1', 'p1', 'scopeId: found "b1", allowed is the portfolio itself: p1'],
  ])('of a %s that there is not is refused with the ones there are, and nothing is recorded', async (scope, scopeId, portfolioId, fault) => {
    for (const verb of ['halt', 'reduce', 'resume']) await expect(change(verb, scope, scopeId, portfolioId)).rejects.toThrow(fault);
    expect(await states()).toEqual({});
  });

  it('takes the portfolio, its bots, and instruments that a plan has named or the market lists', async () => {
    await wrote('sizing', 'plan', 'signal-1', planOf('1'));
    system.platform('market-data').market.publish('instrument', 'BTC-PERP', { instrument: 'BTC-PERP' } as Instrument);
    await system.work.idle();
    for (const [scope, scopeId] of [['PORTFOLIO', 'p1'], ['BOT', 'b1'], ['INSTRUMENT', 'ETH-PERP'], ['INSTRUMENT', 'BTC-PERP']] as const) expect(await change('halt', scope, scopeId)).toMatchObject({ outcome: 'appended', scope, scopeId, state: 'HALTED' });
    await expect(change('halt', 'INSTRUMENT', 'DOGE-PERP')).rejects.toThrow('BTC-PERP, ETH-PERP, SOL-PERP');
  });

  it('stays, whatever comes again of a resume from before it: a key acts once, however late', async () => {
    const resume = (): Promise<unknown> => change('resume', 'PORTFOLIO', 'p1', 'p1', 'resume-1');
    await change('halt', 'PORTFOLIO', 'p1');
    expect(await resume()).toMatchObject({ outcome: 'appended', state: 'ACTIVE' });
    await change('halt', 'PORTFOLIO', 'p1');
    expect(await resume()).toMatchObject({ outcome: 'duplicate', state: 'HALTED' });
    expect(await states()).toMatchObject({ 'PORTFOLIO:p1': { state: 'HALTED' } });
  });

  it('can be resumed by whatever name it was recorded with', async () => {
    await wrote('risk', 'trading-state', 'p1', { type: 'TradingStateChanged', portfolioId: 'p1', scope: 'INSTRUMENT', scopeId: 'DELISTED-PERP', state: 'HALTED', reason: 'test', by: 'test' });
    expect(await change('resume', 'INSTRUMENT', 'DELISTED-PERP')).toMatchObject({ state: 'ACTIVE' });
  });
});
