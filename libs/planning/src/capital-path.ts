import { Decimal, type Money, type Ratio } from '@ballast/domain';
import { demandCount, demandPositive, ratePerPeriod } from './assumptions.js';

/** Where somebody wants to be, and when: an input for a what-if, never a check (C-28). */
export interface Milestone {
  /** Months after the start. */
  readonly month: number;
  readonly capital: Money;
  /** What a day is to bring from then on; absent where nobody says. */
  readonly dailyProfit?: Money;
}

export interface MilestoneStep {
  readonly from: Milestone;
  readonly to: Milestone;
  /** Growth a month that leads from one to the other. */
  readonly monthlyRate: Ratio;
  /** Profit of a day that leads there, every cent reinvested. */
  readonly dailyProfitNeeded: Money;
  /** What the days bring at the profit that the earlier milestone names, and where that leads. */
  readonly atItsProfit?: { readonly earned: Money; readonly capital: Money };
}

/** The plan's own milestones (R24). */
export const PLAN_MILESTONES: readonly Milestone[] = (
  [[0, '2000', '20'], [1, '2400', undefined], [3, '4000', '100'], [6, '10000', '500'], [12, '20000', '2000']] as const
).map(([month, capital, profit]) => ({ month, capital: new Decimal(capital) as Money, ...(profit === undefined ? {} : { dailyProfit: new Decimal(profit) as Money }) }));

/**
 * What each step from one milestone to the next asks for (R24). A milestone without a profit of its own goes on with the last one named.
 * @throws RangeError where months do not rise or a capital is not above 0.
 */
export function milestoneSteps(milestones: readonly Milestone[], daysPerMonth: number): readonly MilestoneStep[] {
  demandCount('daysPerMonth', daysPerMonth, 1);
  let profit = milestones[0]?.dailyProfit;
  return milestones.slice(1).map((to, index) => {
    const from = milestones[index] ?? to;
    if (to.month <= from.month) throw new RangeError(`milestones: found month ${to.month} after month ${from.month}, allowed are months that rise`);
    for (const { capital, month } of [from, to]) demandPositive(`capital of month ${month}`, capital);
    profit = from.dailyProfit ?? profit;
    const days = (to.month - from.month) * daysPerMonth;
    const earned = profit?.times(days) as Money | undefined;
    return {
      from, to,
      monthlyRate: ratePerPeriod(to.capital.div(from.capital), to.month - from.month) as Ratio,
      dailyProfitNeeded: to.capital.minus(from.capital).div(days) as Money,
      ...(earned ? { atItsProfit: { earned, capital: from.capital.plus(earned) as Money } } : {}),
    };
  });
}

/** One stretch of months that each bring the same. */
export interface Stretch {
  readonly months: number;
  readonly profitPerMonth: Money;
}

/** Capital after each stretch, every cent reinvested (C-28): $2,000 with the plan's own projections is 2,448, 8,288, 56,888. */
export function capitalPath(start: Money, stretches: readonly Stretch[]): readonly Money[] {
  let capital: Decimal = start;
  return stretches.map(({ months, profitPerMonth }) => (capital = capital.plus(profitPerMonth.times(months))) as Money);
}
