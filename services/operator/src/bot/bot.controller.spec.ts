import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { IsObject } from 'class-validator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemorySystem, Query, type Reply } from '@ballast/bus';
import { type Id, type Instrument, partitionOf } from '@ballast/domain';
import { operatorModule } from '../operator.module.js';

class ValidateSettings {
  @IsObject() readonly settings!: object;
}

/** Answers for a strategy that trades one instrument. */
@Controller()
class OneInstrument {
  @Query('validate-settings', ValidateSettings)
  validate({ settings }: ValidateSettings): Promise<object> {
    return Promise.resolve({ instruments: [(settings as { readonly instrument: string }).instrument] });
  }
}

@Module({ controllers: [OneInstrument] })
class StrategyModule {}

const SETTINGS = { instrument: 'ETH-PERP' };
const BOT = { botId: 'pair-1', portfolioId: 'main', accountId: 'pair-1', strategy: 'one', profiles: ['demo'], settings: SETTINGS };

let system: MemorySystem;
let asked = 0;

beforeEach(async () => {
  system = new MemorySystem(Date.UTC(2026, 0, 5));
  await system.add('strategy-one', (): DynamicModule => ({ module: StrategyModule }));
  await system.add('operator', () => operatorModule());
});
afterEach(() => system.stop());

const send = (bot: typeof BOT, portfolioId: Id = bot.portfolioId): Promise<Reply> => system.requestsOf('cli').command('operator', partitionOf(portfolioId), 'create-bot', bot, `create-${(asked += 1)}`);

/** Asks for bots at the same moment. */
async function create(...bots: readonly (typeof BOT)[]): Promise<readonly Reply[]> {
  const replies = Promise.all(bots.map((bot) => send(bot)));
  await system.work.idle();
  return replies;
}

async function written(): Promise<readonly string[]> {
  const subjects: string[] = [];
  for (const partition of [0, 1, 2, 3, 4, 5, 6, 7]) await system.store.read(partition, { filters: [] }, ({ subject }) => void subjects.push(subject));
  return subjects;
}

describe('creating a bot', () => {
  it('refuses the id of a bot of another portfolio, so that one account never has two bots', async () => {
    expect(partitionOf('other')).not.toBe(partitionOf('main'));
    await create(BOT);
    const [refused] = await create({ ...BOT, portfolioId: 'other' });
    expect(refused).toMatchObject({ ok: false, error: expect.stringContaining('bot pair-1 exists already, in portfolio main') as string });
    expect(await written()).toEqual([`evt.${partitionOf('main')}.operator.bot.pair-1`]);
  });

  it.each([
    ['id', { ...BOT, portfolioId: 'other', accountId: 'another' }, /bot pair-1 exists already, in portfolio main/],
    ['account', { ...BOT, botId: 'pair-2' }, /account pair-1 is used by bot pair-1/],
  ])('refuses the second of two bots with one %s that are asked for at once', async (_what, second, names) => {
    const [first, refused] = await create(BOT, second);
    expect(first?.ok).toBe(true);
    expect(refused).toMatchObject({ ok: false, error: expect.stringMatching(names) as string });
    expect(await written()).toHaveLength(1);
  });

  it('names the instruments that the market lists where a setting names another, once it lists any', async () => {
    const doge = { ...BOT, settings: { instrument: 'DOGE-PERP' } };
    expect((await create({ ...doge, botId: 'early', accountId: 'early' }))[0]?.ok).toBe(true);
    for (const instrument of ['SOL-PERP', 'ETH-PERP']) system.platform('market-data').market.publish('instrument', instrument, { instrument } as Instrument);
    await system.work.idle();
    expect(await create(doge)).toMatchObject([{ ok: false, error: 'settings of strategy one: instrument: found "DOGE-PERP", allowed are those that the market lists: ETH-PERP, SOL-PERP' }]);
    expect((await create(BOT))[0]?.ok).toBe(true);
    const configured = system.requestsOf('cli').command('operator', partitionOf('main'), 'configure-bot', { botId: 'pair-1', settings: doge.settings }, 'configure');
    await system.work.idle();
    expect(await configured).toMatchObject({ ok: false, error: expect.stringContaining('DOGE-PERP') as string });
  });

  it('says that nobody answers as the strategy, and which ones bots use', async () => {
    await create(BOT);
    expect(await create({ ...BOT, botId: 'b2', accountId: 'b2', strategy: 'nosuch' })).toMatchObject([{ ok: false, error: expect.stringMatching(/^strategy: found "nosuch".*\(bots here use one\)/) as string }]);
  });

  it('answers a repeated command as the first time, and refuses other settings', async () => {
    await create(BOT);
    expect(await create(BOT)).toMatchObject([{ ok: true, data: { outcome: 'nothing' } }]);
    expect(await create({ ...BOT, settings: { instrument: 'SOL-PERP' } })).toMatchObject([{ ok: false, error: expect.stringContaining('ballast bot configure') as string }]);
  });
});
