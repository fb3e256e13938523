import { Decimal, type Money, type Notional } from '@ballast/domain';
import type { LadderPolicy } from '@ballast/policy';

/**
 * Largest position of a portfolio whose capital is below the first stage of its ladder: in proportion to that stage's
 * (C-5; R47: 500 of 5,000, so 10 %). Undefined from the first stage on, and on a ladder of phases, whose sizes follow the collateral anyway (R9).
 */
export function stageZeroPosition({ kind, rungs: [first] }: LadderPolicy, capital: Money): Notional | undefined {
  if (kind !== 'STAGES' || !first || capital.gte(first.capital)) return undefined;
  return capital.times(first.positionMax).div(first.capital).toDecimalPlaces(6, Decimal.ROUND_DOWN) as Notional;
}
