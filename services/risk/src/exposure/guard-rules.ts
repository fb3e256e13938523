import type { GuardsInForce } from '@ballast/policy';
import { type GuardContext, heldAfter, legTerms } from './guard-context.js';
import { liquidationBuffer, marginUtilisation, strategyLeverage, underlyingMargin, underlyingShare, venueLeverage } from './margin-guards.js';
import type { Verdict } from './rule.js';
import { clockSkew, maintenance, openOrders, ordersPerMinute, refusedPlans, slippageBlock, slippageWarning, termsChanged } from './venue-guards.js';

type Judge = (context: GuardContext) => Verdict;
interface Guard {
  readonly rule: string;
  /** The rule with its limit; undefined where no bound profile has one (W-18). */
  readonly boundBy: (guards: GuardsInForce) => Judge | undefined;
}

/** A rule that one limit binds. */
const bound = <Key extends Exclude<keyof GuardsInForce, 'venueLeverageMax' | 'strategyLeverageMax'>>(rule: string, key: Key, judge: (context: GuardContext, limit: NonNullable<GuardsInForce[Key]>) => Verdict): Guard => ({
  rule,
  boundBy: ({ [key]: limit }) => (limit ? (context) => judge(context, limit) : undefined),
});

/** Limits on one plan beside size, volume and book, in the order in which they are recorded. */
const GUARDS: readonly Guard[] = [
  { rule: 'strategy-leverage', boundBy: ({ strategyLeverageMax }) => strategyLeverageMax && strategyLeverage },
  { rule: 'venue-leverage', boundBy: ({ venueLeverageMax }) => venueLeverageMax && venueLeverage },
  bound('margin-utilisation', 'marginUtilisationMax', marginUtilisation),
  bound('liquidation-buffer', 'liquidationBufferMin', liquidationBuffer),
  bound('underlying-share', 'underlyingShareMax', underlyingShare),
  bound('underlying-margin', 'underlyingMarginMax', underlyingMargin),
  bound('slippage-warn', 'slippageWarnBps', slippageWarning),
  bound('slippage-block', 'slippageBlockBps', slippageBlock),
  bound('open-orders', 'openOrdersMax', openOrders),
  bound('orders-per-minute', 'ordersPerMinuteMax', ordersPerMinute),
  bound('refused-plans', 'refusedPlansPerHourMax', refusedPlans),
  bound('venue-maintenance', 'maintenanceLeadMs', maintenance),
  bound('venue-clock', 'clockSkewMaxMs', clockSkew),
  { rule: 'terms-changed', boundBy: () => termsChanged },
];

export const GUARD_RULES: readonly string[] = GUARDS.map(({ rule }) => rule);
/** Rules beside those that every plan meets, of which these guards have the limit. */
export const guardsBound = (guards: GuardsInForce | undefined): readonly string[] => (guards ? GUARDS.flatMap(({ rule, boundBy }) => (boundBy(guards) ? [rule] : [])) : []);

/** Every guard that a bound profile has a limit for, also after another has refused; none where no profile has guards (W-18). */
export function guardRules({ state, command, sizes, at }: Pick<GuardContext, 'state' | 'command' | 'sizes' | 'at'>): readonly Verdict[] {
  const { policy } = command;
  const guards = policy?.guards;
  if (!policy || !guards) return [];
  const context: GuardContext = { state, command, sizes, guards, policy, at, held: heldAfter({ command, sizes }), terms: legTerms(command) };
  return GUARDS.flatMap(({ boundBy }) => boundBy(guards)?.(context) ?? []);
}
