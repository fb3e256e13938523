import { Decimal, type Instrument, type Ms } from '@ballast/domain';
import type { GuardsInForce, PolicyInForce } from '@ballast/policy';
import type { AssessPlan, Exposure } from './exposure.types.js';
import type { Sizes } from './size-rules.js';

/** What a guard judges by. */
export interface GuardContext {
  readonly state: Exposure;
  readonly command: AssessPlan;
  readonly sizes: Sizes;
  readonly guards: GuardsInForce;
  readonly policy: PolicyInForce;
  readonly at: Ms;
  /** What the account holds after the plan; undefined where what it holds now is not known. */
  readonly held: readonly HeldAfter[] | undefined;
  /** The market's terms of every leg; undefined where one is not known. */
  readonly terms: readonly Instrument[] | undefined;
}

/** One instrument of the account after the plan, with the terms that the market publishes for it. */
export interface HeldAfter {
  readonly instrument: string;
  readonly notional: Decimal;
  /** Undefined where the market knows no such instrument. */
  readonly terms: Instrument | undefined;
}

const ZERO = new Decimal(0);

/** Every instrument that is held, pending, approved or planned; undefined where what is held is not known. */
export function heldAfter({ sizes: { before, plan }, command }: Pick<GuardContext, 'sizes' | 'command'>): readonly HeldAfter[] | undefined {
  if (!before) return undefined;
  const names = [...new Set([...Object.keys(before.byInstrument), ...Object.keys(plan)])];
  return names
    .map((instrument) => ({ instrument, notional: (before.byInstrument[instrument] ?? ZERO).plus(plan[instrument] ?? ZERO), terms: command.guardFacts?.instruments?.[instrument] }))
    .filter(({ notional }) => !notional.isZero());
}

/** Sum over what is held; undefined where anything that it needs is not known. */
export const sumHeld = (held: readonly HeldAfter[] | undefined, part: (each: HeldAfter) => Decimal | undefined): Decimal | undefined =>
  held?.reduce<Decimal | undefined>((sum, each) => {
    const value = part(each);
    return sum && value && sum.plus(value);
  }, ZERO);

/** The market's terms of every leg; undefined where one is not known. */
export function legTerms({ plan, guardFacts }: AssessPlan): readonly Instrument[] | undefined {
  const terms = plan.legs.flatMap(({ instrument }) => guardFacts?.instruments?.[instrument] ?? []);
  return plan.legs.length > 0 && terms.length === plan.legs.length ? terms : undefined;
}

/** The smallest that is known to be a number, or one that is none. */
export const leastOf = (values: readonly Decimal[]): Decimal | undefined => values.reduce<Decimal | undefined>((least, value) => (least === undefined || value.lt(least) || value.isNaN() ? value : least), undefined);
/** The largest that is known to be a number, or one that is none. */
export const mostOf = (values: readonly Decimal[]): Decimal | undefined => values.reduce<Decimal | undefined>((most, value) => (most === undefined || value.gt(most) || value.isNaN() ? value : most), undefined);
