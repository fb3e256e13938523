import { Decimal, type Money, type Notional } from '@ballast/domain';
import type { LadderPolicy } from '@ballast/policy';

export interface StageShare {
  /** Name of the stage whose position was taken in proportion. */
  readonly stage: string;
  /** Whether it is the ladder's first: the capital is below all of them (C-5). */
  readonly first: boolean;
  /** Both legs together, before the safety factor, quote currency. */
  readonly position: Notional;
}

/**
 * Largest position of a portfolio whose capital is below that of the stage it is on, or of one before it: that stage's position x capital / its
 * capital, the smallest where there are several (C-5 below the first; R47's table for the others: 20,000 of 100,000, so 1,400 of 7,000).
 * Before a rung is entered the first stage counts. Undefined from the stage's capital on, and on a ladder of phases, whose sizes follow the collateral anyway (R9).
 */
export function stageShare({ kind, rungs }: LadderPolicy, rung: string | undefined, capital: Money): StageShare | undefined {
  if (kind !== 'STAGES') return undefined;
  const reached = rungs.slice(0, Math.max(0, rungs.findIndex(({ name }) => name === rung)) + 1);
  const shares = reached.flatMap((stage, index) => (capital.gte(stage.capital) ? [] : [
    { stage: stage.name, first: index === 0, position: capital.times(stage.positionMax).div(stage.capital).toDecimalPlaces(6, Decimal.ROUND_DOWN) as Notional },
  ]));
  return shares.reduce<StageShare | undefined>((least, share) => (least?.position.lte(share.position) ? least : share), undefined);
}
