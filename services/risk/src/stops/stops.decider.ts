import { type Decider, type Id, type Ms, strictest, type TradingState } from '@ballast/domain';
import type { HardStopResumed, HardStopTripped, PeriodOpened, StopScope } from '@ballast/events';
import { heldUntil, STOP_RULES } from './stop-rules.js';
import type { ObserveStops, Period, ResumeStops, StopCommand, StopEvent, StopFigures, StopLimit, Stops, Tripped } from './stops.types.js';

const scopeKey = (scope: StopScope, scopeId: Id): string => `${scope}:${scopeId}`;
const stopKey = ({ stop, scope, scopeId }: Pick<Tripped, 'stop' | 'scope' | 'scopeId'>): string => `${stop} ${scopeKey(scope, scopeId)}`;

/** Stops that are latched in a scope, in the order in which they tripped. */
export const trippedIn = ({ tripped }: Stops, scope: string, scopeId: string): readonly Tripped[] => Object.values(tripped).filter((each) => each.scope === scope && each.scopeId === scopeId);

/** Stops that are latched and bind a plan of this bot: those of its portfolio and its own. */
export const latchedFor = (stops: Stops, portfolioId: Id, botId: Id): readonly Tripped[] => [...trippedIn(stops, 'PORTFOLIO', portfolioId), ...trippedIn(stops, 'BOT', botId)];

/** The strictest that the latched stops of a scope ask for. */
export const stateAsked = (stops: Stops, scope: string, scopeId: string): TradingState => trippedIn(stops, scope, scopeId).reduce<TradingState>((state, stop) => strictest(state, stop.state), 'ACTIVE');

/** The moment from which every latched stop of a scope may be resumed, ms; 0 where it may be now. */
export const resumableFrom = (stops: Stops, scope: string, scopeId: string): Ms => Math.max(0, ...trippedIn(stops, scope, scopeId).map((stop) => stop.heldUntil ?? 0));

function opened(stops: Stops, { portfolioId, figures, ...periods }: ObserveStops): readonly PeriodOpened[] {
  const due = (name: 'day' | 'week', period: Period): readonly PeriodOpened[] => {
    const starting = figures.filter(({ scope, scopeId }) => (stops.scopes[scopeKey(scope, scopeId)]?.[name] ?? '') < period.key);
    if (starting.length === 0) return [];
    const starts = starting.map(({ scope, scopeId, [name]: { equity, result } }) => ({ scope, scopeId, equity, result }));
    return [{ type: 'PeriodOpened', portfolioId, period: name === 'day' ? 'DAY' : 'WEEK', key: period.key, startsAt: period.startsAt, endsAt: period.endsAt, starts }];
  };
  return [...due('week', periods.week), ...due('day', periods.day)];
}

function tripOf(stops: Stops, { portfolioId, marks }: ObserveStops, found: StopFigures | undefined, { stop, scope, scopeId, limit, profile }: StopLimit): readonly HardStopTripped[] {
  if (!found || stops.tripped[stopKey({ stop, scope, scopeId })] || found.resumes !== stops.scopes[scopeKey(scope, scopeId)]?.resumes) return [];
  const { unit, state, measure, baseline } = STOP_RULES[stop];
  const value = measure(found);
  if (!value.gte(limit)) return [];
  const until = heldUntil(stop, stops);
  return [{ type: 'HardStopTripped', portfolioId, scope, scopeId, stop, profile, unit, value: value.toString(), limit: limit.toString(), baseline: baseline(found), equity: found.equity, state, ...(until === undefined ? {} : { heldUntil: until }), marks }];
}

function observe(stops: Stops, command: ObserveStops): readonly StopEvent[] {
  const periods = opened(stops, command);
  const now = periods.reduce(evolve, stops);
  const figuresOf = ({ scope, scopeId }: StopLimit): StopFigures | undefined => command.figures.find((each) => each.scope === scope && each.scopeId === scopeId);
  return [...periods, ...command.limits.flatMap((limit) => tripOf(now, command, figuresOf(limit), limit))];
}

function resume(stops: Stops, { portfolioId, scope, scopeId, equity, result, reason, by }: ResumeStops, at: Ms): readonly HardStopResumed[] {
  if (resumableFrom(stops, scope, scopeId) > at) return [];
  return trippedIn(stops, scope, scopeId).map(({ stop }) => ({ type: 'HardStopResumed', portfolioId, scope, scopeId, stop, equity, result, reason, by }));
}

function evolve(stops: Stops, event: StopEvent): Stops {
  switch (event.type) {
    case 'PeriodOpened':
      return evolveOpened(stops, event);
    case 'HardStopTripped': {
      const { stop, scope, scopeId, profile, unit, value, limit, state } = event;
      const tripped: Tripped = { stop, scope, scopeId, profile, unit, value, limit, state, ...(event.heldUntil === undefined ? {} : { heldUntil: event.heldUntil }) };
      return { ...stops, tripped: { ...stops.tripped, [stopKey(event)]: tripped } };
    }
    case 'HardStopResumed': {
      const { [stopKey(event)]: _resumed, ...tripped } = stops.tripped;
      const key = scopeKey(event.scope, event.scopeId);
      const known = stops.scopes[key] ?? { day: '', week: '', resumes: 0 };
      return { ...stops, tripped, scopes: { ...stops.scopes, [key]: { ...known, resumes: known.resumes + 1 } } };
    }
  }
}

function evolveOpened(stops: Stops, { period, key, startsAt, endsAt, starts }: PeriodOpened): Stops {
  const name = period === 'DAY' ? 'day' : 'week';
  const scopes = { ...stops.scopes };
  for (const { scope, scopeId } of starts) {
    const id = scopeKey(scope, scopeId);
    scopes[id] = { day: '', week: '', resumes: 0, ...scopes[id], [name]: key };
  }
  return { ...stops, scopes, [name]: { key, startsAt, endsAt } };
}

/**
 * The hard stops of one portfolio (R111, R54, W-5, W-9): what is reached is latched until an approver resumes it, and what holds
 * for a day or a week is not resumed before that ends. A repeated command decides nothing.
 */
export const stopsDecider: Decider<Stops, StopCommand, StopEvent> = {
  kind: 'stops',
  writer: 'risk',
  initial: { scopes: {}, tripped: {} },
  decide: (stops, command, { at }) => (command.type === 'ObserveStops' ? observe(stops, command) : resume(stops, command, at)),
  evolve,
};
