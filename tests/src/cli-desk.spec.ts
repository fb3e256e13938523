import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MemoryDesk } from '@ballast/local';
import { ballastOn, type Ran } from './desk/desk-cli.js';
import { eventsOf, readLog } from './desk/log.js';
import { ACCOUNT, LEG_A, LEG_B, pairDesk } from './desk/pair-desk.js';
import { STILL_START, StillMarket } from './desk/still-market.js';

describe('the command line of a desk that trades', () => {
  let desk: MemoryDesk;

  const ballast = (...argv: readonly string[]): Promise<Ran> => ballastOn(desk, ...argv);

  beforeAll(async () => {
    const market = new StillMarket(120_000);
    desk = await pairDesk({ source: market }, { holdMs: 5_000, sleepMs: 5_000 });
    market.watch(desk.venue.engine, () => undefined);
    await desk.system.run(STILL_START + 20_000);
  }, 60_000);

  afterAll(() => desk.stop());

  it.each<[string, readonly string[], RegExp]>([
    ['a bot', ['halt', '--bot', 'nosuch'], /found "nosuch", allowed is a bot of portfolio main: pair-1/],
    ['an instrument', ['reduce', '--instrument', 'DOGE-PERP'], /found "DOGE-PERP".*ETH-PERP, SOL-PERP/],
    ['a portfolio', ['halt', '--portfolio', 'nosuch'], /no portfolio nosuch[^]*main/],
    ['an account', ['halt', '--venue', '--account', 'nosuch'], /nothing is cancelled: execution knows no account nosuch[^]*pair-1/],
    ['a portfolio at the venue', ['halt', '--venue', '--portfolio', 'nosuch'], /no portfolio nosuch/],
  ])('refuses to halt %s that there is not, and names the ones there are', async (_what, argv, names) => {
    const { code, out, err } = await ballast(...argv);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(names);
  });

  it('says at the venue how many orders of how many accounts are cancelled, as numbers', async () => {
    expect(JSON.parse((await ballast('halt', '--venue', '--account', ACCOUNT, '--json')).out)).toMatchObject({ partitions: expect.arrayContaining([{ partition: 0, ok: true, accounts: 1, cancelled: expect.any(Number) as number }]) as unknown[] });
    expect((await ballast('halt', '--venue')).out).toMatch(/^partition 0: \d orders? of 1 account cancelled\nportfolio main: HALTED\norders are cancelled/);
  });

  it('sends no new risk after a stop at the venue, until a person resumes', async () => {
    const submitted = async (): Promise<number> => eventsOf(await readLog(desk.system.store), 'OrderSubmitted').filter(({ purpose }) => purpose === 'ENTRY').length;
    const before = await submitted();
    await desk.system.run(desk.system.clock.now() + 20_000);
    expect(await submitted()).toBe(before);
    for (const scope of [['--bot', 'pair-1'], []]) expect(await ballast('resume', ...scope)).toMatchObject({ code: 0 });
    await desk.system.run(desk.system.clock.now() + 20_000);
    expect(await submitted()).toBeGreaterThan(before);
  });

  it('halts what there is', async () => {
    for (const instrument of [LEG_A, LEG_B]) expect(await ballast('halt', '--instrument', instrument)).toEqual({ code: 0, out: `instrument ${instrument} is HALTED`, err: '' });
    expect(await ballast('resume', '--instrument', LEG_B)).toMatchObject({ code: 0, out: `instrument ${LEG_B} is ACTIVE` });
    expect(await ballast('halt', '--bot', 'pair-1', '--reason', 'a look')).toMatchObject({ code: 0, out: 'bot pair-1 is HALTED' });
  });

  it('shows in the status what is not ACTIVE, in words', async () => {
    const { out } = await ballast('status');
    expect(out).toMatch(/instrument ETH-PERP is HALTED by cli: asked by a person/);
    expect(out).toMatch(/bot pair-1 is HALTED by cli: a look/);
    expect(out).not.toMatch(/SOL-PERP is|[{]"/);
  });
});
