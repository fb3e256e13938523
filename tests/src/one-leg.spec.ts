import { money, type Ms } from '@ballast/domain';
import { MemoryDesk } from '@ballast/local';
import { strategyModule } from '@ballast/strategy';
import { afterEach, describe, expect, it } from 'vitest';
import { ballastOn } from './desk/desk-cli.js';
import { eventsOf, readLog } from './desk/log.js';
import { OneLeg } from './desk/one-leg-strategy.js';
import { ACCOUNT, LEG_A, LEG_B } from './desk/pair-desk.js';
import { SlidingMarket } from './desk/sliding-market.js';

const MINUTE_MS: Ms = 60_000;
let desk: MemoryDesk;
let market: SlidingMarket;

async function start(profile: string): Promise<void> {
  market = new SlidingMarket(30 * MINUTE_MS);
  desk = await MemoryDesk.start({
    source: market, instruments: [LEG_A, LEG_B], strategies: { 'one-leg': () => strategyModule(new OneLeg()) },
    bots: [{ botId: 'swing-1', portfolioId: 'main', accountId: ACCOUNT, strategy: 'one-leg', profiles: [profile], deposit: money('2000'), settings: {} }],
  });
  await runFor(3 * MINUTE_MS);
}
const runFor = (ms: Ms): Promise<void> => desk.system.run(desk.system.clock.now() + ms);
const log = () => readLog(desk.system.store);
/** ETH goes to so many thousandths of where it began, five of them a step. */
async function slideTo(permille: number): Promise<void> {
  for (let now = 1_000; now !== permille; now += permille < now ? -5 : 5) {
    market.move(permille < now ? now - 5 : now + 5);
    await runFor(2_000);
  }
}
afterEach(() => desk.stop());

describe('one leg through sizing, risk, execution and the books', () => {
  it.each([['its stop', 930, 'STOP', '2600'], ['its target', 1_060, 'TARGET', '2900']] as const)('is opened with a stop and a target, left at %s, and told and proven like any trade', async (_what, permille, level, limit) => {
    await start('swing');
    const [balanced] = eventsOf(await log(), 'TradeBalanced');
    expect(balanced?.legs.map(({ instrument, filled, planned }) => [instrument, filled.eq(planned)])).toEqual([[LEG_A, true]]);
    expect(eventsOf(await log(), 'OrderSubmitted').at(-1)).toMatchObject({ purpose: 'TARGET', reduceOnly: true });
    await slideTo(permille);
    await runFor(30_000);
    const story = await log();
    const [closed] = eventsOf(story, 'TradeClosed');
    const [exit] = eventsOf(story, 'ExitStarted');
    expect([closed?.outcome, closed?.legs[0]?.exited.eq(closed.legs[0].filled), closed?.nakedNotionalSeconds.toString()]).toEqual(['COMPLETED', true, '0']);
    if (level === 'STOP') expect(exit?.reached).toMatchObject({ level });
    else expect(eventsOf(story, 'OrderFilled').filter(({ purpose }) => purpose === 'TARGET').map(({ price }) => price.toString())).toContain(limit);
    expect(story.verify.breaches).toEqual([]);
    expect(Object.values(story.books.positions).every(({ quantity }) => quantity === '0')).toBe(true);
    const told = await ballastOn(desk, 'explain', closed?.tradeId ?? '');
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining('SINGLE') as string });
    expect(told.out).toContain('is left at a loss at 2600, at a gain at 2900');
    for (const kind of ['standup', 'snapshot', 'tracker', 'slippage', 'weekly']) expect(await ballastOn(desk, 'report', kind, '--all'), kind).toMatchObject({ code: 0 });
  });

  it('is denied by name where the profiles of the bot are for pairs: nothing is ordered', async () => {
    await start('demo');
    const story = await log();
    expect(eventsOf(story, 'TradeDenied').map(({ bindingRule }) => bindingRule)).toEqual(['one-leg']);
    expect(eventsOf(story, 'OrderSubmitted')).toEqual([]);
    expect(story.verify.breaches).toEqual([]);
  });
});
