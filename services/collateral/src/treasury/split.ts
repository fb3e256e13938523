import { type Decimal, floorTo, type Id, type Money, money, type Ratio, ratio, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { TreasuryPolicy } from '@ballast/policy';

/** What is booked away from trading equity is a whole number of these; the rest stays with reinvest. Quote currency. */
export const CENT = money('0.01');
const WHOLE = ratio('1');

/** One profit in its four parts, which are all of it. */
export interface Split {
  /** Chest's share in force. */
  readonly chestRatio: Ratio;
  readonly reinvested: Money;
  readonly toChest: Money;
  readonly toOperating: Money;
  readonly toWithdrawal: Money;
}

/** Why these shares are no split, in words; undefined where they are: none below 0, and together the whole (R102, C-41). */
export function shareFault({ reinvestRatio, chestRatio, operatingRatio, withdrawalRatio, hotChestExtra, reinvestShare }: TreasuryPolicy): string | undefined {
  const shares: readonly (readonly [string, Ratio])[] = [['reinvestRatio', reinvestRatio], ['chestRatio', chestRatio], ['operatingRatio', operatingRatio], ['withdrawalRatio', withdrawalRatio], ['hotChestExtra', hotChestExtra], ['reinvestShare', reinvestShare]];
  const outside = shares.find(([, share]) => !share.isFinite() || share.isNegative() || share.gt(WHOLE));
  if (outside) return `treasury.${outside[0]}: found ${outside[1].toString()}, allowed is 0 to 1`;
  const sum = reinvestRatio.plus(chestRatio).plus(operatingRatio).plus(withdrawalRatio);
  if (!sum.eq(WHOLE)) return `treasury: found shares that sum to ${sum.toString()}, allowed is exactly 1`;
  return hotChestExtra.gt(reinvestRatio) ? `treasury.hotChestExtra: found ${hotChestExtra.toString()}, allowed is at most the ${reinvestRatio.toString()} that are reinvested` : undefined;
}

/**
 * Splits a profit (R96, R102): the chest's share rises after `hotWins` wins in a row, and what it takes more is not
 * reinvested (C-41). Whole cents leave trading equity; what rounding leaves stays in it. Nothing of a loss.
 */
export function splitOf(profit: Money, policy: TreasuryPolicy, winsInARow: number): Split {
  const hot = policy.hotWins > 0 && winsInARow >= policy.hotWins;
  const chestRatio = (hot ? policy.chestRatio.plus(policy.hotChestExtra) : policy.chestRatio) as Ratio;
  const part = (share: Ratio): Money => (profit.gt(0) ? floorTo(profit.times(share) as Money, CENT) : ZERO_MONEY);
  const [toChest, toOperating, toWithdrawal] = [part(chestRatio), part(policy.operatingRatio), part(policy.withdrawalRatio)];
  const reinvested = profit.gt(0) ? subMoney(profit, toChest.plus(toOperating).plus(toWithdrawal) as Money) : ZERO_MONEY;
  return { chestRatio, reinvested, toChest, toOperating, toWithdrawal };
}

/** What of the chest goes back to trading equity at a day's end: a share of the part above the threshold, in whole cents (C-42). */
export function returnedOf(chest: Money, { reinvestAbove, reinvestShare }: TreasuryPolicy): { readonly above: Money; readonly amount: Money } {
  if (chest.lte(reinvestAbove)) return { above: ZERO_MONEY, amount: ZERO_MONEY };
  const above = subMoney(chest, reinvestAbove);
  return { above, amount: floorTo(above.times(reinvestShare) as Money, CENT) };
}

/** So much of an amount by venue account. */
export type Parts = readonly (readonly [accountId: Id, amount: Money])[];

/**
 * Shares an amount out by weight (> 0), in whole cents, exactly: a cent that is left goes to the heavier ones first. Of
 * weights in whole cents that sum to the amount or more, none is exceeded.
 */
export function sharedOut(amount: Money, weights: Parts): Parts {
  const byWeight = weights.filter(([, weight]) => weight.gt(0)).sort(([a, x], [b, y]) => y.cmp(x) || (a < b ? -1 : 1));
  const total = byWeight.reduce<Decimal>((sum, [, weight]) => sum.plus(weight), ZERO_MONEY);
  const floors = byWeight.map(([accountId, weight]) => [accountId, floorTo(amount.times(weight).div(total) as Money, CENT)] as const);
  let left: Decimal = floors.reduce<Decimal>((rest, [, part]) => rest.minus(part), amount);
  return floors.map(([accountId, part]) => {
    const more = left.lt(CENT) ? left : CENT;
    left = left.minus(more);
    return [accountId, part.plus(more) as Money] as const;
  }).filter(([, part]) => !part.isZero());
}
