import type { Projection, Recorded } from '@ballast/bus';
import { Decimal, type Id, type Ms } from '@ballast/domain';
import type { RuleEvaluation } from '@ballast/events';

type Result = RuleEvaluation['result'];

/** What became of one rule in one portfolio since its first plan. */
export interface RuleLife {
  readonly lastRanAt: Ms;
  readonly results: Readonly<Record<Result, number>>;
  /** The plan that came nearest to its limit, or farthest beyond it; absent where the rule measures nothing. */
  readonly nearest?: Nearest;
  /** The last plan that it measured: how near that came. */
  readonly latest?: Nearest;
  /** How often it was the one that bound a plan, approved or refused. */
  readonly bound: number;
  readonly lastBound?: { readonly at: Ms; readonly planId: Id; readonly profile: string; readonly result: Result };
}
export interface Nearest {
  readonly at: Ms;
  readonly planId: Id;
  readonly value: string;
  readonly limit: string;
  readonly distance: string;
  readonly unit: RuleEvaluation['unit'];
  /** Distance over the limit; of a limit of nothing, the distance. */
  readonly ratio: Decimal;
}
type Lives = Map<Id, Map<string, RuleLife>>;

const NEVER: Readonly<Record<Result, number>> = { PASS: 0, WARN: 0, REFUSE: 0, MISSING_INPUT: 0 };

function nearestOf({ value, limit, distance, unit }: RuleEvaluation, at: Ms, planId: Id): Nearest | undefined {
  if (value === undefined || limit === undefined || distance === undefined) return undefined;
  const size = new Decimal(limit).abs();
  const ratio = size.isZero() ? new Decimal(distance) : new Decimal(distance).div(size);
  return { at, planId, value, limit, distance, unit, ratio };
}

/** When each rule last ran, how near its limit plans came, and whether it ever bound. */
export class RuleLifeFold implements Projection<Lives> {
  readonly name = 'risk-rule-life';
  readonly reads = ['TradeApproved', 'TradeDenied'];
  state: Lives = new Map();

  apply({ event, decision: { occurredAt: at } }: Recorded): void {
    if (event.type !== 'TradeApproved' && event.type !== 'TradeDenied') return;
    const { portfolioId, planId, rules, bindingRule } = event;
    const lives = this.state.get(portfolioId) ?? new Map<string, RuleLife>();
    this.state.set(portfolioId, lives);
    for (const evaluation of rules) {
      const before = lives.get(evaluation.rule);
      const found = nearestOf(evaluation, at, planId);
      const latest = found ?? before?.latest;
      const nearest = [before?.nearest, found].flatMap((each) => each ?? []).reduce<Nearest | undefined>((least, each) => (least === undefined || each.ratio.lt(least.ratio) ? each : least), undefined);
      const results = before?.results ?? NEVER;
      const binds = evaluation.rule === bindingRule;
      const lastBound = binds ? { at, planId, profile: evaluation.profile, result: evaluation.result } : before?.lastBound;
      lives.set(evaluation.rule, {
        lastRanAt: at,
        results: { ...results, [evaluation.result]: results[evaluation.result] + 1 },
        ...(nearest ? { nearest } : {}),
        ...(latest ? { latest } : {}),
        bound: (before?.bound ?? 0) + (binds ? 1 : 0),
        ...(lastBound ? { lastBound } : {}),
      });
    }
  }

  of(portfolioId: Id): ReadonlyMap<string, RuleLife> {
    return this.state.get(portfolioId) ?? new Map<string, RuleLife>();
  }
}
