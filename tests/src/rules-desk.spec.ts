import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MemoryDesk } from '@ballast/local';
import { ballastOn, type Ran } from './desk/desk-cli.js';
import { eventsOf, readLog } from './desk/log.js';
import { pairDesk } from './desk/pair-desk.js';
import { STILL_START, StillMarket } from './desk/still-market.js';

describe('the rules of a desk that trades', () => {
  let desk: MemoryDesk;

  const ballast = (...argv: readonly string[]): Promise<Ran> => ballastOn(desk, ...argv);

  beforeAll(async () => {
    const market = new StillMarket(120_000);
    desk = await pairDesk({ source: market }, { holdMs: 40_000, sleepMs: 5_000 });
    market.watch(desk.venue.engine, () => undefined);
    await desk.system.run(STILL_START + 12_000);
  }, 60_000);

  afterAll(() => desk.stop());

  it('are listed with when they last ran, how near plans came, and who bound', async () => {
    const { rules } = JSON.parse((await ballast('rules', '--json')).out) as { readonly rules: readonly { readonly rule: string; readonly standing: string; readonly results: { readonly PASS: number }; readonly bound: number }[] };
    expect(rules.map(({ rule }) => rule)).toHaveLength(21);
    expect(rules.every(({ standing, results }) => standing === 'RUNS' && results.PASS > 0)).toBe(true);
    expect(rules.reduce((sum, { bound }) => sum + bound, 0)).toBeGreaterThan(0);
    const { code, out } = await ballast('rules');
    expect([code, out]).toEqual([0, expect.stringMatching(/profile-leg[^\n]*demo@\d[^\n]*RUNS[^]*every rule in force has run within 24 h/)]);
    expect((await ballast('rules', '--portfolio', 'nosuch')).err).toMatch(/no portfolio nosuch[^]*main/);
  });

  it('hear of a maintenance from a person, until it is called off', async () => {
    const window = ['--venue', 'paper', '--from', '2030-01-01T00:00:00Z'];
    expect((await ballast('maintenance')).out).toBe('no maintenance is announced');
    expect((await ballast('maintenance', ...window, '--to', '2030-01-01T01:00:00Z', '--reason', 'upgrade')).out).toMatch(/paper[^\n]*2030-01-01T00:00:00.000Z[^\n]*upgrade/);
    expect(await ballast('maintenance', ...window, '--to', '2029-01-01T01:00:00Z')).toMatchObject({ code: 1, err: expect.stringContaining('endsAt: found') as string });
    expect(await ballast('maintenance', '--from', 'today')).toMatchObject({ code: 2, err: expect.stringContaining('--venue') as string });
    expect(await ballast('maintenance', '--venue', 'paper', '--call-off')).toMatchObject({ code: 2, err: expect.stringContaining('--from: found nothing') as string });
    expect((await ballast('maintenance', ...window, '--call-off')).out).toBe('no maintenance is announced');
  });

  it('never stand in the way of an exit: a trade that is open leaves while everything is halted (W-2)', async () => {
    const log = await readLog(desk.system.store);
    expect(eventsOf(log, 'TradeOpened').length).toBeGreaterThan(eventsOf(log, 'TradeClosed').length);
    expect((await ballast('halt', '--reason', 'no new risk')).code).toBe(0);
    await desk.system.run(desk.system.clock.now() + 60_000);
    const after = await readLog(desk.system.store);
    expect(eventsOf(after, 'TradeClosed').length).toBe(eventsOf(after, 'TradeOpened').length);
    const exits = eventsOf(after, 'OrderSubmitted').filter(({ purpose }) => purpose !== 'ENTRY' && purpose !== 'HEDGE');
    expect([exits.length > 0, exits.every(({ reduceOnly }) => reduceOnly)]).toEqual([true, true]);
    const opened = new Set(eventsOf(after, 'TradeOpened').map(({ tradeId }) => tradeId));
    expect(eventsOf(after, 'TradeDenied').filter(({ tradeId }) => opened.has(tradeId))).toEqual([]);
  });
});
