import { absorbable, positionAfter } from '@ballast/balance';
import { Decimal, type Notional, notionalOf, type SignedQuantity } from '@ballast/domain';
import type { PlannedLeg } from '@ballast/events';
import { approvalsOf } from './approvals.js';
import type { AssessPlan, Exposure } from './exposure.types.js';
import { has } from './persistent-map.js';
import { hold, type Verdict } from './rule.js';

type Known = AssessPlan['residuals'];
const ZERO = new Decimal(0);

const wholeLots = (leg: PlannedLeg, known: SignedQuantity): Decimal => (leg.terms.lotSize.gt(0) ? absorbable(known, leg.terms.lotSize) : ZERO);

/** What the leg will hold at the plan's reference price: its order, what it takes over, and what is less than a lot and stays. */
export function standingNotional(leg: PlannedLeg, residuals: Known): Notional {
  const known = residuals?.[leg.instrument] ?? (ZERO as SignedQuantity);
  const dust = known.minus(wholeLots(leg, known));
  return notionalOf(positionAfter(leg.side, leg.quantity, dust.plus(leg.residualAbsorbed ?? ZERO)), leg.referencePrice);
}

/**
 * A plan takes over exactly what is left open of its instruments, and nothing that another approval in flight has been given:
 * its balance and its exposure are judged by that (architecture, "Quantities are decided once").
 */
export function residualRules(state: Exposure, { plan, residuals, facts }: AssessPlan): readonly Verdict[] {
  const given = approvalsOf(state.approvals, plan.accountId).filter(({ opened, tradeId }) => !opened && !(facts && has(facts.tradeIds, tradeId))).flatMap(({ absorbs }) => absorbs ?? []);
  const claims = plan.legs.map((leg) => {
    const known = residuals?.[leg.instrument];
    const due = known?.isFinite() ? (given.includes(leg.instrument) ? ZERO : wholeLots(leg, known)) : undefined;
    return { instrument: leg.instrument, due, taken: leg.residualAbsorbed ?? ZERO };
  });
  const unknown = claims.some(({ due }) => due === undefined);
  const written = (valueOf: (claim: (typeof claims)[number]) => Decimal | undefined): string => claims.map((claim) => `${claim.instrument} ${valueOf(claim)?.toString() ?? 'missing'}`).join(' ');
  return [hold({
    rule: 'residual',
    profile: 'absolute',
    value: unknown ? undefined : written(({ taken }) => taken),
    limit: written(({ due }) => due),
    holds: claims.every(({ due, taken }) => due?.eq(taken) === true),
    inputs: { residuals: unknown ? undefined : 'known', inFlight: given.join(' ') || 'none' },
    text: `residual: the plan takes over ${written(({ taken }) => taken)}, left open is ${written(({ due }) => due)}`,
  })];
}
