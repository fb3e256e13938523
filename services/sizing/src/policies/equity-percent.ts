import type { Decimal, MarginCommitted, Money, Ratio } from '@ballast/domain';
import type { Streak } from '@ballast/performance';
import { marginOfEquity } from './margin.js';

/** `SizingPolicy.equity`, as in force. */
export interface EquitySizing {
  readonly baseRatio: Ratio;
  readonly hotFactor: Ratio;
  readonly coldFactor: Ratio;
  readonly capRatio: Ratio;
  readonly hotWins: number;
  readonly coldLosses: number;
}

export type Temper = 'hot' | 'cold' | 'even';

/** Hot from so many wins in a row, cold from so many losses (C-49: 5 and 2). */
export function temperOf({ kind, length }: Streak, { hotWins, coldLosses }: EquitySizing): Temper {
  switch (kind) {
    case 'WINS': return length >= hotWins ? 'hot' : 'even';
    case 'LOSSES': return length >= coldLosses ? 'cold' : 'even';
    case 'NONE': return 'even';
  }
}

/** Share of equity that one trade may commit as margin: base x 1.25 hot, x 0.75 cold (R101: 12.5 %, 7.5 %). */
export function equityShare(streak: Streak, sizing: EquitySizing): Ratio {
  switch (temperOf(streak, sizing)) {
    case 'hot': return sizing.baseRatio.times(sizing.hotFactor) as Ratio;
    case 'cold': return sizing.baseRatio.times(sizing.coldFactor) as Ratio;
    case 'even': return sizing.baseRatio;
  }
}

/** Margin that one trade may commit: by the streak, and whatever else at most (R101: 15 % of equity; C-40). Never below 0. */
export const equityMargins = (equity: Money, streak: Streak, sizing: EquitySizing): { readonly byStreak: MarginCommitted; readonly cap: MarginCommitted } => ({
  byStreak: marginOfEquity(equity, equityShare(streak, sizing)),
  cap: marginOfEquity(equity, sizing.capRatio),
});

export const percent = (share: Decimal): string => `${share.times(100).toDecimalPlaces(4).toString()} %`;
