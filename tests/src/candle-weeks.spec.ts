import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { money, type Ms } from '@ballast/domain';
import { CandlePath, ModelledMarket } from '@ballast/venues';
import { ballastOn, type Ran } from './desk/desk-cli.js';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { ACCOUNT, LEG_A, LEG_B, pairDesk } from './desk/pair-desk.js';

const DATA = process.env['BALLAST_DATA'] ?? '../shared/data';
const MINUTE_MS: Ms = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEKS_MS = 28 * 24 * HOUR_MS;
/** Three sessions a day, each beginning with an observation of the account; books in between only now and then. */
const SCHEDULE = { stepMs: 3_000, activeMs: 4 * MINUTE_MS, everyMs: 8 * HOUR_MS, restMs: HOUR_MS };
const SETTINGS = { mode: 'cycle', instrumentA: LEG_A, instrumentB: LEG_B, targetNotional: '300', costBudgetBps: '25', dailyCostBudget: '50', holdMs: 20_000, sleepMs: 30_000 };

interface Month {
  readonly story: LogStory;
  readonly status: Ran;
  readonly request: Ran;
}

/** Four weeks of the pair bot with $2,000 under the plan's profile, on books modelled around recorded candles. */
async function month(length: string, from: string): Promise<Month> {
  const began = performance.now();
  const startTime = Date.parse(from);
  const path = new CandlePath({ path: DATA, length, coins: ['ETH', 'SOL'], from: startTime, to: startTime + WEEKS_MS });
  const desk = await pairDesk({
    source: new ModelledMarket({ path, seed: 3, schedule: SCHEDULE }),
    collateral: { intervalMs: 4 * HOUR_MS },
    bots: [{ botId: 'pair-1', portfolioId: 'main', accountId: ACCOUNT, strategy: 'dn-pair', profiles: ['dn-pair-v4.1'], deposit: money('2000'), settings: SETTINGS }],
  });
  try {
    await desk.system.run(startTime + WEEKS_MS - HOUR_MS);
    const status = await ballastOn(desk, 'ladder', 'status');
    const request = await ballastOn(desk, 'ladder', 'request', '--alerts-updated', '--reason', 'four weeks are over', '--key', 'request');
    const story = await readLog(desk.system.store);
    const closed = eventsOf(story, 'TradeClosed');
    process.stdout.write(`four weeks on ${length} candles from ${from}: ${Math.round(performance.now() - began)} ms, ${closed.length} rounds, ${closed.filter(({ outcome }) => outcome === 'COMPLETED').length} completed\n${status.out}\n${request.out}\n`);
    return { story, status, request };
  } finally {
    await desk.stop();
  }
}

/** Whatever the market did: the log is sound, nothing is left with one leg, and the gate says what it measured. */
function expectHonest({ story, status, request }: Month): void {
  expect(story.verify.breaches).toEqual([]);
  expect(eventsOf(story, 'TradeClosed').length, 'it traded').toBeGreaterThan(0);
  for (const { outcome, legs } of eventsOf(story, 'TradeClosed')) if (outcome === 'COMPLETED') expect(legs.map(({ filled, exited }) => filled.eq(exited))).toEqual([true, true]);
  expect(Object.values(story.books.positions).every(({ quantity }) => quantity === '0')).toBe(true);
  expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/phase-1\/weeks-1-2/) as string });
  const [denied] = eventsOf(story, 'PromotionDenied');
  const unmet = denied?.criteria.filter(({ met }) => !met) ?? [];
  expect(request.code, request.err).toBe(unmet.length > 0 ? 1 : 0);
  for (const { criterion } of unmet) expect(request.out).toContain(criterion);
}

describe.runIf(existsSync(DATA))(`the ladder over four weeks of the recorded candles of ${DATA}`, () => {
  it('says what its gates measured on the 1m candles of May 2025', async () => expectHonest(await month('1m', '2025-05-05T00:00:00Z')), 600_000);

  it('says what its gates measured on the 5m candles of autumn 2025, crash included', async () => expectHonest(await month('5m', '2025-09-22T00:00:00Z')), 600_000);
});
