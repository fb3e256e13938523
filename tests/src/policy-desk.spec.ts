import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { money } from '@ballast/domain';
import type { MemoryDesk } from '@ballast/local';
import { ballastOn, type Ran } from './desk/desk-cli.js';
import { eventsOf, readLog } from './desk/log.js';
import { ACCOUNT, LEG_A, LEG_B, pairDesk } from './desk/pair-desk.js';
import { STILL_START, StillMarket } from './desk/still-market.js';

describe('the policy of a desk that trades', () => {
  let desk: MemoryDesk;

  const ballast = (...argv: readonly string[]): Promise<Ran> => ballastOn(desk, ...argv);

  beforeAll(async () => {
    const market = new StillMarket(120_000);
    desk = await pairDesk({ source: market }, { holdMs: 5_000, sleepMs: 5_000 });
    market.watch(desk.venue.engine, () => undefined);
    await desk.system.run(STILL_START + 20_000);
  }, 60_000);

  afterAll(() => desk.stop());

  const create = (bot: string, portfolio: string, ...profiles: readonly string[]): Promise<Ran> =>
    ballast('bot', 'create', bot, '--portfolio', portfolio, '--account', `account-${bot}`, '--strategy', 'dn-pair', ...profiles.flatMap((profile) => ['--profile', profile]), '--settings', JSON.stringify({ mode: 'cycle', instrumentA: LEG_A, instrumentB: LEG_B, targetNotional: '100', costBudgetBps: '25', dailyCostBudget: '500' }));

  it('is in the log before the first plan is judged, once, and is told in words (C-1)', async () => {
    const { recorded } = await readLog(desk.system.store);
    const types = recorded.map(({ event }) => event.type);
    expect(types.filter((type) => type === 'PolicyInForceChanged')).toHaveLength(1);
    expect(types.indexOf('PolicyInForceChanged')).toBeLessThan(types.indexOf('TradeApproved'));
    const { code, out } = await ballast('policy', 'in-force');
    expect([code, out]).toEqual([0, expect.stringMatching(/^policy 1 of portfolio main\nbot pair-1: demo@2 [a-z0-9]{26}\n/)]);
    expect(out).toMatch(/legNotionalMax\s*│ 1200\s*│ demo@2/);
  });

  it('has one ladder in a portfolio: a second is refused when its bot is created, and nothing is recorded (C-6)', async () => {
    const before = eventsOf(await readLog(desk.system.store), 'BotCreated').length;
    const both = await create('both', 'main', 'dn-pair-v4.1', 'scaling-capital');
    expect([both.code, both.err]).toEqual([1, expect.stringContaining('found a ladder in dn-pair-v4.1 and scaling-capital, allowed is one ladder for a portfolio')]);
    expect((await create('climber', 'main', 'dn-pair-v4.1')).code).toBe(0);
    expect((await create('other', 'main', 'scaling-capital')).err).toContain('found a ladder in dn-pair-v4.1 and scaling-capital');
    expect(eventsOf(await readLog(desk.system.store), 'BotCreated').length).toBe(before + 1);
    expect(JSON.parse((await ballast('policy', 'in-force', '--json')).out)).toMatchObject({ bots: [{ botId: 'climber' }, { botId: 'pair-1', profiles: [{ ref: 'demo@2' }] }] });
  });
});

describe('a pair bot under the profile of a plan', () => {
  it.each([
    ['dn-pair-v4.1', 'phase-1/weeks-1-2', '2000', '290', []],
    ['scaling-capital', 'stage-1', '5000', '240', ['margin-utilisation', 'liquidation-buffer', 'slippage-warn', 'slippage-block']],
  ])('%s enters %s and trades within it, every guard judged on every plan (R14, R47, W-18)', async (profile, rung, deposit, targetNotional, guards) => {
    const market = new StillMarket(120_000);
    const desk = await pairDesk({ source: market, bots: [{ botId: 'pair-1', portfolioId: 'main', accountId: ACCOUNT, strategy: 'dn-pair', profiles: [profile], deposit: money(deposit), settings: { mode: 'cycle', instrumentA: LEG_A, instrumentB: LEG_B, targetNotional, costBudgetBps: '25', dailyCostBudget: '500', holdMs: 5_000, sleepMs: 5_000 } }] });
    market.watch(desk.venue.engine, () => undefined);
    await desk.system.run(STILL_START + 25_000);
    const story = await readLog(desk.system.store);
    await desk.stop();
    const approved = eventsOf(story, 'TradeApproved');
    expect([approved.length > 0, eventsOf(story, 'TradeDenied').length]).toEqual([true, 0]);
    for (const { rules } of approved) {
      expect(rules.find(({ rule }) => rule === 'profile-leg')?.profile).toMatch(new RegExp(`^${profile}@\\d+/${rung}$`));
      expect(rules.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...guards, 'open-orders', 'orders-per-minute', 'refused-plans', 'venue-maintenance', 'venue-clock', 'terms-changed']));
    }
    expect(eventsOf(story, 'PolicyInForceChanged').at(-1)).toMatchObject({ rung });
  }, 60_000);
});
