import { Decimal, imbalanceOf, isMultipleOf, minOf, type Ms, notionalOf, type Ratio } from '@ballast/domain';
import type { PlannedLeg } from '@ballast/events';
import { planHashOf } from '@ballast/policy';
import { approvalOf } from './approvals.js';
import type { AssessPlan, Exposure } from './exposure.types.js';
import { get, has } from './persistent-map.js';
import { hold, measure, type Verdict } from './rule.js';
import type { Sizes } from './size-rules.js';

const largest = (values: readonly Decimal[]): Decimal | undefined => (values.length === 0 ? undefined : values.reduce((most, value) => (value.gt(most) || value.isNaN() ? value : most)));
const smallest = (values: readonly Decimal[]): Decimal | undefined => (values.length === 0 ? undefined : values.reduce((least, value) => (value.lt(least) || value.isNaN() ? value : least)));

/** What is wrong with a leg's quantities, in words: off the lot, or not the sum of its slices (R36, W-16). */
function gridFault(leg: PlannedLeg): string | undefined {
  const { lotSize } = leg.terms;
  if (!lotSize.gt(0)) return `${leg.instrument}: lot size ${lotSize.toString()}`;
  if (!leg.quantity.gt(0) || leg.slices.length === 0) return `${leg.instrument}: quantity ${leg.quantity.toString()} in ${leg.slices.length} slices`;
  const off = [...new Set([leg.quantity, ...leg.slices])].find((quantity) => !isMultipleOf(quantity, lotSize));
  if (off) return `${leg.instrument}: ${off.toString()} is not a whole number of lots of ${lotSize.toString()}`;
  const sum = leg.slices.reduce((total, slice) => total.plus(slice), new Decimal(0));
  return sum.eq(leg.quantity) ? undefined : `${leg.instrument}: slices add up to ${sum.toString()}, the quantity is ${leg.quantity.toString()}`;
}

function imbalanceRule({ plan, policy }: AssessPlan, { standing }: Sizes, at: Ms): Verdict {
  const [a, b, ...more] = standing;
  const imbalance: Ratio | undefined = a && b && more.length === 0 ? imbalanceOf(a, b) : undefined;
  const waiver = policy?.waiver;
  const waived = waiver !== undefined && plan.outcome === 'BEST_EFFORT' && at <= waiver.value.expiresAt;
  const inputs = { outcome: plan.outcome, legs: plan.legs.length, waiver: waiver ? `${waiver.value.imbalanceRatioMax.toString()} until ${waiver.value.expiresAt}` : 'none' };
  const limit = waived ? waiver.value.imbalanceRatioMax : policy?.imbalanceRatioMax.value;
  return measure({ rule: 'imbalance', profile: (waived ? waiver.profile : policy?.imbalanceRatioMax.profile) ?? 'none', unit: 'RATIO', value: imbalance, limit, must: waived ? 'upTo' : 'below', inputs });
}

/** A plan of one leg by itself: nothing balances it, so a profile has to allow it by name (`directional`). */
const isSingle = ({ plan }: AssessPlan): boolean => plan.outcome === 'SINGLE' && plan.legs.length === 1;

/** In place of the imbalance of a pair: a bot whose profiles are for pairs never holds one leg alone by intent. */
function balanceRules(command: AssessPlan, sizes: Sizes, at: Ms): readonly Verdict[] {
  const { plan: { outcome, legs }, policy } = command;
  const allowed = policy?.directional;
  const imbalance = isSingle(command)
    ? hold({ rule: 'imbalance', profile: policy?.imbalanceRatioMax.profile ?? 'none', value: 'one leg', limit: 'pairs only', holds: true, inputs: { outcome, legs: legs.length }, text: '' })
    : imbalanceRule(command, sizes, at);
  if (!allowed && legs.length !== 1) return [imbalance];
  const profiles = policy?.profiles.map(({ ref }) => ref).join(' ');
  return [imbalance, hold({ rule: 'one-leg', profile: allowed?.profile ?? 'none', value: legs.length === 1 ? 'one leg' : 'a pair', limit: allowed ? 'any' : 'a pair', holds: allowed !== undefined || legs.length !== 1, inputs: { outcome, legs: legs.length, profiles }, text: `one-leg: no profile of the bot allows one leg by itself (directional): ${profiles ?? 'none is bound'}` })];
}

function bookRules({ plan, policy }: AssessPlan): readonly Verdict[] {
  const slippage = largest(plan.legs.map((leg) => leg.estimatedSlippageBps));
  const cover = smallest(plan.legs.map((leg) => (leg.notional.isZero() ? new Decimal(NaN) : leg.depthNotional.div(leg.notional))));
  const band = policy && minOf(policy.slippageBpsMax.value, plan.slippageBpsMax);
  return [
    measure({ rule: 'slippage', profile: policy?.slippageBpsMax.profile ?? 'none', unit: 'BPS', value: slippage, limit: band, must: 'upTo', inputs: { plan: plan.slippageBpsMax, profile: policy?.slippageBpsMax.value } }),
    measure({ rule: 'depth', profile: policy?.depthMultipleMin.profile ?? 'none', unit: 'X', value: cover, limit: policy?.depthMultipleMin.value, must: 'atLeast', inputs: { depth: plan.legs.map((leg) => leg.depthNotional.toString()).join(' ') }, measures: false }),
  ];
}

function timeRules({ plan, policy, account }: AssessPlan, at: Ms): readonly Verdict[] {
  const exchangeTimes = plan.legs.map((leg) => leg.seen.exchangeTime);
  // What is from ahead of the clock can't be told to be fresh either: its distance counts, not its direction.
  const bookAge = exchangeTimes.length === 0 ? undefined : Math.max(...exchangeTimes.map((time) => Math.abs(at - time)));
  const accountAge = account && Math.abs(at - account.observedAt);
  const ms = (value: number | undefined): Decimal | undefined => (value === undefined ? undefined : new Decimal(value));
  const rule = (name: string, profile: string | undefined, value: number | undefined, limit: number | undefined) =>
    measure({ rule: name, profile: profile ?? 'none', unit: 'MS', value: ms(value), limit: ms(limit), must: 'upTo', inputs: { atMs: at, valueMs: value, limitMs: limit }, measures: false });
  return [
    rule('expiry', 'plan', at, plan.validUntil),
    rule('market-data-age', policy?.bookAgeMaxMs.profile, bookAge, policy?.bookAgeMaxMs.value),
    rule('account-state-age', policy?.accountAgeMaxMs.profile, accountAge, policy?.accountAgeMaxMs.value),
  ];
}

function onceRule(state: Exposure, { tradeId }: AssessPlan['plan']): Verdict {
  const known = approvalOf(state.approvals, tradeId) !== undefined || has(state.counted, tradeId);
  return hold({ rule: 'trade-once', profile: 'absolute', value: known ? 'approved before' : 'new', limit: 'new', holds: !known, inputs: { tradeId }, text: `trade ${tradeId} has been approved before` });
}

function identityRules(state: Exposure, { plan, planHash, tradingState, bot }: AssessPlan): readonly Verdict[] {
  const found = planHashOf(plan.planId, plan.legs);
  const judged = get(state.judged, plan.planId)?.hash ?? found;
  const faults = plan.legs.flatMap((leg) => gridFault(leg) ?? []);
  const deleted: readonly Verdict[] = bot?.deleted ? [hold({ rule: 'bot-deleted', profile: 'absolute', value: 'deleted', limit: 'a bot that there is', holds: false, inputs: { bot: plan.botId }, text: `bot ${plan.botId} is deleted: nothing is approved for it` })] : [];
  const below = plan.legs.flatMap((leg) => leg.slices.filter((slice) => !notionalOf(slice, leg.referencePrice).gte(leg.terms.notionalMin)).map((slice) => `${leg.instrument} ${slice.toString()}`));
  return [
    ...deleted,
    hold({ rule: 'trading-state', profile: 'absolute', value: tradingState, limit: 'ACTIVE', holds: tradingState === 'ACTIVE', inputs: { state: tradingState }, text: `trading state is ${tradingState ?? 'unknown'}: no new risk` }),
    hold({ rule: 'bot-account', profile: 'absolute', value: `${plan.portfolioId}/${plan.accountId}`, limit: bot ? `${bot.portfolioId}/${bot.accountId}` : 'missing', holds: bot?.accountId === plan.accountId && bot.portfolioId === plan.portfolioId, inputs: { bot: bot && plan.botId }, text: `bot ${plan.botId} does not trade in account ${plan.accountId} of portfolio ${plan.portfolioId}` }),
    hold({ rule: 'plan-hash', profile: 'absolute', value: found, limit: planHash, holds: found === planHash && judged === found, inputs: { received: planHash, judged }, text: `plan hash ${found} is not that of the plan received or judged before` }),
    onceRule(state, plan),
    hold({ rule: 'lot-grid', profile: 'absolute', value: faults.length === 0 ? 'on the grid' : 'off the grid', limit: 'on the grid', holds: faults.length === 0, inputs: { legs: plan.legs.length }, text: `lot grid: ${faults.join('; ')}` }),
    hold({ rule: 'venue-minimum', profile: 'venue', value: below.length === 0 ? 'reached' : 'below', limit: 'reached', holds: below.length === 0, inputs: { minimums: plan.legs.map((leg) => leg.terms.notionalMin.toString()).join(' ') }, text: `below the venue's minimum: ${below.join(', ')}` }),
  ];
}

/** Rules on what and when: state, balance, book, age, identity (R29, R33, R36, W-11, W-16). */
export const planRules = (state: Exposure, command: AssessPlan, sizes: Sizes, at: Ms): readonly Verdict[] => [
  ...identityRules(state, command),
  ...balanceRules(command, sizes, at),
  ...bookRules(command),
  ...timeRules(command, at),
];
