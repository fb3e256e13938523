import type { RuleEvaluation } from '@ballast/events';
import { refuses, type Verdict } from './rule.js';
import { RULES } from './rule-catalogue.js';

/** What all rules together say of a plan. */
export interface Judgement {
  /** The rule nearest to its limit; among rules that refuse, where there are any. The first of the catalogue on a tie. */
  readonly binding: Verdict;
  /** Each as recorded, in the order of the catalogue. */
  readonly rules: readonly RuleEvaluation[];
  /** Why it is refused, the binding rule first; empty where it is not. */
  readonly faults: readonly string[];
  readonly refused: boolean;
}

const RANKS: ReadonlyMap<string, number> = new Map(RULES.map((rule, rank) => [rule, rank]));
const rankOf = ({ evaluation }: Verdict): number => RANKS.get(evaluation.rule) ?? RULES.length;

/** Puts verdicts together: the same, in whatever order they were evaluated. */
export function judgementOf(verdicts: readonly [Verdict, ...Verdict[]]): Judgement {
  const ranked = [...verdicts].sort((a, b) => rankOf(a) - rankOf(b));
  const refused = ranked.filter(refuses);
  const [first, ...rest] = refused.length > 0 ? refused : ranked;
  const binding = rest.reduce((nearest, verdict) => (verdict.nearness.lt(nearest.nearness) ? verdict : nearest), first ?? verdicts[0]);
  const faults = refused.length === 0 ? [] : [binding, ...refused.filter((verdict) => verdict !== binding)].flatMap(({ text }) => text ?? []);
  return { binding, rules: ranked.map(({ evaluation }) => evaluation), faults, refused: refused.length > 0 };
}
