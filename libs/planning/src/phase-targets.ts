import { type Bps, bps, type Money, money, type Notional, notional, type Ratio, ratio } from '@ballast/domain';

/** One phase of the pair's plan, as its tables have it (R3 to R6, R19, R21): what the calculators are tried on. */
export interface PhaseTarget {
  readonly name: string;
  /** Months of it, from the start of the plan (R24). */
  readonly months: number;
  /** Plan volume of a day (W-1). */
  readonly dailyVolume: Notional;
  /** Profit of a day, the band's ends; without an upper end where the plan says "and more". */
  readonly dailyProfit: { readonly from: Money; readonly to?: Money };
  readonly leverage: Ratio;
  /** What R19 projects a day of this phase with. */
  readonly scenario: { readonly tradesPerDay: number; readonly notional: Notional; readonly spreadBps: Bps; readonly makerShare: Ratio };
}

const phase = (name: string, months: number, [volume, from, to, leverage]: readonly [string, string, string | undefined, string], [trades, size, spread, share]: readonly [number, string, string, string]): PhaseTarget => ({
  name, months, dailyVolume: notional(volume), leverage: ratio(leverage),
  dailyProfit: { from: money(from), ...(to === undefined ? {} : { to: money(to) }) },
  scenario: { tradesPerDay: trades, notional: notional(size), spreadBps: bps(spread), makerShare: ratio(share) },
});

/** The four phases (R3 to R6) with the scenarios of R19. */
export const PHASE_TARGETS: readonly PhaseTarget[] = [
  phase('phase 1, Launch', 1, ['20000', '20', '40', '5'], [20, '1000', '20', '0.7']),
  phase('phase 2, Growth', 2, ['100000', '100', '200', '10'], [100, '1000', '25', '0.6']),
  phase('phase 3, Scale', 3, ['500000', '500', '1000', '15'], [400, '1250', '25', '0.7']),
  phase('phase 4, Target', 6, ['1000000', '2000', undefined, '20'], [1_000, '1000', '30', '0.7']),
];
