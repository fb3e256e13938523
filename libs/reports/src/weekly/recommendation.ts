import { Decimal, type Decimal as Value } from '@ballast/domain';
import type { LadderCriterion, LadderEvidence, LadderUnit } from '@ballast/events';
import { type Ask, demotionOf, figureOf, gateOf, holds, judge, RECENT_MIN, standingOf, unmet } from '@ballast/ladder';
import { type LadderPolicy, type PolicyProfile, type Rung } from '@ballast/policy';
import { figure, type Figure } from '../summary/statistics.js';
import { foundInWords, limitInWords } from './weekly-figures.js';
import type { FullCapitalTarget, Recommendation } from './weekly.types.js';

/** The ladder that a portfolio stands on, as this build knows it. */
export interface Standing {
  readonly profile: PolicyProfile;
  readonly ladder: LadderPolicy;
  readonly rung: Rung;
  readonly isLast: boolean;
  readonly daysOnRung: Value;
}

export interface Judgement {
  readonly criteria: readonly LadderCriterion[];
  readonly recommendation: Recommendation;
  readonly because: readonly string[];
}

/** R48, for a portfolio without a ladder. */
const GRADUATION: readonly Ask[] = [
  { criterion: 'win-rate', metric: 'winRate', must: 'ABOVE', limit: new Decimal('0.5') },
  { criterion: 'sharpe', metric: 'sharpe', must: 'ABOVE', limit: new Decimal('1.5') },
  { criterion: 'drawdown', metric: 'maxDrawdown', must: 'BELOW', limit: new Decimal('0.1') },
  { criterion: 'slippage-error', metric: 'slippageError', must: 'AT_MOST', limit: new Decimal('0.2') },
  { criterion: 'execution-failures', metric: 'executionFailures', must: 'AT_MOST', limit: 0 },
  { criterion: 'risk-violations', metric: 'riskViolations', must: 'AT_MOST', limit: 0 },
];
/** What makes smaller without a ladder: a fill rate below 90 % (R44), orders that fail (R44), 10 % from the peak (C-2). */
const STANDING: readonly Ask[] = [{ criterion: 'drawdown', metric: 'maxDrawdown', must: 'BELOW', limit: new Decimal('0.1') }];
const RECENT: readonly Ask[] = [
  { criterion: 'fill-rate', metric: 'recentFillRate', must: 'AT_LEAST', limit: new Decimal('0.9') },
  { criterion: 'orders-failing', metric: 'recentExecutionSuccess', must: 'AT_LEAST', limit: new Decimal('0.9') },
];
/** A week has neither the days nor the trades of a rung: those are judged by the time on the rung, and by the ladder itself. */
const OF_THE_RUNG: readonly string[] = ['days', 'trades'];

const inWords = (criterion: LadderCriterion): string => `${criterion.criterion} is ${foundInWords(criterion)}, must be ${limitInWords(criterion)}`;

function daysOf({ rung, daysOnRung }: Standing): readonly LadderCriterion[] {
  const { daysMin } = rung.gate;
  if (daysMin === undefined) return [];
  const limit = new Decimal(daysMin);
  return [{ criterion: 'days-on-rung', metric: 'days', unit: 'DAYS', must: 'AT_LEAST', limit: limit.toString(), value: figure(daysOnRung) ?? '0', met: holds('AT_LEAST', daysOnRung, limit) }];
}

function fallsOf(evidence: LadderEvidence, standing: Standing | undefined): readonly LadderCriterion[] {
  const enough = (count: 'recentRounds' | 'recentOrders'): boolean => figureOf(evidence, count)?.gte(RECENT_MIN) ?? false;
  const drawdown = figureOf(evidence, 'maxDrawdown') ? STANDING : [];
  const asks = standing
    ? [...standingOf(standing.rung, standing.ladder, standing.profile, evidence), ...demotionOf(standing.ladder, evidence)]
    : [...drawdown, ...RECENT.filter(({ criterion }) => enough(criterion === 'fill-rate' ? 'recentRounds' : 'recentOrders'))];
  return unmet(judge(asks, evidence));
}

/**
 * Reduce where a rung was lost, a stop tripped or what holds a size up is no longer met; advance where everything that the next one
 * asks for is met and books were deep enough; continue in between (R58). A recommendation only: a ladder is climbed by request.
 */
export function recommend(evidence: LadderEvidence, standing: Standing | undefined, falls: readonly string[], sufficient: Figure): Judgement {
  const asks = standing ? gateOf(standing.rung, standing.ladder).filter(({ criterion }) => !OF_THE_RUNG.includes(criterion)) : GRADUATION;
  const criteria = [...(standing ? daysOf(standing) : []), ...judge(asks, evidence)];
  const fallen = [...falls, ...fallsOf(evidence, standing).map(inWords)];
  if (fallen.length > 0) return { criteria, recommendation: 'REDUCE', because: fallen };
  const missing = [...unmet(criteria).map(inWords), ...depthMissing(sufficient), ...(standing?.isLast ? ['this is the last rung of the ladder'] : [])];
  if (missing.length > 0) return { criteria, recommendation: 'CONTINUE', because: missing };
  return { criteria, recommendation: 'ADVANCE', because: [standing ? `every criterion of ${standing.rung.name} is met: \`ballast ladder request\` asks for the next rung` : 'every criterion of R48 is met; the portfolio is on no ladder, so that nothing changes by itself'] };
}

function depthMissing(sufficient: Figure): readonly string[] {
  if (sufficient === null) return ['no entry met a book: depth is not measured'];
  return new Decimal(sufficient).lt(1) ? [`depth was sufficient for ${new Decimal(sufficient).times(100).toDecimalPlaces(2).toString()} % of entries, must be all`] : [];
}

/** R59. Uptime is no event of the log. */
export function fullCapitalTargets(evidence: LadderEvidence): readonly FullCapitalTarget[] {
  const line = (name: string, [unit, target]: readonly [LadderUnit, string], found: Value | undefined, met: (value: Value) => boolean): FullCapitalTarget => ({ name, unit, target, found: figure(found), met: found ? met(found) : null });
  return [
    line('Sharpe ratio', ['NUMBER', '> 1.5'], figureOf(evidence, 'sharpe'), (value) => value.gt('1.5')),
    line('largest drawdown', ['RATIO', '< 10 %'], figureOf(evidence, 'maxDrawdown'), (value) => value.lt('0.1')),
    line('win rate', ['RATIO', '> 55 %'], figureOf(evidence, 'winRate'), (value) => value.gt('0.55')),
    line('mean slippage', ['BPS', '< 50 bps'], figureOf(evidence, 'slippageRealised'), (value) => value.lt(50)),
    line('execution success', ['RATIO', '> 99.5 %'], figureOf(evidence, 'executionSuccess'), (value) => value.gt('0.995')),
    line('uptime', ['RATIO', '> 99.9 %'], undefined, () => false),
  ];
}
