import { notional, ratio } from '@ballast/domain';
import { DEMO, type PolicyProfile, PROFILES, type StopLimits } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { type BoundBot, stopLimitsOf } from './stop-limits.js';

const profile = (name: string, stops?: StopLimits): PolicyProfile => ({ ...DEMO, name, version: 1, ...(stops ? { stops } : {}) });
const KNOWN = new Map([
  profile('none'),
  profile('loose', { scope: 'PORTFOLIO', dailyLossRatio: ratio('0.2'), drawdownHaltRatio: ratio('0.25') }),
  profile('tight', { scope: 'PORTFOLIO', dailyLossRatio: ratio('0.15'), consecutiveLosses: 3 }),
  profile('alone', { scope: 'BOT', dailyLossMax: notional('40'), weeklyLossRatio: ratio('0.3'), drawdownReduceRatio: ratio('0.1') }),
].map((each) => [each.name, each]));
const bot = (botId: string, ...profiles: readonly string[]): BoundBot => ({ botId, profiles });
const limits = (known: ReadonlyMap<string, PolicyProfile>, rung: string | undefined, ...bots: readonly BoundBot[]): readonly string[] =>
  stopLimitsOf('p1', bots, known, rung).map(({ stop, scope, scopeId, limit, profile: from }) => `${scope} ${scopeId} ${stop} ${limit.toString()} ${from}`);

describe('the hard stops in force', () => {
  it('are none where no profile binds one, nor of a profile that nobody knows (W-18)', () => {
    expect(limits(KNOWN, undefined, bot('b1', 'none'), bot('b2', 'unheard-of'), bot('b3'))).toEqual([]);
    expect(limits(KNOWN, undefined)).toEqual([]);
  });

  it('are of the portfolio where one bot binds them, each the tightest with its origin (C-1, C-3)', () => {
    const bound = ['PORTFOLIO p1 DAILY_LOSS 0.15 tight@1', 'PORTFOLIO p1 CONSECUTIVE_LOSSES 3 tight@1', 'PORTFOLIO p1 DRAWDOWN_HALT 0.25 loose@1'];
    expect(limits(KNOWN, undefined, bot('b1', 'none', 'loose'), bot('b2', 'tight'))).toEqual(bound);
    expect(limits(KNOWN, undefined, bot('b1', 'tight', 'loose'), bot('b2', 'tight'))).toEqual(bound);
    expect(limits(KNOWN, undefined, bot('b1', 'none'), bot('b2', 'loose'))).toEqual(['PORTFOLIO p1 DAILY_LOSS 0.2 loose@1', 'PORTFOLIO p1 DRAWDOWN_HALT 0.25 loose@1']);
  });

  it('are of that bot alone where the profile says so (W-17)', () => {
    const alone = (id: string) => [`BOT ${id} DAILY_LOSS_AMOUNT 40 alone@1`, `BOT ${id} WEEKLY_LOSS 0.3 alone@1`, `BOT ${id} DRAWDOWN_REDUCE 0.1 alone@1`];
    expect(limits(KNOWN, undefined, bot('b1', 'alone'), bot('b2', 'none'))).toEqual(alone('b1'));
    expect(limits(KNOWN, undefined, bot('b1', 'alone'), bot('b2', 'alone', 'tight'))).toEqual(['PORTFOLIO p1 DAILY_LOSS 0.15 tight@1', 'PORTFOLIO p1 CONSECUTIVE_LOSSES 3 tight@1', ...alone('b1'), ...alone('b2')]);
  });

  it('are those of the rung that the portfolio is on, and of the profile itself on a rung that it does not have (W-6)', () => {
    const dailyLoss = (rung?: string) => limits(PROFILES, rung, bot('b1', 'scaling-capital')).find((limit) => limit.includes('DAILY_LOSS_AMOUNT'));
    const rungs = PROFILES.get('scaling-capital')?.ladder?.rungs ?? [];
    expect(rungs.length).toBeGreaterThan(1);
    for (const { name, dailyLossMax } of rungs) expect(dailyLoss(name)).toMatch(new RegExp(`^PORTFOLIO p1 DAILY_LOSS_AMOUNT ${String(dailyLossMax)} scaling-capital@`));
    expect(new Set(rungs.map(({ name }) => dailyLoss(name))).size).toBeGreaterThan(1);
    expect(dailyLoss('unheard-of')).toBe(dailyLoss());
    expect(limits(KNOWN, 'stage-3', bot('b1', 'loose'))).toEqual(limits(KNOWN, undefined, bot('b1', 'loose')));
  });
});
