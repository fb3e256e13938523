import { addNotional, Decimal, maxOf, type Money, type Notional, ZERO_NOTIONAL } from '@ballast/domain';
import type { AssessPlan, Exposure } from './exposure.types.js';
import { addedByInstrument, type GrossBefore, planVolumeOf, positive, sumOf } from './gross.js';
import { standingNotional } from './residual-rules.js';
import { measure, type Verdict } from './rule.js';

/** No account is ever above it (R8); between it and the prohibited one is denied too (C-29). */
export const LEVERAGE_ABSOLUTE_MAX = new Decimal(20);
/** Refused by name (R7). */
export const LEVERAGE_PROHIBITED = new Decimal(50);

const dollars = (value: Decimal): string => `$${value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',')}`;
const decimalOf = (value: number | undefined): Decimal | undefined => (value === undefined ? undefined : new Decimal(value));

/** The denial that operators know, word for word (R13, W-19). */
export const exceedsSafeLimit = (position: Decimal, limit: Decimal, terms: { readonly collateral: Decimal; readonly leverage: Decimal; readonly safety: Decimal }): string =>
  `Position ${dollars(position)} exceeds safe limit ${dollars(limit)} (collateral: ${dollars(terms.collateral)}, leverage: ${terms.leverage.toString()}×, safety: ${terms.safety.toString()})`;

export interface Sizes {
  readonly before: GrossBefore | undefined;
  readonly plan: Readonly<Record<string, Notional>>;
  /** Sum of `plan`. */
  readonly added: Notional;
  readonly after: Notional | undefined;
  /** What each leg of the plan will hold, in their order. */
  readonly standing: readonly Notional[];
  /** Undefined unless it is more than nothing: no share of nothing can be told. */
  readonly collateral: Money | undefined;
  /** `after` over `collateral`. */
  readonly leverage: Decimal | undefined;
  /** collateral x leverage x safety (R9). */
  readonly safe: Decimal | undefined;
}

export function sizesOf(command: AssessPlan, before: GrossBefore | undefined): Sizes {
  const plan = addedByInstrument(command.plan.legs);
  const added = sumOf(Object.values(plan));
  const after = before && addNotional(before.total, added);
  const { account, policy, residuals } = command;
  const collateral = positive(account?.eligibleCollateral);
  const safe = account && policy ? account.eligibleCollateral.times(policy.leverageMax.value).times(policy.safetyFactor.value) : undefined;
  return { before, plan, added, after, standing: command.plan.legs.map((each) => standingNotional(each, residuals)), collateral, leverage: after && collateral && after.div(collateral), safe };
}

const grossInputs = ({ before, added }: Sizes) => ({ open: before?.open, pending: before?.pending, approved: before?.approved, plan: added });

const prohibitedText = (leverage: Decimal | undefined): { readonly text?: string } => (leverage?.gte(LEVERAGE_PROHIBITED) ? { text: `prohibited leverage 50x: ${leverage.toFixed(2)}× after this plan` } : {});

function safeLimitText({ account, policy }: AssessPlan, { after, safe }: Sizes): { readonly text?: string } {
  if (!account || !policy || !after || !safe || after.lte(safe)) return {};
  return { text: exceedsSafeLimit(after, safe, { collateral: account.eligibleCollateral, leverage: policy.leverageMax.value, safety: policy.safetyFactor.value }) };
}

function leverageRules(command: AssessPlan, sizes: Sizes): readonly [Verdict, ...Verdict[]] {
  const { policy } = command;
  const { after, safe, before, plan, collateral, leverage } = sizes;
  const gross = grossInputs(sizes);
  const inputs = { ...gross, collateral };
  const terms = { leverageMax: policy?.leverageMax.value, safetyFactor: policy?.safetyFactor.value };
  const largest = before && Object.entries(plan).reduce<Decimal>((most, [instrument, amount]) => Decimal.max(most, amount.plus(before.byInstrument[instrument] ?? ZERO_NOTIONAL)), new Decimal(0));
  const profile = policy?.leverageMax.profile ?? 'none';
  return [
    measure({ rule: 'absolute-leverage', profile: 'absolute', unit: 'X', value: leverage, limit: LEVERAGE_ABSOLUTE_MAX, must: 'upTo', inputs, ...prohibitedText(leverage) }),
    measure({ rule: 'profile-leverage', profile, unit: 'USD', value: after, limit: safe, must: 'upTo', inputs: { ...inputs, ...terms, profiles: policy?.profiles.map((each) => `${each.ref}#${each.hash}`).join(' ') }, ...safeLimitText(command, sizes) }),
    measure({ rule: 'leg-half', profile, unit: 'USD', value: largest, limit: safe?.div(2), must: 'upTo', inputs: { largestLegAfter: largest, ...terms, collateral } }),
    measure({ rule: 'position-table', profile: policy?.positionMax.profile ?? 'none', unit: 'USD', value: after, limit: policy?.positionMax.value.times(policy.safetyFactor.value), must: 'upTo', inputs: { ...gross, positionMax: policy?.positionMax.value, safetyFactor: terms.safetyFactor } }),
  ];
}

/** What the day has taken: rounds counted, and approved ones that are not counted yet. */
export function dayRules(state: Exposure, { policy }: AssessPlan): readonly Verdict[] {
  const { volume: committedVolume, count: committed } = state.approvals;
  return [
    measure({ rule: 'daily-volume', profile: policy?.dailyVolumeMax.profile ?? 'none', unit: 'USD', value: addNotional(state.dayVolume, committedVolume), limit: policy?.dailyVolumeMax.value, must: 'below', inputs: { day: state.day, counted: state.dayVolume, committed: committedVolume } }),
    measure({ rule: 'daily-trades', profile: policy?.dailyTradesMax.profile ?? 'none', unit: 'COUNT', value: new Decimal(state.dayTrades + committed), limit: decimalOf(policy?.dailyTradesMax.value), must: 'below', inputs: { day: state.day, counted: state.dayTrades, committed } }),
  ];
}

/** Rules on how much: leverage, table, leg and day (R8–R10, R13, R14, R23, C-19, C-23, C-29). */
export function sizeRules(state: Exposure, command: AssessPlan, sizes: Sizes): readonly [Verdict, ...Verdict[]] {
  const { plan, policy } = command;
  const { standing } = sizes;
  const largest = maxOf(planVolumeOf(plan.legs), ...standing);
  const smallest = standing.length === 0 ? undefined : Decimal.min(...standing);
  return [
    ...leverageRules(command, sizes),
    measure({ rule: 'profile-leg', profile: policy?.legNotionalMax.profile ?? 'none', unit: 'USD', value: largest, limit: policy?.legNotionalMax.value, must: 'upTo', inputs: { largestLeg: largest } }),
    measure({ rule: 'profile-leg-minimum', profile: policy?.legNotionalMin.profile ?? 'none', unit: 'USD', value: smallest, limit: policy?.legNotionalMin.value, must: 'atLeast', inputs: { smallestLeg: smallest }, measures: false }),
    ...dayRules(state, command),
  ];
}
