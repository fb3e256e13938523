import fc from 'fast-check';
import { inForceByName, PROFILES } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { refuses } from '../exposure/rule.js';
import { after, figuresOf, limitOf, LIMITS, MONDAY, observe } from './stops.fixtures.js';
import { trippedIn } from './stops.decider.js';
import type { Tripped } from './stops.types.js';
import { STOP_RULE_NAMES, stopRulesBound, stopVerdicts } from './stop-verdicts.js';

const refused = (lost: Parameters<typeof figuresOf>[0]): readonly string[] => stopVerdicts({ figures: [figuresOf(lost)], limits: LIMITS }).filter(refuses).map(({ evaluation }) => `${evaluation.rule} ${evaluation.result}`);

describe('hard stops as rules of a plan', () => {
  it('are all evaluated, each with its value, limit and distance (R111, R54)', () => {
    const evaluations = stopVerdicts({ figures: [figuresOf({ day: '0.12', inARow: 2 })], limits: LIMITS }).map(({ evaluation }) => evaluation);
    expect(evaluations.map(({ rule }) => rule)).toEqual(STOP_RULE_NAMES);
    expect(evaluations[0]).toEqual({ rule: 'daily-loss', profile: 'legion@1', result: 'PASS', unit: 'RATIO', value: '0.12', limit: '0.15', distance: '0.03', inputs: { equity: '1000', baseline: '1000' } });
    expect(evaluations[3]).toMatchObject({ rule: 'consecutive-losses', value: '2', limit: '3', distance: '1' });
  });

  it.each([
    [{ day: '0.1499' }, { day: '0.15' }, 'daily-loss REFUSE'],
    [{ dayAmount: '99.99' }, { dayAmount: '100' }, 'daily-loss-amount REFUSE'],
    [{ week: '0.2999' }, { week: '0.3' }, 'weekly-loss REFUSE'],
    [{ inARow: 2 }, { inARow: 3 }, 'consecutive-losses REFUSE'],
    [{ drawdown: '0.0999' }, { drawdown: '0.1' }, 'drawdown-reduce REFUSE'],
  ])('refuse at the limit and not before it: %j passes, %j does not', (below, at, rule) => {
    expect([refused(below), refused(at)]).toEqual([[], [rule]]);
  });

  it('refuse what has halted already, and what is not known (C-2)', () => {
    expect(refused({ drawdown: '0.25' })).toEqual(['drawdown-reduce REFUSE', 'drawdown-halt REFUSE']);
    expect(stopVerdicts({ figures: [], limits: LIMITS }).map(({ evaluation }) => evaluation.result)).toEqual(LIMITS.map(() => 'MISSING_INPUT'));
  });

  it('refuse while they are latched, also where what was lost is won back or no profile has the limit any more (W-9)', () => {
    const [stop] = Object.values(after([observe(figuresOf({ day: '0.2' })), MONDAY]).tripped);
    const latched = stop ? [stop] : [];
    const verdicts = stopVerdicts({ figures: [figuresOf()], limits: LIMITS }, latched);
    expect(verdicts.map(({ evaluation }) => evaluation.rule).sort()).toEqual([...STOP_RULE_NAMES].sort());
    expect(verdicts.filter(refuses).map(({ evaluation, text }) => [evaluation.rule, evaluation.value, evaluation.profile, text])).toEqual([['daily-loss', 'latched', 'legion@1', 'latched: hard stop DAILY_LOSS: 20 %, allowed is less than 15 % (legion@1); an approver resumes it, not before 2026-01-06T00:00:00.000Z']]);
    const [verdict, ...others] = stopVerdicts(undefined, latched);
    expect([verdict?.evaluation, others]).toStrictEqual([{ rule: 'daily-loss', profile: 'legion@1', result: 'REFUSE', unit: 'STATE', value: 'latched', limit: 'resumed', inputs: { tripped: '0.2', limit: '0.15' } }, []]);
  });

  it('latched for a bot or the portfolio leave the same stop of every other one measured', () => {
    const whole = limitOf('DAILY_LOSS', '0.15');
    const [own, anothers] = ['p1', 'b2'].map((scopeId) => ({ ...whole, scope: 'BOT' as const, scopeId }));
    if (!own || !anothers) throw new Error('found no limits');
    const [stop] = trippedIn(after([observe(figuresOf({ day: '0.2' })), MONDAY]), 'PORTFOLIO', 'p1');
    if (!stop) throw new Error('found no stop');
    const figures = [figuresOf(), ...[own, anothers].map(({ scope, scopeId }) => ({ ...figuresOf(), scope, scopeId }))];
    const said = (latched: readonly Tripped[]) => stopVerdicts({ figures, limits: [whole, own, anothers, limitOf('WEEKLY_LOSS', '0.3')] }, latched).map(({ evaluation: { rule, result, value } }) => `${rule} ${result} ${String(value)}`);
    const measured = 'daily-loss PASS 0';
    expect(said([stop])).toEqual([measured, measured, 'weekly-loss PASS 0', 'daily-loss REFUSE latched']);
    expect(said([{ ...stop, scope: 'BOT' }])).toEqual([measured, measured, 'weekly-loss PASS 0', 'daily-loss REFUSE latched']);
    expect(said([{ ...stop, scope: 'BOT', scopeId: 'b3' }])).toEqual([measured, measured, measured, 'weekly-loss PASS 0', 'daily-loss REFUSE latched']);
    expect(said([])).toEqual([measured, measured, measured, 'weekly-loss PASS 0']);
  });

  it('are those of which the policy has a limit, by name (R111, W-5, W-6, W-18)', () => {
    const rules = (...names: readonly string[]) => stopRulesBound(inForceByName(names, PROFILES));
    expect([stopRulesBound(undefined), rules('demo'), rules('unheard-of')]).toEqual([[], [], []]);
    expect([rules('legion'), rules('scaling-capital')]).toEqual([['daily-loss', 'weekly-loss', 'consecutive-losses', 'drawdown-halt'], ['daily-loss-amount', 'drawdown-reduce']]);
  });

  it('are none where no profile has one (W-18)', () => {
    expect([stopVerdicts(undefined), stopVerdicts({ figures: [figuresOf({ day: '0.9' })], limits: [] })]).toEqual([[], []]);
  });

  it('refuse exactly what trips', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 5 }), (hundredths, inARow) => {
      const share = `0.${String(hundredths).padStart(2, '0')}`;
      const expected = [...(hundredths >= 15 ? ['daily-loss REFUSE'] : []), ...(inARow >= 3 ? ['consecutive-losses REFUSE'] : [])];
      expect(refused({ day: share, inARow })).toEqual(expected);
    }));
  });
});
