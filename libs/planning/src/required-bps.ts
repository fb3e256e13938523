import { type Bps, bpsOf, bpsOfRatio, type Money, type Notional, type Ratio } from '@ballast/domain';
import { demandPositive } from './assumptions.js';

export interface RequiredBps {
  /** Net result of plan volume that brings the profit wanted. */
  readonly requiredBps: Bps;
  /** What the volume brings at each of the results asked about. */
  readonly brings: readonly { readonly bps: Bps; readonly profit: Money; readonly enough: boolean }[];
}

/**
 * What a day's volume must net to bring a day's profit, beside what it brings at the results that are expected (C-20): $20 of
 * $20,000 is 10 bps, and 8 to 16 bps bring $16 to $32.
 * @throws RangeError for a volume of 0.
 */
export function requiredBps(dailyProfit: Money, dailyVolume: Notional, expected: readonly Bps[]): RequiredBps {
  demandPositive('dailyVolume', dailyVolume);
  return {
    requiredBps: bpsOfRatio(dailyProfit.div(dailyVolume) as Ratio),
    brings: expected.map((bps) => ({ bps, profit: bpsOf(dailyVolume, bps), enough: bpsOf(dailyVolume, bps).gte(dailyProfit) })),
  };
}
