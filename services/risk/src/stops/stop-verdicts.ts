import type { HardStop } from '@ballast/events';
import type { PolicyInForce } from '@ballast/policy';
import { hold, measure, type Verdict } from '../exposure/rule.js';
import { STOPS_BY_LIMIT } from './stop-limits.js';
import { STOP_RULES } from './stop-rules.js';
import { stopText } from './stop-text.js';
import type { StopFigures, StopLimit, Tripped } from './stops.types.js';

/** What a plan's portfolio and bot have lost, and the limits on it that are in force there. */
export interface StopsSeen {
  readonly figures: readonly StopFigures[];
  readonly limits: readonly StopLimit[];
}

const RULE_OF: Readonly<Record<HardStop, string>> = {
  DAILY_LOSS: 'daily-loss',
  DAILY_LOSS_AMOUNT: 'daily-loss-amount',
  WEEKLY_LOSS: 'weekly-loss',
  CONSECUTIVE_LOSSES: 'consecutive-losses',
  DRAWDOWN_REDUCE: 'drawdown-reduce',
  DRAWDOWN_HALT: 'drawdown-halt',
};

/** Rules that hard stops are to a plan, in the order in which they are recorded. */
export const STOP_RULE_NAMES: readonly string[] = Object.values(RULE_OF);

/** Those of which this policy has the limit. */
export const stopRulesBound = (policy: PolicyInForce | undefined): readonly string[] =>
  STOPS_BY_LIMIT.flatMap(([key, stop]) => (policy?.stops?.[key] ? [RULE_OF[stop]] : []));

function verdictOf({ stop, scope, scopeId, limit, profile }: StopLimit, figures: readonly StopFigures[]): Verdict {
  const found = figures.find((each) => each.scope === scope && each.scopeId === scopeId);
  const { unit, measure: lost, baseline } = STOP_RULES[stop];
  return measure({ rule: RULE_OF[stop], profile, unit, value: found && lost(found), limit, must: 'below', inputs: { equity: found?.equity, baseline: found && baseline(found) } });
}

const latchedVerdict = (tripped: Tripped): Verdict =>
  hold({ rule: RULE_OF[tripped.stop], profile: tripped.profile, value: 'latched', limit: 'resumed', holds: false, inputs: { tripped: tripped.value, limit: tripped.limit }, text: `latched: ${stopText(tripped)}` });

/**
 * The hard stops as rules of one plan: whoever has reached a limit takes no new risk, also before its trip is in force, and every plan
 * says how near they are (R111, R54, C-3). Losses that are not known yet refuse. So does a stop that is latched, whatever has been
 * won back since and whatever the trading state says, until it is resumed (W-9).
 */
export function stopVerdicts(seen: StopsSeen | undefined, latched: readonly Tripped[] = []): readonly Verdict[] {
  const isLatched = ({ stop, scope, scopeId }: StopLimit): boolean => latched.some((each) => each.stop === stop && each.scope === scope && each.scopeId === scopeId);
  const measured = seen ? seen.limits.filter((limit) => !isLatched(limit)).map((limit) => verdictOf(limit, seen.figures)) : [];
  return [...measured, ...latched.map(latchedVerdict)];
}
