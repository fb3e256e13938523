import { alongLeg } from '@ballast/balance';
import { addNotional, type Decimal, type Id, maxOf, type Notional, notionalOf, ZERO_NOTIONAL } from '@ballast/domain';
import type { PlannedLeg } from '@ballast/events';
import { approvalsOf } from './approvals.js';
import type { Exposure, ExposureFacts } from './exposure.types.js';
import { has } from './persistent-map.js';

/** Undefined unless it is more than nothing: no share of nothing can be told. */
export const positive = <Value extends Decimal>(value: Value | undefined): Value | undefined => (value?.isPositive() === true && !value.isZero() ? value : undefined);

export const sumOf = (values: readonly Notional[]): Notional => values.reduce(addNotional, ZERO_NOTIONAL);
export const notionalByInstrument = (legs: readonly PlannedLeg[]): Readonly<Record<string, Notional>> => {
  const sums: Record<string, Notional> = {};
  for (const leg of legs) sums[leg.instrument] = addNotional(sums[leg.instrument] ?? ZERO_NOTIONAL, notionalOf(leg.quantity, leg.referencePrice));
  return sums;
};

/**
 * What a plan adds to each instrument's exposure: its order, less what of it only takes back a residual on the other side, which
 * counts before the plan and no longer after it.
 */
export const addedByInstrument = (legs: readonly PlannedLeg[]): Readonly<Record<string, Notional>> => {
  const added: Record<string, Notional> = { ...notionalByInstrument(legs) };
  for (const { instrument, side, residualAbsorbed, referencePrice } of legs) {
    const along = alongLeg(side, residualAbsorbed ?? ZERO_NOTIONAL);
    if (along.lt(0)) added[instrument] = addNotional(added[instrument] ?? ZERO_NOTIONAL, along.times(2).times(referencePrice) as Notional);
  }
  return added;
};

/** The larger leg, once per round (W-1). */
export const planVolumeOf = (legs: readonly PlannedLeg[]): Notional => maxOf(ZERO_NOTIONAL, ...legs.map((leg) => notionalOf(leg.quantity, leg.referencePrice)));

/** Orders that a plan is sent in. */
export const ordersOf = (legs: readonly PlannedLeg[]): number => legs.reduce((sum, { slices }) => sum + slices.length, 0);

/** Exposure of an account before a plan: each instrument's open, pending and approved notional (C-23). */
export interface GrossBefore {
  readonly open: Notional;
  readonly pending: Notional;
  readonly approved: Notional;
  readonly total: Notional;
  readonly byInstrument: Readonly<Record<string, Notional>>;
}

/**
 * Open positions, what may still be filled, and in full every approval that the facts don't show yet: an approval is counted
 * there or here, never in neither, whatever order the facts arrive in.
 */
export function grossBefore(state: Exposure, accountId: Id, facts: ExposureFacts): GrossBefore {
  const hidden = approvalsOf(state.approvals, accountId).filter(({ tradeId }) => !has(facts.tradeIds, tradeId));
  const byInstrument: Record<string, Notional> = {};
  const add = (instrument: string, amount: Notional): void => {
    byInstrument[instrument] = addNotional(byInstrument[instrument] ?? ZERO_NOTIONAL, amount);
  };
  for (const [instrument, { open, pending }] of Object.entries(facts.byInstrument)) add(instrument, addNotional(open, pending));
  for (const approval of hidden) for (const [instrument, amount] of Object.entries(approval.byInstrument)) add(instrument, amount);
  return {
    open: sumOf(Object.values(facts.byInstrument).map((each) => each.open)),
    pending: sumOf(Object.values(facts.byInstrument).map((each) => each.pending)),
    approved: sumOf(hidden.flatMap((approval) => Object.values(approval.byInstrument))),
    total: sumOf(Object.values(byInstrument)),
    byInstrument,
  };
}
