import fc from 'fast-check';
import { money, price } from '@ballast/domain';
import { HARD_STOPS, type HardStop, type HardStopResumed, type HardStopTripped, type PeriodOpened } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { after, DAY_MS, decide, figuresOf, limitOf, LIMITS, MONDAY, observe } from './stops.fixtures.js';
import { latchedFor, resumableFrom, stateAsked, stopsDecider, trippedIn } from './stops.decider.js';
import type { ResumeStops, StopEvent } from './stops.types.js';

const resume = (overrides: Partial<ResumeStops> = {}): ResumeStops => ({ type: 'ResumeStops', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', equity: money('900'), result: money('-100'), reason: 'looked at it', by: 'approver', ...overrides });
const trips = (events: readonly StopEvent[]): readonly HardStopTripped[] => events.filter((event): event is HardStopTripped => event.type === 'HardStopTripped');
const OPEN = after([observe(), MONDAY]);

describe('a hard stop', () => {
  interface Boundary { readonly what: string; readonly stop: HardStop; readonly below: Parameters<typeof figuresOf>[0]; readonly at: Parameters<typeof figuresOf>[0]; readonly value: string; readonly state: string; readonly held: string | undefined }
  const boundaries: readonly Boundary[] = [
    { what: 'daily loss of 15 % (R111)', stop: 'DAILY_LOSS', below: { day: '0.1499' }, at: { day: '0.15' }, value: '0.15', state: 'HALTED', held: '2026-01-06' },
    { what: 'daily loss of $100 (R54, W-6)', stop: 'DAILY_LOSS_AMOUNT', below: { dayAmount: '99.99' }, at: { dayAmount: '100' }, value: '100', state: 'HALTED', held: '2026-01-06' },
    { what: 'weekly loss of 30 % (R111)', stop: 'WEEKLY_LOSS', below: { week: '0.2999' }, at: { week: '0.3' }, value: '0.3', state: 'HALTED', held: '2026-01-12' },
    { what: 'three losing trades in a row (R111, C-49)', stop: 'CONSECUTIVE_LOSSES', below: { inARow: 2 }, at: { inARow: 3 }, value: '3', state: 'HALTED', held: '2026-01-06' },
    { what: 'fall of 10 % from the peak (W-5, C-2)', stop: 'DRAWDOWN_REDUCE', below: { drawdown: '0.0999' }, at: { drawdown: '0.1' }, value: '0.1', state: 'REDUCING', held: undefined },
    { what: 'fall of 25 % from the peak (R111, C-2)', stop: 'DRAWDOWN_HALT', below: { drawdown: '0.2499' }, at: { drawdown: '0.25' }, value: '0.25', state: 'HALTED', held: undefined },
  ];

  it.each(boundaries)('of a $what trips at its limit and not a hundredth before, and says until when it holds (W-9)', ({ stop, below, at, value, state, held }) => {
    const only = LIMITS.filter((limit) => limit.stop === stop);
    expect(decide(OPEN, observe(figuresOf(below), MONDAY, only))).toEqual([]);
    const [tripped] = trips(decide(OPEN, observe(figuresOf(at), MONDAY, only)));
    expect(tripped).toMatchObject({ stop, scope: 'PORTFOLIO', scopeId: 'p1', profile: 'legion@1', value, limit: value, state });
    expect(tripped?.heldUntil === undefined ? undefined : new Date(tripped.heldUntil).toISOString().slice(0, 10)).toBe(held);
  });

  it('trips once, and stays until it is resumed', () => {
    const lost = observe(figuresOf({ day: '0.2' }));
    const stopped = after([observe(), MONDAY], [lost, MONDAY]);
    expect(decide(stopped, lost)).toEqual([]);
    expect(decide(stopped, observe(figuresOf()))).toEqual([]);
    expect(stateAsked(stopped, 'PORTFOLIO', 'p1')).toBe('HALTED');
  });

  it('of a fall reduces at 10 % before it halts at 25 % (W-5)', () => {
    const falling = after([observe(), MONDAY], [observe(figuresOf({ drawdown: '0.1' })), MONDAY]);
    expect(stateAsked(falling, 'PORTFOLIO', 'p1')).toBe('REDUCING');
    expect(trips(decide(falling, observe(figuresOf({ drawdown: '0.25' }))))).toMatchObject([{ stop: 'DRAWDOWN_HALT', state: 'HALTED' }]);
  });

  it('is judged by no figures from before a resume', () => {
    const resumed = after([observe(), MONDAY], [observe(figuresOf({ drawdown: '0.3' })), MONDAY], [resume(), MONDAY + 1]);
    expect(trippedIn(resumed, 'PORTFOLIO', 'p1')).toEqual([]);
    expect(decide(resumed, observe(figuresOf({ drawdown: '0.3' })))).toEqual([]);
    expect(trips(decide(resumed, observe(figuresOf({ drawdown: '0.3', resumes: 2 }))))).toHaveLength(2);
  });

  it('asks nothing of a scope of which nothing is known yet', () => {
    expect(decide(stopsDecider.initial, { ...observe(), figures: [] })).toEqual([]);
  });
});

describe('days and weeks of hard stops', () => {
  it('are opened once each, with the equity that they begin with, and the day alone on the next day (C-25)', () => {
    const opened = decide(stopsDecider.initial, observe());
    expect(opened).toMatchObject([
      { type: 'PeriodOpened', period: 'WEEK', key: '2026-01-05', startsAt: MONDAY, endsAt: MONDAY + 7 * DAY_MS, starts: [{ scope: 'PORTFOLIO', scopeId: 'p1', equity: money('1000') }] },
      { type: 'PeriodOpened', period: 'DAY', key: '2026-01-05', startsAt: MONDAY, endsAt: MONDAY + DAY_MS },
    ]);
    expect(decide(OPEN, observe())).toEqual([]);
    expect(decide(OPEN, observe(figuresOf(), MONDAY + DAY_MS))).toMatchObject([{ period: 'DAY', key: '2026-01-06' }]);
  });

  it('are open before anything trips in them: what trips holds to the end of its own day', () => {
    const [week, day, tripped] = decide(stopsDecider.initial, observe(figuresOf({ day: '0.15' })));
    expect([week?.type, day?.type, tripped]).toMatchObject(['PeriodOpened', 'PeriodOpened', { heldUntil: MONDAY + DAY_MS }]);
  });

  it('are opened for a bot that comes later, without anew for the others', () => {
    const bot = { ...figuresOf(), scope: 'BOT' as const, scopeId: 'b1' };
    expect(decide(OPEN, { ...observe(), figures: [figuresOf(), bot] })).toMatchObject([{ period: 'WEEK', starts: [{ scopeId: 'b1' }] }, { period: 'DAY', starts: [{ scopeId: 'b1' }] }]);
  });
});

describe('a resume', () => {
  const stopped = after([observe(), MONDAY], [observe(figuresOf({ day: '0.15' })), MONDAY + 1_000]);

  it('of a daily stop is refused to the last millisecond of its day, and taken from then on (W-9)', () => {
    expect(resumableFrom(stopped, 'PORTFOLIO', 'p1')).toBe(MONDAY + DAY_MS);
    expect(decide(stopped, resume(), MONDAY + DAY_MS - 1)).toEqual([]);
    expect(decide(stopped, resume(), MONDAY + DAY_MS)).toEqual([{ type: 'HardStopResumed', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', stop: 'DAILY_LOSS', equity: money('900'), result: money('-100'), reason: 'looked at it', by: 'approver' }]);
  });

  it('is of every stop of its scope, or of none while one is held', () => {
    const both = after([observe(), MONDAY], [observe(figuresOf({ day: '0.15', drawdown: '0.1' })), MONDAY]);
    expect(decide(both, resume(), MONDAY + 1)).toEqual([]);
    expect(decide(both, resume(), MONDAY + DAY_MS).map((event) => event.type === 'HardStopResumed' && event.stop)).toEqual(['DAILY_LOSS', 'DRAWDOWN_REDUCE']);
    expect(decide(both, resume({ scope: 'BOT', scopeId: 'b1' }), MONDAY + DAY_MS)).toEqual([]);
  });

  it('is followed by the same stop where the loss goes on', () => {
    const resumed = after([observe(), MONDAY], [observe(figuresOf({ day: '0.15' })), MONDAY], [resume(), MONDAY + DAY_MS]);
    expect(trips(decide(resumed, observe(figuresOf({ day: '0.16', resumes: 1 }), MONDAY + DAY_MS)))).toMatchObject([{ stop: 'DAILY_LOSS', heldUntil: MONDAY + 2 * DAY_MS }]);
  });
});

describe('what is recorded of hard stops', () => {
  const { initial, evolve } = stopsDecider;
  const start = { scope: 'PORTFOLIO', scopeId: 'p1', equity: money('1000'), result: money('0') } as const;
  const marks = [{ instrument: 'v1.BTC-PERP', markPrice: price('100'), oraclePrice: price('101') }];
  const lost = (stop: HardStop, figures: Parameters<typeof figuresOf>[0]) => decide(after([observe(), MONDAY]), { ...observe(figuresOf(figures), MONDAY, LIMITS.filter((limit) => limit.stop === stop)), marks });

  it('is the whole of what a trip saw, and how long it holds where it does (R111, W-9)', () => {
    const tripped = { type: 'HardStopTripped', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', profile: 'legion@1', baseline: money('1000'), equity: money('1000'), marks } as const;
    expect(lost('DAILY_LOSS', { day: '0.16' })).toStrictEqual([{ ...tripped, stop: 'DAILY_LOSS', unit: 'RATIO', value: '0.16', limit: '0.15', state: 'HALTED', heldUntil: MONDAY + DAY_MS }]);
    expect(lost('DRAWDOWN_REDUCE', { drawdown: '0.11' })).toStrictEqual([{ ...tripped, stop: 'DRAWDOWN_REDUCE', unit: 'RATIO', value: '0.11', limit: '0.1', state: 'REDUCING' }]);
  });

  it('is the whole of a week and a day that begin, and what they make known', () => {
    const week = { key: '2026-01-05', startsAt: MONDAY, endsAt: MONDAY + 7 * DAY_MS };
    const day = { key: '2026-01-06', startsAt: MONDAY + DAY_MS, endsAt: MONDAY + 2 * DAY_MS };
    const [first, second] = decide(initial, observe(figuresOf(), MONDAY + DAY_MS)) as readonly PeriodOpened[];
    expect([first, second]).toStrictEqual([{ type: 'PeriodOpened', portfolioId: 'p1', period: 'WEEK', ...week, starts: [start] }, { type: 'PeriodOpened', portfolioId: 'p1', period: 'DAY', ...day, starts: [start] }]);
    const scope = { day: '', week: '', resumes: 0 };
    if (!first || !second) throw new Error('found no periods');
    expect(evolve(initial, first)).toStrictEqual({ scopes: { 'PORTFOLIO:p1': { ...scope, week: '2026-01-05' } }, tripped: {}, week });
    expect(evolve(initial, second)).toStrictEqual({ scopes: { 'PORTFOLIO:p1': { ...scope, day: '2026-01-06' } }, tripped: {}, day });
  });

  it('is what is latched, without a moment where nothing holds it, until it is resumed', () => {
    const latched = { stop: 'DRAWDOWN_REDUCE', scope: 'PORTFOLIO', scopeId: 'p1', profile: 'legion@1', unit: 'RATIO', value: '0.11', limit: '0.1', state: 'REDUCING' } as const;
    const stopped = after([observe(), MONDAY], [observe(figuresOf({ drawdown: '0.11' })), MONDAY]);
    expect(stopped.tripped).toStrictEqual({ 'DRAWDOWN_REDUCE PORTFOLIO:p1': latched });
    expect([trippedIn(stopped, 'PORTFOLIO', 'p1'), resumableFrom(stopped, 'PORTFOLIO', 'p1')]).toStrictEqual([[latched], 0]);
    const resumed = after([observe(), MONDAY], [observe(figuresOf({ drawdown: '0.11' })), MONDAY], [resume(), MONDAY]);
    expect([resumed.tripped, resumed.scopes]).toStrictEqual([{}, { 'PORTFOLIO:p1': { day: '2026-01-05', week: '2026-01-05', resumes: 1 } }]);
  });

  it('is counted also where a scope is resumed that has no day yet: its periods open as if nothing had been', () => {
    const resumed: HardStopResumed = { type: 'HardStopResumed', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', stop: 'DAILY_LOSS', equity: money('900'), result: money('-100'), reason: 'r', by: 'approver' };
    const state = evolve(initial, resumed);
    expect(state).toStrictEqual({ scopes: { 'PORTFOLIO:p1': { day: '', week: '', resumes: 1 } }, tripped: {} });
    expect(decide(state, observe(figuresOf({ day: '0.2' }))).map(({ type }) => type)).toEqual(['PeriodOpened', 'PeriodOpened']);
    expect(decide(state, observe(figuresOf({ day: '0.2', resumes: 1 }))).map(({ type }) => type)).toEqual(['PeriodOpened', 'PeriodOpened', 'HardStopTripped']);
  });
});

describe('hard stops of several bots', () => {
  const bot = (scopeId: string, day = '0') => ({ ...figuresOf({ day }), scope: 'BOT' as const, scopeId });
  const limits = ['b1', 'b2'].map((scopeId) => ({ ...limitOf('DAILY_LOSS', '0.15'), scope: 'BOT' as const, scopeId }));
  const observed = { ...observe(figuresOf({ day: '0.2' }), MONDAY, [limitOf('DAILY_LOSS', '0.15'), ...limits]), figures: [figuresOf({ day: '0.2' }), bot('b1'), bot('b2', '0.3')] };

  it('measure each what that bot has lost', () => {
    expect(trips(decide(stopsDecider.initial, observed)).map(({ scope, scopeId, value }) => [scope, scopeId, value])).toEqual([['PORTFOLIO', 'p1', '0.2'], ['BOT', 'b2', '0.3']]);
  });

  it('bind a plan of a bot: those of its portfolio and its own, not those of another', () => {
    const stops = after([observed, MONDAY]);
    const bound = (portfolioId: string, botId: string) => latchedFor(stops, portfolioId, botId).map(({ scope, scopeId }) => `${scope} ${scopeId}`);
    expect([bound('p1', 'b1'), bound('p1', 'b2'), bound('p2', 'b2'), bound('p2', 'b1')]).toEqual([['PORTFOLIO p1'], ['PORTFOLIO p1', 'BOT b2'], ['BOT b2'], []]);
  });
});

describe('any sequence of losses and resumes', () => {
  const lost = fc.record({ day: fc.integer({ min: 0, max: 40 }), week: fc.integer({ min: 0, max: 40 }), drawdown: fc.integer({ min: 0, max: 40 }), inARow: fc.integer({ min: 0, max: 5 }) });
  const step = fc.oneof(lost.map((each) => ({ lost: each })), fc.constant('resume' as const));

  it('never unlatches a stop but by a resume, and never before it may be resumed', () => {
    fc.assert(fc.property(fc.array(fc.tuple(step, fc.integer({ min: 1, max: 20 })), { maxLength: 30 }), (steps) => {
      let stops = OPEN;
      let at = MONDAY;
      let resumes = 0;
      for (const [what, hours] of steps) {
        at += hours * 3_600_000;
        const before = stops;
        const command = what === 'resume' ? resume() : observe(figuresOf({ day: `0.${String(what.lost.day).padStart(2, '0')}`, week: `0.${String(what.lost.week).padStart(2, '0')}`, drawdown: `0.${String(what.lost.drawdown).padStart(2, '0')}`, inARow: what.lost.inARow, resumes }), at);
        const events = decide(stops, command, at);
        stops = events.reduce(stopsDecider.evolve, stops);
        resumes += events.filter(({ type }) => type === 'HardStopResumed').length;
        const gone = trippedIn(before, 'PORTFOLIO', 'p1').filter(({ stop }) => !trippedIn(stops, 'PORTFOLIO', 'p1').some((each) => each.stop === stop));
        if (gone.length > 0) expect([what, gone.every(({ heldUntil = 0 }) => heldUntil <= at)]).toEqual(['resume', true]);
      }
    }));
  });

  it('has a rule for every stop there is', () => {
    expect(new Set(LIMITS.map(({ stop }) => stop))).toEqual(new Set(HARD_STOPS));
  });
});
