import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refuses } from '../exposure/rule.js';
import { after, figuresOf, LIMITS, MONDAY, observe } from './stops.fixtures.js';
import { STOP_RULE_NAMES, stopVerdicts } from './stop-verdicts.js';

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
    expect(stopVerdicts(undefined, latched).filter(refuses)).toHaveLength(1);
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
