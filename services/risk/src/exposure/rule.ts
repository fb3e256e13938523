import { canonicalRatio, Decimal } from '@ballast/domain';
import type { RuleEvaluation } from '@ballast/events';

type Unit = RuleEvaluation['unit'];
type Inputs = Readonly<Record<string, { toString(): string } | undefined>>;

/** One rule, evaluated: what is recorded, how near its limit it is, and what it says when it refuses. */
export interface Verdict {
  readonly evaluation: RuleEvaluation;
  /** Distance over the limit; -Infinity where an input is missing, Infinity where the rule does not measure nearness. */
  readonly nearness: Decimal;
  /** In words; only where it refuses. */
  readonly text?: string;
}

interface Measured {
  readonly rule: string;
  readonly profile: string;
  readonly unit: Unit;
  /** Undefined or not finite: the rule refuses as MISSING_INPUT. */
  readonly value: Decimal | undefined;
  readonly limit: Decimal | undefined;
  /** `below`: the value must stay under the limit, `upTo`: it may reach it, `atLeast`: it may not be smaller. */
  readonly must: 'below' | 'upTo' | 'atLeast';
  readonly inputs: Inputs;
  readonly text?: string;
  /** False for rules of time: their distance says nothing about size. */
  readonly measures?: boolean;
}

const INFINITE = new Decimal(Infinity);
const short = (value: Decimal): string => canonicalRatio(value).toString();

function written(inputs: Inputs): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(inputs)) texts[name] = inputs[name]?.toString() ?? 'missing';
  return texts;
}

const isMissing = (input: Inputs[string]): boolean => input === undefined || (input instanceof Decimal && !input.isFinite());

const missing = (rule: string, profile: string, unit: Unit, inputs: Inputs): Verdict => {
  const names = Object.keys(inputs).filter((name) => isMissing(inputs[name]));
  return { evaluation: { rule, profile, result: 'MISSING_INPUT', unit, inputs: written(inputs) }, nearness: INFINITE.neg(), text: `${rule}: missing input ${names.join(', ') || 'of the rule'}` };
};

/** Distance as a share of the limit, whatever the limit's sign; of a limit of 0 as it is. */
function nearnessOf(distance: Decimal, limit: Decimal): Decimal {
  if (limit.isZero()) return distance;
  return distance.div(limit.isNegative() ? limit.negated() : limit);
}

/** A rule that compares a measured value with a limit. */
export function measure({ rule, profile, unit, value, limit, must, inputs, text, measures = true }: Measured): Verdict {
  if (!value?.isFinite() || !limit?.isFinite() || Object.values(inputs).some(isMissing)) return missing(rule, profile, unit, inputs);
  const distance = must === 'atLeast' ? value.minus(limit) : limit.minus(value);
  const passes = distance.isZero() ? must !== 'below' : distance.isPositive();
  const evaluation: RuleEvaluation = { rule, profile, result: passes ? 'PASS' : 'REFUSE', unit, value: short(value), limit: short(limit), distance: short(distance), inputs: written(inputs) };
  const nearness = passes && !measures ? INFINITE : nearnessOf(distance, limit);
  return passes ? { evaluation, nearness } : { evaluation, nearness, text: text ?? `${rule}: ${short(value)}, allowed is ${must === 'below' ? 'below' : must === 'upTo' ? 'up to' : 'at least'} ${short(limit)} ${unit}` };
}

/** A rule that only tells: beyond its limit the plan is told of, not refused. Without its input it refuses like any other. */
export function tell(measured: Measured): Verdict {
  const verdict = measure({ ...measured, measures: false });
  return verdict.evaluation.result === 'REFUSE' ? { evaluation: { ...verdict.evaluation, result: 'WARN' }, nearness: INFINITE } : verdict;
}

interface Held {
  readonly rule: string;
  readonly profile: string;
  readonly value: string | undefined;
  readonly limit: string;
  readonly holds: boolean;
  readonly inputs: Inputs;
  readonly text: string;
}

/** A rule that holds or does not; it is never the nearest unless it refuses. */
export function hold({ rule, profile, value, limit, holds, inputs, text }: Held): Verdict {
  if (value === undefined || Object.values(inputs).some((input) => input === undefined)) return missing(rule, profile, 'STATE', inputs);
  const evaluation: RuleEvaluation = { rule, profile, result: holds ? 'PASS' : 'REFUSE', unit: 'STATE', value, limit, inputs: written(inputs) };
  return holds ? { evaluation, nearness: INFINITE } : { evaluation, nearness: new Decimal(-1), text };
}

export const refuses = ({ evaluation: { result } }: Verdict): boolean => result === 'REFUSE' || result === 'MISSING_INPUT';
