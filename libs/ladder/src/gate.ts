import { Decimal, type Decimal as Value, maxOf } from '@ballast/domain';
import type { LadderCriterion, LadderEvidence } from '@ballast/events';
import type { LadderPolicy, PolicyProfile, Rung } from '@ballast/policy';
import { figureOf, METRICS, type MetricName } from './evidence.js';

type Must = LadderCriterion['must'];

/** What is asked of one figure. */
export interface Ask {
  readonly criterion: string;
  readonly metric: MetricName;
  readonly must: Must;
  readonly limit: Value | number;
}

/** Rounds and orders below which nothing is rolled back for a rate of them (R44). */
export const RECENT_MIN = 5;
/** How many times its mean before a promotion the time to a balanced pair may be while a new size is watched (R56). */
export const WATCH_SLOWER_MAX = 2;

const ask = (criterion: string, metric: MetricName, must: Must, limit: Value | number | undefined): readonly Ask[] => (limit === undefined ? [] : [{ criterion, metric, must, limit }]);

/**
 * What a rung asks before the next one. Beside its own gate every rung asks that nothing was lost on it (R25) and that its fill
 * rate is not degraded (R44, C-35). Win rate and Sharpe ratio must be above, drawdown below their limit (R48); everything else may reach it.
 */
export const gateOf = ({ gate }: Rung, { degradedFillRate }: LadderPolicy): readonly Ask[] => [
  ...ask('days', 'days', 'AT_LEAST', gate.daysMin),
  ...ask('trades', 'trades', 'AT_LEAST', gate.tradesMin),
  ...ask('win-rate', 'winRate', 'ABOVE', gate.winRateMin),
  ...ask('non-negative-rate', 'nonNegativeRate', 'AT_LEAST', gate.nonNegativeRateMin),
  ...ask('sharpe', 'sharpe', 'ABOVE', gate.sharpeMin),
  ...ask('drawdown', 'maxDrawdown', 'BELOW', gate.drawdownMax),
  ...ask('slippage-error', 'slippageError', 'AT_MOST', gate.slippageErrorMax),
  ...ask('execution-failures', 'executionFailures', 'AT_MOST', gate.executionFailuresMax),
  ...ask('execution-success', 'executionSuccess', 'AT_LEAST', gate.executionSuccessMin),
  ...ask('risk-violations', 'riskViolations', 'AT_MOST', gate.riskViolationsMax),
  ...ask('unplanned-interventions', 'unplannedInterventions', 'AT_MOST', gate.unplannedInterventionsMax),
  ...ask('fill-rate', 'fillRate', 'AT_LEAST', gate.fillRateMin ? maxOf(gate.fillRateMin, degradedFillRate) : degradedFillRate),
  ...ask('daily-volume', 'dailyVolume', 'AT_LEAST', gate.dailyVolumeMin),
  ...ask('daily-profit', 'dailyProfit', 'AT_LEAST', gate.dailyProfitMin),
  ...ask('net-result', 'netResult', 'AT_LEAST', 0),
];

/** Slippage from which entries on this rung are refused, which realised slippage may not pass either (R44, R51). */
export const slippageLimitOf = (rung: Rung, profile: PolicyProfile): Value => rung.slippageBlockBps ?? profile.guards?.slippageBlockBps ?? profile.slippageBpsMax;

const enough = (evidence: LadderEvidence, count: MetricName, least: number): boolean => figureOf(evidence, count)?.gte(least) ?? false;

/** What rolls a rung back by itself when it is not met: fill rate, orders that fail, slippage (R44, C-35), judged over the last 20 rounds and orders. */
export const standingOf = (rung: Rung, { rollbackFillRate }: LadderPolicy, profile: PolicyProfile, evidence: LadderEvidence): readonly Ask[] => [
  ...(enough(evidence, 'recentRounds', RECENT_MIN) ? [...ask('fill-rate', 'recentFillRate', 'AT_LEAST', rollbackFillRate), ...slippageAsk(rung, profile, evidence)] : []),
  ...(enough(evidence, 'recentOrders', RECENT_MIN) ? ask('orders-failing', 'recentExecutionSuccess', 'AT_LEAST', rollbackFillRate) : []),
];

const slippageAsk = (rung: Rung, profile: PolicyProfile, evidence: LadderEvidence): readonly Ask[] => (figureOf(evidence, 'recentSlippage') ? ask('slippage', 'recentSlippage', 'AT_MOST', slippageLimitOf(rung, profile)) : []);

/** Drawdown that demotes (W-5); nothing where the ladder names none, or nothing is measured. */
export const demotionOf = ({ demotionDrawdown }: LadderPolicy, evidence: LadderEvidence): readonly Ask[] => (figureOf(evidence, 'drawdown') ? ask('drawdown', 'drawdown', 'BELOW', demotionDrawdown) : []);

/** What is asked of a new size while it is watched (R56, W-6): fill quality, slippage and time to balance; from 5 rounds on, and at the end from the first. */
export function watchOf({ rung, policy, profile, executionMsBefore }: Watched, evidence: LadderEvidence, over: boolean): readonly Ask[] {
  if (!enough(evidence, 'rounds', over ? 1 : RECENT_MIN)) return [];
  return [
    ...ask('fill-quality', 'fillRate', 'AT_LEAST', policy.degradedFillRate),
    ...slippageAsk(rung, profile, evidence),
    ...(figureOf(evidence, 'slippageError') ? ask('slippage-error', 'slippageError', 'AT_MOST', rung.gate.slippageErrorMax) : []),
    ...(figureOf(evidence, 'executionTime') ? ask('execution-time', 'executionTime', 'AT_MOST', executionMsBefore === undefined ? undefined : executionMsBefore * WATCH_SLOWER_MAX) : []),
  ];
}

export interface Watched {
  readonly rung: Rung;
  readonly policy: LadderPolicy;
  readonly profile: PolicyProfile;
  readonly executionMsBefore: number | undefined;
}

/** A watch ends at its time once a round is over on the new size. */
export const watchIsOver = (watchUntil: number, evidence: LadderEvidence): boolean => evidence.to >= watchUntil && enough(evidence, 'rounds', 1);

/** A figure against its limit; what was not measured is not met. */
export function holds(must: Must, value: Value | undefined, limit: Value): boolean {
  if (!value?.isFinite()) return false;
  switch (must) {
    case 'ABOVE':
      return value.gt(limit);
    case 'AT_LEAST':
      return value.gte(limit);
    case 'BELOW':
      return value.lt(limit);
    case 'AT_MOST':
      return value.lte(limit);
  }
}

/** Each ask with what the evidence says of it. */
export const judge = (asks: readonly Ask[], evidence: LadderEvidence): readonly LadderCriterion[] =>
  asks.map(({ criterion, metric, must, limit }) => {
    const value = figureOf(evidence, metric);
    const bound = new Decimal(limit);
    return { criterion, metric, unit: METRICS[metric], must, limit: bound.toString(), ...(value ? { value: value.toString() } : {}), met: holds(must, value, bound) };
  });

export const unmet = (criteria: readonly LadderCriterion[]): readonly LadderCriterion[] => criteria.filter(({ met }) => !met);

