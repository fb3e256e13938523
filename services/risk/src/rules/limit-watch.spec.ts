import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { notional, ratio } from '@ballast/domain';
import { Metrics } from '@ballast/observability';
import { type PolicyProfile, PROFILES } from '@ballast/policy';
import { LadderDesk } from '../ladder/ladder-desk.fixtures.js';
import { riskModule } from '../risk.module.js';

const LOOK_MS = 10_000;
const SINGLE: PolicyProfile = { ...PROFILES.get('legion')!, name: 'single', stops: { scope: 'BOT', dailyLossRatio: ratio('0.15') } };
const STEPS = PROFILES.get('scaling-capital')!;
const VOLUME: PolicyProfile = { ...STEPS, name: 'volume', dailyVolumeMax: notional('40000'), ladder: { ...STEPS.ladder!, rungs: STEPS.ladder!.rungs.map((rung) => ({ ...rung, gate: { ...rung.gate, dailyVolumeMin: notional('9000') } })) } };
const KNOWN = new Map([...PROFILES, ['single', SINGLE], ['volume', VOLUME]]);

describe('what is shown of hard stops, rungs and rules', () => {
  let metrics: Metrics;
  let desk: LadderDesk;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    metrics = new Metrics({ service: 'risk', version: 'test', commit: 'test' });
  });
  afterEach(async () => {
    await desk.system.stop();
    vi.useRealTimers();
  });

  /** Risk with metrics, started over the desk's log and what is written into it before. */
  async function watched(profile: string, before: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    desk = await LadderDesk.start(profile, KNOWN);
    await desk.system.stop();
    await before();
    await desk.system.add('risk', () => riskModule({ profiles: KNOWN, metrics }));
    await desk.run(1);
  }

  async function lines(name: string): Promise<readonly string[]> {
    return (await metrics.text()).split('\n').filter((line) => line.startsWith(`${name}{`));
  }

  it('is the rung with its place on the ladder from the start on, and after a step the other one alone (R27)', async () => {
    await watched('scaling-capital', async () => {
      const [entered] = await desk.events('RungEntered');
      await desk.wrote('risk', 'ladder', 'p1', { ...entered!, from: 'stage-1', rung: 'stage-2', cause: 'PROMOTION' });
    });
    expect(await lines('ballast_ladder_rung')).toEqual(['ballast_ladder_rung{portfolio="p1",ladder="scaling-capital",rung="stage-2"} 2']);
    await desk.command('cli', 'ladder-rollback', {});
    vi.advanceTimersByTime(LOOK_MS);
    expect(await lines('ballast_ladder_rung')).toEqual(['ballast_ladder_rung{portfolio="p1",ladder="scaling-capital",rung="stage-1"} 1']);
  });

  it('is what the hard stops judge, the fall from its peak, and what a day of the rung is to bring and may bring at most (R23, R111)', async () => {
    await watched('volume');
    expect([...(await lines('ballast_daily_volume_bound_quote'))].sort()).toEqual(['most"} 40000', 'target"} 9000'].map((end) => `ballast_daily_volume_bound_quote{portfolio="p1",bound="${end}`));
    await desk.round({ net: '-400' });
    vi.advanceTimersByTime(LOOK_MS);
    expect((await lines('ballast_portfolio_equity_quote')).map((line) => line.split('}')[0])).toEqual(['ballast_portfolio_equity_quote{portfolio="p1"']);
    expect((await lines('ballast_drawdown_ratio')).map((line) => Number(line.split(' ')[1]) > 0)).toEqual([true]);
  });

  it('is 0 for every stop in force and 1 once it has tripped (R111)', async () => {
    await watched('legion');
    const before = await lines('ballast_hard_stop_tripped');
    expect(before).toContain('ballast_hard_stop_tripped{portfolio="p1",scope="portfolio",stop="DAILY_LOSS"} 0');
    expect(before.filter((line) => !line.endsWith(' 0'))).toEqual([]);
    await desk.worth('-1');
    await desk.round({ net: '-400' });
    expect(await desk.events('HardStopTripped')).toContainEqual(expect.objectContaining({ stop: 'DAILY_LOSS' }));
    vi.advanceTimersByTime(LOOK_MS);
    expect(await lines('ballast_hard_stop_tripped')).toContain('ballast_hard_stop_tripped{portfolio="p1",scope="portfolio",stop="DAILY_LOSS"} 1');
    expect(await lines('ballast_ladder_rung')).toEqual([]);
  });

  it('names the bot whose stop it is (W-17)', async () => {
    await watched('single');
    expect(await lines('ballast_hard_stop_tripped')).toEqual(['ballast_hard_stop_tripped{portfolio="p1",scope="bot/b1",stop="DAILY_LOSS"} 0']);
  });

  it('is 1 for a stop that is latched though no profile binds it any more, and nothing once it is resumed', async () => {
    await watched('demo', () => desk.stopped());
    expect(await lines('ballast_hard_stop_tripped')).toEqual(['ballast_hard_stop_tripped{portfolio="p1",scope="portfolio",stop="DRAWDOWN_HALT"} 1']);
    await desk.command('approver', 'resume', { scope: 'PORTFOLIO', scopeId: 'p1' });
    await desk.run(1);
    vi.advanceTimersByTime(LOOK_MS);
    expect(await lines('ballast_hard_stop_tripped')).toEqual([]);
  });

  it('has rules that nobody asked while a bot binds them, and none of them once it is deleted', async () => {
    await watched('demo', () => desk.run(24 * 3_600_000));
    vi.advanceTimersByTime(LOOK_MS);
    expect(await lines('ballast_rule_stale')).toContain('ballast_rule_stale{portfolio="p1",rule="depth"} 1');
    await desk.wrote('operator', 'bot', 'b1', { type: 'BotDeleted', botId: 'b1', accountId: 'account-b1', portfolioId: 'p1', reason: 'never used', by: 'cli' });
    vi.advanceTimersByTime(LOOK_MS);
    expect(await lines('ballast_rule_stale')).toEqual([]);
  });
});
