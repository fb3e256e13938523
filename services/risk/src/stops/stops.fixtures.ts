import { Decimal, money, type Money, type Ms, type Ratio, ratio } from '@ballast/domain';
import type { HardStop } from '@ballast/events';
import { stopsDecider } from './stops.decider.js';
import type { ObserveStops, Period, StopCommand, StopEvent, StopFigures, StopLimit, Stops } from './stops.types.js';

/** 2026-01-05T00:00:00Z, a Monday. */
export const MONDAY: Ms = 1_767_571_200_000;
export const DAY_MS: Ms = 86_400_000;

export const dayAt = (at: Ms): Period => {
  const startsAt = Math.floor(at / DAY_MS) * DAY_MS;
  return { key: new Date(startsAt).toISOString().slice(0, 10), startsAt, endsAt: startsAt + DAY_MS };
};
const WEEK: Period = { key: '2026-01-05', startsAt: MONDAY, endsAt: MONDAY + 7 * DAY_MS };

/** Figures of a portfolio that has lost nothing, but for what is given. */
export function figuresOf(lost: { readonly day?: string; readonly dayAmount?: string; readonly week?: string; readonly drawdown?: string; readonly inARow?: number; readonly resumes?: number } = {}): StopFigures {
  const equity: Money = money('1000');
  const result: Money = money('0');
  const share = (text = '0'): Ratio => ratio(text);
  return {
    scope: 'PORTFOLIO', scopeId: 'p1', equity, result,
    day: { equity, result, lossRatio: share(lost.day), loss: money(lost.dayAmount ?? '0') },
    week: { equity, result, lossRatio: share(lost.week) },
    peak: { equity, drawdownRatio: share(lost.drawdown) },
    lossesInARow: lost.inARow ?? 0,
    resumes: lost.resumes ?? 0,
  };
}

export const limitOf = (stop: HardStop, limit: string): StopLimit => ({ stop, scope: 'PORTFOLIO', scopeId: 'p1', limit: new Decimal(limit), profile: 'legion@1' });

/** R111, and R54's stage 1 (W-6). */
export const LIMITS: readonly StopLimit[] = [limitOf('DAILY_LOSS', '0.15'), limitOf('DAILY_LOSS_AMOUNT', '100'), limitOf('WEEKLY_LOSS', '0.3'), limitOf('CONSECUTIVE_LOSSES', '3'), limitOf('DRAWDOWN_REDUCE', '0.1'), limitOf('DRAWDOWN_HALT', '0.25')];

export const observe = (figures: StopFigures = figuresOf(), at: Ms = MONDAY, limits: readonly StopLimit[] = LIMITS): ObserveStops => ({ type: 'ObserveStops', portfolioId: 'p1', day: dayAt(at), week: WEEK, figures: [figures], limits, marks: [] });

export const decide = (stops: Stops, command: StopCommand, at: Ms = MONDAY): readonly StopEvent[] => stopsDecider.decide(stops, command, { decisionId: 'd', at });
/** The state after these commands, each at its moment. */
export const after = (...told: readonly (readonly [StopCommand, Ms])[]): Stops => told.reduce((stops, [command, at]) => decide(stops, command, at).reduce(stopsDecider.evolve, stops), stopsDecider.initial);
