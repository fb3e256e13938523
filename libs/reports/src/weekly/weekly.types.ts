import type { Id } from '@ballast/domain';
import type { LadderCriterion, LadderUnit } from '@ballast/events';
import type { Figure } from '../summary/statistics.js';

export type Recommendation = 'ADVANCE' | 'CONTINUE' | 'REDUCE';

/** Something that changed what the portfolio may do. */
export interface WeekEvent {
  readonly at: string;
  readonly what: string;
}

/** One of the goals at full capital (R59). */
export interface FullCapitalTarget {
  readonly name: string;
  readonly unit: LadderUnit;
  readonly target: string;
  readonly found: Figure;
  /** null where nothing was measured. */
  readonly met: boolean | null;
}

/** One week of one portfolio (R58). Decimals are strings, 12 digits half-even where they were divided; null = nothing was measured. */
export interface WeeklyReport {
  readonly portfolioId: Id;
  /** First moment of it and the first after it; of the portfolio's first week: since its first bot. */
  readonly from: string;
  readonly to: string;
  /** False where the log ends before the week does. */
  readonly complete: boolean;
  /** The decisions of the log that the figures are folded from. */
  readonly evidence: { readonly firstSequence: number; readonly lastSequence: number; readonly hash: string };
  readonly size: {
    /** null where the portfolio is on no ladder. */
    readonly ladder: string | null;
    readonly rung: string | null;
    readonly daysOnRung: Figure;
    /** Capital and largest position that the rung is of, quote currency. */
    readonly rungCapital: Figure;
    readonly positionMax: Figure;
    /** At work at the end of the week. */
    readonly capital: Figure;
    /** Largest gross notional of an account that was observed. */
    readonly largestPosition: Figure;
  };
  readonly performance: {
    readonly trades: Figure;
    /** Growth of the capital at work, transfers aside (C-11). */
    readonly totalReturn: Figure;
    /** Realised and unrealised, after fees and funding, quote currency. */
    readonly result: Figure;
    readonly netOfTrades: Figure;
    readonly sharpe: Figure;
    readonly sharpeDays: Figure;
    readonly maxDrawdown: Figure;
    readonly winRate: Figure;
    readonly winRateLow: Figure;
    readonly winRateHigh: Figure;
    readonly nonNegativeRate: Figure;
    readonly planVolume: Figure;
  };
  readonly execution: {
    readonly slippageEstimatedBps: Figure;
    readonly slippageRealisedBps: Figure;
    /** Realised less estimated. */
    readonly slippageDeltaBps: Figure;
    /** What realised exceeds the estimate by, over the estimate (R48). */
    readonly slippageError: Figure;
    readonly executionSuccess: Figure;
    readonly executionFailures: Figure;
    readonly fillRate: Figure;
    /** Mean time from opening a round to its balance, ms. */
    readonly executionTimeMs: Figure;
  };
  readonly depth: {
    /** Mean of what was offered within the slippage band on the side that a leg's entry takes, and on the side that its exit will, both as its plan saw them. */
    readonly entry: Figure;
    readonly exit: Figure;
    /** Depth over size that is asked for (R52). */
    readonly multipleMin: string;
    /** Share of entries of which every leg had it. */
    readonly sufficient: Figure;
  };
  readonly risk: { readonly violations: Figure; readonly unplannedInterventions: Figure; readonly approvals: Figure };
  readonly events: readonly WeekEvent[];
  /** What the rung asks for before the next (without a ladder: R48), of this week's figures. */
  readonly criteria: readonly LadderCriterion[];
  readonly targets: readonly FullCapitalTarget[];
  readonly recommendation: Recommendation;
  /** Why, in words. */
  readonly because: readonly string[];
}
