import { money, type Ms, notional, partitionOf, price } from '@ballast/domain';
import { MemoryDesk } from '@ballast/local';
import { strategyModule } from '@ballast/strategy';
import { afterEach, describe, expect, it } from 'vitest';
import { ballastOn } from './desk/desk-cli.js';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { OneLeg } from './desk/one-leg-strategy.js';
import { ACCOUNT, LEG_A, LEG_B } from './desk/pair-desk.js';
import { SlidingMarket } from './desk/sliding-market.js';

const MINUTE_MS: Ms = 60_000;
let desk: MemoryDesk;
afterEach(() => desk.stop());

/** A bot that holds 0.13 ETH with $300 behind it, liquidated at 16.5 % of its price, while ETH falls to 15.5 % and comes back to 25.5 %. */
async function fall(settings: Readonly<Record<string, unknown>> | undefined): Promise<LogStory> {
  const market = new SlidingMarket(60 * MINUTE_MS);
  desk = await MemoryDesk.start({
    source: market, instruments: [LEG_A, LEG_B], strategies: { 'one-leg': () => strategyModule(new OneLeg({ stop: price('100'), target: price('5000') }, notional('1000'))) },
    wallets: [{ portfolioId: 'main', accountId: 'wallet-main', deposit: money('1000') }],
    bots: [{ botId: 'swing-1', portfolioId: 'main', accountId: ACCOUNT, strategy: 'one-leg', profiles: ['swing'], deposit: money('300'), settings: {} }],
  });
  const runFor = (ms: Ms): Promise<void> => desk.system.run(desk.system.clock.now() + ms);
  await runFor(3 * MINUTE_MS);
  if (settings) await desk.system.command({ user: 'cli', service: 'collateral', partition: partitionOf('main') }, 'configure-protection', { botId: 'swing-1', ...settings }, 'enable');
  const slide = async (from: number, to: number, by: number): Promise<void> => {
    for (let now = from; now !== to;) {
      now += to < now ? -by : by;
      market.move(now);
      await runFor(2_000);
    }
  };
  await slide(1_000, 200, 10);
  await slide(200, 155, 1);
  await runFor(4 * MINUTE_MS);
  await slide(155, 255, 10);
  await runFor(3 * MINUTE_MS);
  return readLog(desk.system.store);
}

interface Episode {
  readonly verdict: string;
  readonly end: string;
  readonly depositedMax: string;
  readonly path: string;
  readonly lossAvoided: string;
  readonly taken: readonly { readonly at: string; readonly price: string; readonly quantity: string; readonly result: string }[];
}

describe('ballast protection report against a desk that really had no protection', () => {
  it('tells what the venue takes of the bare position in the same fall: when, how much, at what loss (R90)', async () => {
    const protectedLog = await fall({ enabled: true, mode: 'smart', triggerDistance: '0.05', safeDistance: '0.12', maxDeposit: '400', cooldownMs: 10_000 });
    expect(eventsOf(protectedLog, 'PositionLiquidated')).toEqual([]);
    const ran = await ballastOn(desk, 'protection', 'report', '--json');
    expect([ran.code, ran.err]).toEqual([0, '']);
    const { episodes, adoption } = JSON.parse(ran.out) as { readonly episodes: readonly Episode[]; readonly adoption: readonly object[] };
    expect(episodes).toMatchObject([{ verdict: 'PREVENTED', path: 'events only' }]);
    expect(adoption).toMatchObject([{ strategy: 'one-leg', bots: 1, protected: 1, share: '1', notionalShare: '1' }]);
    const text = await ballastOn(desk, 'report', 'protection');
    expect(text).toMatchObject({ code: 0, out: expect.stringContaining('1 episode: 1 prevented a liquidation') as string });
    await desk.stop();

    const bare = eventsOf(await fall(undefined), 'PositionLiquidated');
    expect(bare.length).toBeGreaterThan(0);
    const [told] = episodes;
    const [first] = told?.taken ?? [];
    // Recorded prices are a minute apart, and the venue's own path goes by half seconds.
    expect(Date.parse(first?.at ?? '') - (bare[0]?.venueTime ?? 0)).toBeGreaterThanOrEqual(0);
    expect(Date.parse(first?.at ?? '') - (bare[0]?.venueTime ?? 0)).toBeLessThanOrEqual(MINUTE_MS);
    // It takes two thirds where the price passes through the liquidation price, some more where a step ends beyond it; the bare bot then leaves the rest by itself.
    const [taken, real] = [money(first?.quantity ?? '0'), bare[0]];
    if (!real) throw new Error('nothing was liquidated');
    expect(taken.div(real.quantity).minus(1).abs().lt('0.05')).toBe(true);
    expect(money(first?.result ?? '0').div(taken).div(real.realisedPnl.minus(real.fee).div(real.quantity)).minus(1).abs().lt('0.001')).toBe(true);
    expect(Number(told?.lossAvoided)).toBeGreaterThan(0);
  }, 120_000);

  it('refuses a bot that there is not, and says what it does not understand', async () => {
    await fall(undefined);
    expect((await ballastOn(desk, 'protection', 'report')).out).toContain('No protection was deposited.');
    expect(await ballastOn(desk, 'protection', 'report', '--bot', 'nobody')).toMatchObject({ code: 1, err: expect.stringContaining('there is no bot nobody') as string });
    expect(await ballastOn(desk, 'protection', 'report', '--venue', 'moon')).toMatchObject({ code: 2, err: expect.stringContaining('--venue: found "moon"') as string });
  }, 120_000);
});
