import { beforeAll, describe, expect, it } from 'vitest';
import { maxOf, money, type Ms, ZERO_NOTIONAL } from '@ballast/domain';
import { x18 } from '@ballast/venues';
import { ballastOn, type Ran } from './desk/desk-cli.js';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { ACCOUNT, LEG_A, LEG_B, pairDesk } from './desk/pair-desk.js';
import { ScriptedSpread } from './desk/scripted-spread.js';
import { STILL_START } from './desk/still-market.js';

const HOUR_MS: Ms = 3_600_000;
const DAY_MS: Ms = 24 * HOUR_MS;
const RUNS = 3;
/** Largest leg by the profile and rung that a plan was judged under (R14-R16). */
const LEGS_TO: Readonly<Record<string, number>> = { 'dn-pair-v4.1@3/phase-1/weeks-1-2': 300, 'dn-pair-v4.1@3/phase-1/weeks-3-4': 500, 'dn-pair-v4.1@3/phase-2/months-2-3': 1_000 };
const SETTINGS = { mode: 'spread', instrumentA: LEG_A, instrumentB: LEG_B, targetNotional: '480', targetBps: '20', exitBps: '2', windowMs: 300_000, warmUpMs: 10_000, maxHoldMs: 60_000, sleepMs: 1_000 };

/** What was asked on the way, by its name, and what the log says at the end. */
interface Month {
  readonly said: Readonly<Record<string, Ran>>;
  readonly story: LogStory;
}

/** Four weeks of one pair bot with $2,000 on the scripted spread path, with all that people do about its ladder. */
async function month(): Promise<Month> {
  const market = new ScriptedSpread({ days: 29, swings: (day) => (day < 14 ? 3 : 6) }, ACCOUNT);
  const desk = await pairDesk({
    source: market,
    collateral: { intervalMs: 3 * HOUR_MS },
    bots: [{ botId: 'pair-1', portfolioId: 'main', accountId: ACCOUNT, strategy: 'dn-pair', profiles: ['dn-pair-v4.1'], deposit: money('2000'), settings: SETTINGS }],
  });
  market.watch(desk.venue.engine);
  const said: Record<string, Ran> = {};
  /** Every command has a key of its own, so that each run asks the very same. */
  const ask = async (name: string, user: 'cli' | 'approver', ...argv: readonly string[]): Promise<void> => void (said[name] = await ballastOn(desk, '--as', user, ...argv, '--key', name));
  const request = (name: string): Promise<void> => ask(name, 'cli', 'ladder', 'request', '--alerts-updated', '--reason', 'the plan');
  const until = (day: number, hour: number): Promise<void> => desk.system.run(STILL_START + day * DAY_MS + hour * HOUR_MS);
  try {
    await until(7, 1);
    await request('early');
    await until(14, 3.2);
    await request('first');
    await ask('own', 'cli', 'ladder', 'approve', '--reason', 'in a hurry');
    await ask('approved', 'approver', 'ladder', 'approve', '--reason', 'a calm fortnight');
    // Just before the account is observed, which books it: until then nothing explains the money, and risk would take no more of it.
    await until(27, 3 - 1 / 1_800);
    desk.venue.engine.deposit(ACCOUNT, x18('500'), desk.system.clock.now());
    await until(28, 6.2);
    said['status'] = await ballastOn(desk, 'ladder', 'status');
    await request('second');
    await ask('phase 2', 'approver', 'ladder', 'approve', '--reason', 'funded and calm');
    await ask('larger', 'cli', 'bot', 'configure', 'pair-1', '--settings', JSON.stringify({ ...SETTINGS, targetNotional: '800' }));
    await until(28, 10);
    await ask('back', 'cli', 'ladder', 'rollback', '--reason', 'nobody is at the desk tonight');
    await until(28, 13);
    said['audit'] = await ballastOn(desk, 'ladder', 'audit');
    return { said, story: await readLog(desk.system.store) };
  } finally {
    await desk.stop();
  }
}

describe('four weeks on a scripted spread path, in virtual time', () => {
  let first: Month;
  const said = (name: string): Ran => first.said[name] ?? { code: -1, out: '', err: '' };

  beforeAll(async () => {
    const began = performance.now();
    first = await month();
    process.stdout.write(`four weeks through all services: ${Math.round(performance.now() - began)} ms, ${first.story.events.length} events, ${eventsOf(first.story, 'TradeClosed').length} rounds\n`);
  }, 600_000);

  it('denies the climb in the first week, and says why (R14, R25)', () => {
    expect(said('early')).toMatchObject({ code: 1, out: expect.stringMatching(/^denied, the portfolio stays on phase-1\/weeks-1-2: days is 7(\.\d+)?, asked is at least 14 DAYS; trades is 84, asked is at least 140 COUNT\n/) as string });
    expect(eventsOf(first.story, 'PromotionDenied')).toMatchObject([{ deniedAt: 'REQUEST', from: 'phase-1/weeks-1-2', by: 'cli' }]);
  });

  it('climbs from weeks 1-2 to weeks 3-4 and on to phase 2, each by request, evidence and an approver (R14, R15, R27, R55)', () => {
    expect([said('first').code, said('second').code]).toEqual([0, 0]);
    expect(said('own')).toMatchObject({ code: 1, err: expect.stringContaining('found "cli", allowed is the credential of approver') as string });
    expect([said('approved').out, said('phase 2').out]).toEqual(['the portfolio is on phase-1/weeks-3-4', 'the portfolio is on phase-2/months-2-3']);
    expect(eventsOf(first.story, 'PromotionApproved').map(({ from, to, requestedBy, by }) => [from, to, requestedBy, by])).toEqual([
      ['phase-1/weeks-1-2', 'phase-1/weeks-3-4', 'cli', 'approver'],
      ['phase-1/weeks-3-4', 'phase-2/months-2-3', 'cli', 'approver'],
    ]);
    for (const { criteria, checklist } of eventsOf(first.story, 'PromotionApproved')) expect([...criteria, ...checklist].every(({ met }) => met)).toBe(true);
  });

  it('shows each criterion with its value, its limit and its evidence before it climbs', () => {
    const { out } = said('status');
    for (const text of [/daily-volume\s*│ 1\d{4}\.?\d*\s*│ >= 10000/, /non-negative-rate\s*│ 1\s*│ >= 0\.95/, /unplanned-interventions\s*│ 0\s*│ <= 0/, /account funded.*\$\d{4}/, /evidence: sequences \d+ to \d+/]) expect(out).toMatch(text);
  });

  it('is sized and judged under the rung it is on, and rolled back once (R16, R28)', () => {
    const approvals = eventsOf(first.story, 'TradeApproved').map(({ legs, rules }) => ({ place: rules.find(({ rule }) => rule === 'profile-leg')?.profile ?? '', largest: maxOf(ZERO_NOTIONAL, ...legs.map((leg) => leg.notional)) }));
    expect([...new Set(approvals.map(({ place }) => place))]).toEqual(Object.keys(LEGS_TO));
    for (const { place, largest } of approvals) expect([place, largest.lte(LEGS_TO[place] ?? 0)]).toEqual([place, true]);
    expect(approvals.filter(({ largest }) => largest.gt(500)).length, 'phase 2 was traded on').toBeGreaterThan(0);
    expect(said('back')).toMatchObject({ code: 0, out: 'the portfolio is on phase-1/weeks-3-4' });
    expect(eventsOf(first.story, 'RungEntered').map(({ rung, cause }) => [rung, cause])).toEqual([['phase-1/weeks-1-2', 'BOUND'], ['phase-1/weeks-3-4', 'PROMOTION'], ['phase-2/months-2-3', 'PROMOTION'], ['phase-1/weeks-3-4', 'ROLLBACK']]);
    expect(approvals.at(-1)?.place).toBe('dn-pair-v4.1@3/phase-1/weeks-3-4');
  });

  it('is audited: every claim is computed again from the log with the same digits', () => {
    expect(said('audit')).toMatchObject({ code: 0, out: expect.stringContaining('8 computed again from the log: every digit agrees') as string });
    expect(first.story.verify.breaches).toEqual([]);
  });

  it('gives the same state and the same bytes three times', async () => {
    for (let run = 2; run <= RUNS; run += 1) {
      const { story } = await month();
      expect([story.hash, story.bytesHash], `run ${run}`).toEqual([first.story.hash, first.story.bytesHash]);
    }
  }, 1_200_000);
});
