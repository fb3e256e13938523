import { Decimal, type Instrument } from '@ballast/domain';
import type { SignalRaised } from '@ballast/events';
import type { PolicyInForce } from '@ballast/policy';
import type { AccountState, Refusal } from './plan.types.js';

type Named = readonly [string, Decimal | number | undefined];

const isUsable = (value: Decimal | number): boolean => (Decimal.isDecimal(value) ? value.isFinite() : Number.isFinite(value));

/** Names of those that are there and are not finite; a comparison with one of them says no to everything, also to its refusal. */
export const brokenOf = (values: readonly Named[]): readonly string[] => values.flatMap(([name, value]) => (value === undefined || isUsable(value) ? [] : [name]));

const limitsOf = (policy: PolicyInForce): readonly Named[] =>
  Object.entries(policy).flatMap(([name, limit]: [string, unknown]): readonly Named[] => {
    const value = (limit as { readonly value?: unknown }).value;
    if (name === 'waiver' && policy.waiver) return [['waiver.imbalanceRatioMax', policy.waiver.value.imbalanceRatioMax], ['waiver.expiresAt', policy.waiver.value.expiresAt]];
    return Decimal.isDecimal(value) || typeof value === 'number' ? [[name, value]] : [];
  });

/** What of the signal, the account or the policy is no number: nothing is sized by it. */
export function inputRefusal(signal: SignalRaised, account: AccountState, policy: PolicyInForce): Refusal | undefined {
  const broken = brokenOf([
    ['targetNotional', signal.targetNotional], ['slippageBpsMax', signal.slippageBpsMax], ['expectedEdgeBps', signal.expectedEdgeBps], ['costBudgetBps', signal.costBudgetBps], ['validUntil', signal.validUntil],
    ['eligibleCollateral', account.eligibleCollateral], ['initialCollateral', account.initialCollateral],
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
