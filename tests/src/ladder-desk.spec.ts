import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MemoryDesk } from '@ballast/local';
import { ballastOn, type Ran } from './desk/desk-cli.js';
import { ACCOUNT, LEG_A, LEG_B, pairDesk } from './desk/pair-desk.js';
import { STILL_START, StillMarket } from './desk/still-market.js';

describe('the ladder of a desk that trades', () => {
  let desk: MemoryDesk;

  const ballast = (user: 'cli' | 'approver', ...argv: readonly string[]): Promise<Ran> => ballastOn(desk, '--as', user, ...argv);

  beforeAll(async () => {
    const market = new StillMarket(60_000);
    desk = await pairDesk({ source: market }, { holdMs: 5_000, sleepMs: 5_000 });
    market.watch(desk.venue.engine, () => undefined);
    await desk.system.run(STILL_START + 10_000);
  }, 60_000);
  afterAll(() => desk.stop());

  it('is none where no bot binds a profile with one, and the command line says so (W-18)', async () => {
    expect(await ballast('cli', 'ladder', 'status')).toMatchObject({ code: 0, out: expect.stringContaining('portfolio main is on no ladder') as string });
    expect(await ballast('cli', 'ladder', 'request', '--reason', 'why not')).toMatchObject({ code: 1, err: expect.stringMatching(/found no ladder[^]*next: /) as string });
    expect(await ballast('cli', 'ladder', 'audit')).toMatchObject({ code: 0, out: expect.stringContaining('no decision about a rung rests on evidence yet') as string });
  });

  it('begins with a bot whose profile has one; what cannot be is refused in words, what is not met is denied with every criterion (R25, R27, R28)', async () => {
    const settings = JSON.stringify({ mode: 'cycle', instrumentA: LEG_A, instrumentB: LEG_B, targetNotional: '300', costBudgetBps: '25', dailyCostBudget: '500' });
    expect((await ballast('cli', 'bot', 'create', 'climber', '--portfolio', 'high', '--account', `${ACCOUNT}-2`, '--strategy', 'dn-pair', '--profile', 'dn-pair-v4.1', '--settings', settings)).code).toBe(0);
    const of = ['--portfolio', 'high'];
    const status = await ballast('cli', 'ladder', 'status', ...of);
    expect(status.out).toMatch(/portfolio high is on phase-1\/weeks-1-2 of dn-pair-v4\.1@3 \(phases\) since 2026-01-05/);
    expect(status.out).toMatch(/trades\s*│ 0\s*│ >= 140\s*│ count\s*│ NO/);
    expect(JSON.parse((await ballast('cli', 'ladder', 'status', ...of, '--json')).out)).toMatchObject({ standing: { rung: 'phase-1/weeks-1-2' }, next: 'phase-1/weeks-3-4', evidence: { rung: 'phase-1/weeks-1-2' } });
    for (const [user, verb, why] of [['approver', 'approve', 'found none'], ['cli', 'reject', 'found none'], ['cli', 'rollback', 'the lowest']] as const) expect(await ballast(user, 'ladder', verb, ...of, '--reason', 'x')).toMatchObject({ code: 1, out: '', err: expect.stringContaining(why) as string });
    const denied = await ballast('cli', 'ladder', 'request', ...of, '--reason', 'at once');
    expect([denied.code, denied.out]).toEqual([1, expect.stringMatching(/^denied, the portfolio stays on phase-1\/weeks-1-2: days is 0(\.\d+)?, asked is at least 14 DAYS; trades is 0[^]*alerts updated[^]*account funded/) as string]);
    expect(await ballast('cli', 'ladder', 'request', ...of)).toMatchObject({ code: 2, err: expect.stringContaining('--reason') as string });
    expect(await ballast('cli', 'ladder', 'audit')).toMatchObject({ code: 0, out: expect.stringContaining('1 computed again from the log: every digit agrees') as string });
  });
});
