import { describe, expect, it } from 'vitest';
import { Storyteller } from '@ballast/books';
import { money } from '@ballast/domain';
import { GeneratedMarket } from '@ballast/venues';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { pairDesk } from './desk/pair-desk.js';

const MINUTE_MS = 60_000;
const BOT = { botId: 'pair-1', portfolioId: 'main', accountId: 'pair-1', strategy: 'dn-pair' } as const;
const SETTINGS = { mode: 'cycle', instrumentA: 'ETH-PERP', instrumentB: 'SOL-PERP', targetNotional: '1000', costBudgetBps: '25', dailyCostBudget: '500', holdMs: 20_000, sleepMs: 10_000 };

/** A few minutes of one pair bot under these profiles, with every service around it. */
async function traded(profiles: readonly string[], deposit: string): Promise<LogStory> {
  const source = new GeneratedMarket({ seed: 7, durationMs: 3 * MINUTE_MS, coins: ['ETH', 'SOL'] });
  const desk = await pairDesk({ source, bots: [{ ...BOT, profiles, deposit: money(deposit), settings: SETTINGS }] });
  try {
    await desk.run();
    return await readLog(desk.system.store);
  } finally {
    await desk.stop();
  }
}
const told = ({ recorded }: LogStory, type: string): string => {
  const found = recorded.find(({ event }) => event.type === type);
  return found ? new Storyteller().tell(found.decision).map(({ title, facts }) => [title, ...facts].join('\n')).join('\n') : `no ${type}`;
};

describe('sizes that follow a bound policy, through every service', () => {
  it('stay in proportion below the first stage of a ladder, plan after plan, and explain says so (C-5, R47, R52)', async () => {
    const story = await traded(['scaling-capital'], '4800');
    const plans = eventsOf(story, 'TradePlanned');
    expect(plans.length).toBeGreaterThan(0);
    for (const { legs, caps, bindingCap } of plans) {
      expect([bindingCap, caps.find(({ name }) => name === 'stage-0')?.limit.lte(240)]).toEqual(['stage-0', true]);
      expect(caps.map(({ name }) => name)).toEqual(expect.arrayContaining(['liquidity', 'slippage-block']));
      for (const leg of legs) expect(leg.notional.lte(240), leg.instrument).toBe(true);
    }
    expect(told(story, 'TradePlanned')).toMatch(/sized by stage-0[^]*cap stage-0: \$[\d.]+ \(C-5, R47: scaling-capital@\d+: capital [\d.]+ is below the first stage's, position [\d.]+ in proportion\)/);
    expect(story.verify.breaches).toEqual([]);
  }, 60_000);

  it('come to nothing where the base size before 30 trades is too small for a pair, and explain names what binds (R94, W-3)', async () => {
    const story = await traded(['legion'], '200');
    expect(eventsOf(story, 'TradePlanned')).toEqual([]);
    expect(told(story, 'TradePlanInfeasible')).toMatch(/binding: kelly[^]*cap kelly: \$20 \(R94, W-3: legion@\d+: base size 40 until 30 trades are known, 0 are\)/);
    expect(story.verify.breaches).toEqual([]);
  }, 60_000);
});
