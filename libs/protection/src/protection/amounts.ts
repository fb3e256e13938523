import { ceilTo, type Decimal, floorTo, maxOf, minOf, type Money, type Ratio, subMoney, ZERO_MONEY, ZERO_RATIO } from '@ballast/domain';
import type { ExhaustedCause, ProtectionSettings } from '@ballast/events';
import { spareAbove, type StandingPosition, standingDistance, topUpTo, withCollateral } from '../liquidation/liquidation.js';
import { capOf, keptDistanceOf, triggerOf } from '../settings/settings.js';
import { smallestDeposit, type TransferTerms } from '../settings/settings-faults.js';

/** An amount to move, and where it leaves the position. */
export interface Move {
  readonly amount: Money;
  /** Undefined where no price liquidates the position any more. */
  readonly distanceAfter: Ratio | undefined;
}

/** What an amount is decided with. */
export interface MoveFacts {
  readonly settings: ProtectionSettings;
  readonly position: StandingPosition;
  /** The other positions of its account, where it has any: what goes back leaves them all. */
  readonly others?: readonly StandingPosition[];
  readonly deposited: Money;
  readonly terms: TransferTerms;
  readonly volatility: Ratio | undefined;
}

/** A part that goes back is at least so many times its fee. */
const PARTS_PER_FEE = 50;

/** The distance that `smart` restores, and that a reduction leaves (W-13). */
export const restoredDistanceOf = (settings: ProtectionSettings, volatility: Ratio | undefined): Ratio => triggerOf(settings, volatility).plus(settings.restoreMargin) as Ratio;

const distanceWith = (position: StandingPosition, change: Money): Ratio | undefined => standingDistance(withCollateral(position, change));

function wantedStep({ settings, position, volatility, terms }: MoveFacts): Money {
  switch (settings.mode) {
    case 'increment': return settings.increment;
    case 'smart': return topUpTo(position, restoredDistanceOf(settings, volatility), terms.step);
  }
}

/**
 * The deposit for a position in danger: the mode's step, raised to the venue's minimum (W-4), within the cap with its fee and within the
 * wallet. It improves the distance and leaves the position unbreached, or it is not made: then the cause why not.
 */
export function depositOf(facts: MoveFacts, freeFunds: Money): Move | ExhaustedCause {
  const { settings, position, deposited, terms } = facts;
  const least = smallestDeposit(terms);
  const room = floorTo(subMoney(subMoney(capOf(settings), deposited), terms.fee), terms.step);
  if (room.lt(least)) return 'CAP';
  const funds = floorTo(freeFunds, terms.step);
  if (funds.lt(least)) return 'FUNDS';
  const amount = minOf(ceilTo(maxOf(wantedStep(facts), least), terms.step), room, funds);
  const distanceAfter = distanceWith(position, amount);
  const before = standingDistance(position);
  if (distanceAfter && (distanceAfter.lte(ZERO_RATIO) || (before && distanceAfter.lte(before)))) return 'BREACHED';
  return { amount, distanceAfter };
}

/**
 * The withdrawal for a position that is safe again: of what is deposited the mode's step, with its fee no more than what leaves safe +
 * hysteresis (C-67) to every position of the account, and a rest that can itself come back. Less than an increment waits, and so does a part of which the fee is more than
 * 2 % (W-4). Undefined where nothing may go.
 */
export function withdrawalOf(facts: MoveFacts): Move | undefined {
  const { settings, position, others = [], deposited, terms } = facts;
  const { minimum, fee, step } = terms;
  const standing = [position, ...others];
  const spare = standing.reduce((least, each) => minOf(least, spareAbove(each, keptDistanceOf(settings), step)), deposited);
  const wanted = settings.mode === 'increment' ? maxOf(settings.increment, smallestDeposit(terms)) : deposited;
  const all = spare.gte(deposited) && deposited.minus(wanted).lt(smallestDeposit(terms));
  const leaves = all ? deposited : minOf(wanted, spare, maxOf(subMoney(deposited, smallestDeposit(terms)), ZERO_MONEY));
  const amount = floorTo(subMoney(leaves, fee), step);
  const least = maxOf<Decimal>(settings.increment, fee.times(PARTS_PER_FEE));
  if (amount.lt(minimum) || leaves.lt(minOf<Decimal>(least, deposited))) return undefined;
  const [nearest] = standing.flatMap((each) => distanceWith(each, amount.plus(fee).neg() as Money) ?? []).sort((a, b) => a.comparedTo(b));
  return { amount, distanceAfter: nearest };
}

/** All that is deposited and still there, less the fee of its way back; undefined where the venue does not move so little. */
export function returnOf(deposited: Money, withdrawable: Money, { minimum, fee, step }: TransferTerms): Money | undefined {
  const amount = floorTo(subMoney(minOf(deposited, withdrawable), fee), step);
  return amount.gte(minimum) ? amount : undefined;
}
