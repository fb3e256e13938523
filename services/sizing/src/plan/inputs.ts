import { Decimal, type Instrument } from '@ballast/domain';
import type { PolicyInForce } from '@ballast/policy';
import type { AccountState, PlanTrade, Refusal } from './plan.types.js';

type Named = readonly [string, Decimal | number | undefined];

const isUsable = (value: Decimal | number): boolean => (Decimal.isDecimal(value) ? value.isFinite() : Number.isFinite(value));

/** Names of those that are there and are not finite; a comparison with one of them says no to everything, also to its refusal. */
export const brokenOf = (values: readonly Named[]): readonly string[] => values.flatMap(([name, value]) => (value === undefined || isUsable(value) ? [] : [name]));

/** Every number below `value`, by its path; a limit's own number goes by the name of the limit. */
function numbersIn(name: string, value: unknown): readonly Named[] {
  if (Decimal.isDecimal(value) || typeof value === 'number') return [[name, value]];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => numbersIn(key === 'value' ? name : `${name}.${key}`, inner));
}

const limitsOf = (policy: PolicyInForce): readonly Named[] => Object.entries(policy).flatMap(([name, limit]: [string, unknown]) => numbersIn(name, limit));

/** What of the signal, the account, the record or the policy is no number: nothing is sized by it. */
export function inputRefusal({ signal, record, ladder }: PlanTrade, account: AccountState, policy: PolicyInForce): Refusal | undefined {
  const broken = brokenOf([
    ['targetNotional', signal.targetNotional], ['slippageBpsMax', signal.slippageBpsMax], ['expectedEdgeBps', signal.expectedEdgeBps], ['costBudgetBps', signal.costBudgetBps], ['validUntil', signal.validUntil], ['confidence', signal.confidence],
    ...signal.legs.flatMap(({ instrument, stopPrice, targetPrice }): Named[] => [[`stopPrice of ${instrument}`, stopPrice], [`targetPrice of ${instrument}`, targetPrice]]),
    ['eligibleCollateral', account.eligibleCollateral], ['initialCollateral', account.initialCollateral], ['tradingEquity', account.tradingEquity],
    ...numbersIn('record', record), ['capital', ladder?.capital],
    ...limitsOf(policy),
  ]);
  return broken.length === 0 ? undefined : { reason: 'NO_ACCOUNT_STATE', detail: `missing input: found no finite ${broken.join(', ')}` };
}

/** What of the contract terms is no number in its range, in words. */
export function termsFault({ lotSize, tickSize, notionalMin, makerFeeBps, takerFeeBps, initialMarginRatio, maintenanceMarginRatio }: Instrument): string | undefined {
  const broken = brokenOf(Object.entries({ lotSize, tickSize, notionalMin, makerFeeBps, takerFeeBps, initialMarginRatio, maintenanceMarginRatio }));
  const zero = Object.entries({ lotSize, tickSize }).flatMap(([name, value]) => (value.lte(0) ? [name] : []));
  const faults = [...broken, ...zero];
  return faults.length === 0 ? undefined : `contract terms: found no usable ${faults.join(', ')}`;
}
