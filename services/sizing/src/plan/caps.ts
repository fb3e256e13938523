import { type Bps, minOf, type Notional } from '@ballast/domain';
import type { Cap } from '@ballast/events';
import type { PolicyInForce } from '@ballast/policy';
import { depthCap, slippageCap } from './depth.js';
import type { ReadyLeg, ReadyLegs } from './legs.js';
import { confidenceCaps, type PolicyInputs, policyCaps } from '../policies/policy-caps.js';
import { progressiveNotional } from '../policies/progressive.js';
import type { AccountState, Refusal } from './plan.types.js';

/** Every ceiling on a leg, what they leave of the target, and which of them decided. */
export interface Ceilings {
  readonly caps: readonly Cap[];
  /** Target of the search. */
  readonly target: Notional;
  /** No leg of the search is larger. */
  readonly max: Notional;
  /** `target` where the signal's own target is the smallest. */
  readonly binding: string;
  /** Why a policy leaves no size at all. */
  readonly refusal?: Refusal;
}

/** What the ceilings are computed from, beside the legs and the slippage. */
export interface CeilingInputs extends PolicyInputs {
  /** What the signal wants of each leg. */
  readonly target: Notional;
  readonly account: AccountState;
}

/** collateral x leverage x safety factor, and half of it for each leg (R9, R10). */
export const leveragedLegMax = (account: AccountState, policy: PolicyInForce): Notional =>
  account.eligibleCollateral.times(policy.leverageMax.value).times(policy.safetyFactor.value).div(2) as Notional;

/** Half of the table's ceiling, which is before the safety factor (C-19). */
export const tableLegMax = (policy: PolicyInForce): Notional => policy.positionMax.value.times(policy.safetyFactor.value).div(2) as Notional;

const smallest = (caps: readonly [Cap, ...Cap[]]): Cap => caps.reduce((least, cap) => (cap.limit.lt(least.limit) ? cap : least), caps[0]);

const leastOf = ([first, ...rest]: ReadyLegs, capOf: (leg: ReadyLeg) => Notional): Notional => minOf(capOf(first), ...rest.map(capOf));

export function ceilings(inputs: CeilingInputs, legs: ReadyLegs, band: Bps): Ceilings {
  const { target, account, policy } = inputs;
  const multiple = policy.depthMultipleMin;
  const hard: readonly [Cap, ...Cap[]] = [
    { name: 'leverage-formula', limit: leveragedLegMax(account, policy), source: `R9, R10: ${policy.leverageMax.profile}` },
    { name: 'position-table', limit: tableLegMax(policy), source: `C-19: ${policy.positionMax.profile}` },
    { name: 'profile-leg', limit: policy.legNotionalMax.value, source: policy.legNotionalMax.profile },
    { name: 'depth-slippage', limit: leastOf(legs, (leg) => slippageCap(leg, band)), source: `R29, R53: average within ${band.toString()} bps` },
    ...(multiple.value.gt(0) ? [{ name: 'depth-multiple', limit: leastOf(legs, (leg) => depthCap(leg, band, multiple.value)), source: `R52: ${multiple.profile}` }] : []),
  ];
  const growth: Cap = { name: 'progressive', limit: progressiveNotional(target, account, policy.growthMultiplierMax.value), source: `R22, C-24: ${policy.growthMultiplierMax.profile}` };
  const bound = policyCaps(inputs, legs);
  const ceiling = smallest([...hard, ...bound.hard]);
  const confidence = confidenceCaps(inputs, { ceiling, smallest: smallest([ceiling, growth]) });
  const max = smallest([ceiling, ...confidence]);
  const least = smallest([max, growth]);
  return {
    caps: [growth, ...hard, ...confidence, ...bound.hard],
    target: least.limit,
    max: max.limit,
    binding: least.limit.lt(target) ? least.name : 'target',
    ...(bound.refusal ? { refusal: bound.refusal } : {}),
  };
}
