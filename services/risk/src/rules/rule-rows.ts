import type { Ms } from '@ballast/domain';
import type { RuleLife } from './rule-life.projection.js';

/** A rule that some bot of the portfolio meets: under which profiles, since when. */
export interface RuleInForce {
  readonly rule: string;
  readonly bots: readonly string[];
  readonly profiles: readonly string[];
  readonly since: Ms;
}

/** STALE: in force, and not run for its period. NOT_IN_FORCE: it ran once, and no bot meets it now. */
export type RuleStanding = 'RUNS' | 'STALE' | 'NOT_IN_FORCE';

export interface RuleRow extends Partial<RuleLife> {
  readonly rule: string;
  readonly standing: RuleStanding;
  readonly bots: readonly string[];
  readonly profiles: readonly string[];
}

/** How every rule of a portfolio stands at `now`: those in force in the order of the catalogue, then those that only ran once. */
export function ruleRows(inForce: readonly RuleInForce[], lives: ReadonlyMap<string, RuleLife>, now: Ms, periodMs: Ms): readonly RuleRow[] {
  const standing = ({ rule, since }: RuleInForce): RuleStanding => (now - Math.max(since, lives.get(rule)?.lastRanAt ?? since) > periodMs ? 'STALE' : 'RUNS');
  const current = inForce.map((each) => ({ rule: each.rule, standing: standing(each), bots: each.bots, profiles: each.profiles, ...lives.get(each.rule) }));
  const named = new Set(inForce.map(({ rule }) => rule));
  const former = [...lives].filter(([rule]) => !named.has(rule)).map(([rule, life]) => ({ rule, standing: 'NOT_IN_FORCE' as const, bots: [], profiles: [], ...life }));
  return [...current, ...former];
}
