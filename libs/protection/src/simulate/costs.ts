import { type Ratio, ratio } from '@ballast/domain';
import type { FundingPoint } from './funding.js';

/** What a simulated position pays beside its price. */
export interface SimulatedCosts {
  /** Share of notional that a taking order pays: entry, exit, reductions and forced sales. */
  readonly takerFee: Ratio;
  /** What a reduction or a forced sale is worse than the price by, as a share of it. */
  readonly slippage: Ratio;
  /** Oldest first. Settled against what stands behind the position. */
  readonly funding: readonly FundingPoint[];
}

/** Hyperliquid's fee for taking, 4.5 bp (venues.md §3.3), and half a percent for selling into a crash. */
export const HYPERLIQUID_COSTS: Omit<SimulatedCosts, 'funding'> = { takerFee: ratio('0.00045'), slippage: ratio('0.005') };
