import { HARD_STOPS, type HardStop } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { money, ratio } from '@ballast/domain';
import { heldUntil, STOP_RULES } from './stop-rules.js';
import { dayAt, MONDAY } from './stops.fixtures.js';
import type { StopFigures } from './stops.types.js';

/** No two figures are the same, so that each rule shows which one it reads. */
const FIGURES: StopFigures = {
  scope: 'PORTFOLIO', scopeId: 'p1', equity: money('900'), result: money('-100'),
  day: { equity: money('910'), result: money('-90'), lossRatio: ratio('0.01'), loss: money('20') },
  week: { equity: money('920'), result: money('-80'), lossRatio: ratio('0.03') },
  peak: { equity: money('930'), drawdownRatio: ratio('0.04') },
  lossesInARow: 5,
  resumes: 6,
};
const DAY = dayAt(MONDAY);
const WEEK = { ...DAY, endsAt: MONDAY + 7 };

describe('the rules of hard stops', () => {
  it.each<[HardStop, string, string, readonly [string, string], number | undefined]>([
    ['DAILY_LOSS', 'RATIO', 'HALTED', ['0.01', '910'], DAY.endsAt],
    ['DAILY_LOSS_AMOUNT', 'USD', 'HALTED', ['20', '910'], DAY.endsAt],
    ['WEEKLY_LOSS', 'RATIO', 'HALTED', ['0.03', '920'], WEEK.endsAt],
    ['CONSECUTIVE_LOSSES', 'COUNT', 'HALTED', ['5', '900'], DAY.endsAt],
    ['DRAWDOWN_REDUCE', 'RATIO', 'REDUCING', ['0.04', '930'], undefined],
    ['DRAWDOWN_HALT', 'RATIO', 'HALTED', ['0.04', '930'], undefined],
  ])('%s: in %s, then %s; measures its own figure against its own equity, and is held as long as its period lasts (R111, C-2, W-5, W-9, C-49)', (stop, unit, state, read, until) => {
    const rule = STOP_RULES[stop];
    expect([rule.unit, rule.state, [rule.measure(FIGURES).toString(), rule.baseline(FIGURES).toString()]]).toEqual([unit, state, read]);
    expect(heldUntil(stop, { day: DAY, week: WEEK, scopes: {}, tripped: {} })).toBe(until);
  });

  it('hold by no period that has not begun', () => {
    expect(HARD_STOPS.map((stop) => heldUntil(stop, { scopes: {}, tripped: {} }))).toEqual(HARD_STOPS.map(() => undefined));
  });
});
