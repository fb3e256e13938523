import type { Bps, Money, Ms, Notional, Ratio } from '@ballast/domain';

/** When a portfolio stops, and how hard: every limit is of realised and unrealised results, transfers never count (R111, R54, C-2, C-11, W-5). Absent: this profile binds no such stop (W-18). */
export interface StopLimits {
  /** Who stops: the whole portfolio, or the bot alone (W-17). */
  readonly scope: 'PORTFOLIO' | 'BOT';
  /** Loss of the day over the equity at its start (R111: 0.15). HALTED until the day ends (W-9). */
  readonly dailyLossRatio?: Ratio;
  /** Loss of the day, quote currency (R54). HALTED until the day ends. */
  readonly dailyLossMax?: Notional;
  /** Loss of the week over the equity at its start (R111: 0.30). HALTED until the week ends. */
  readonly weeklyLossRatio?: Ratio;
  /** So many losing trades in a row (R111: 3). HALTED until the next day and an approval (C-49). */
  readonly consecutiveLosses?: number;
  /** Fall from the highest equity that takes no new risk and demotes (SCALE: 0.10). REDUCING. */
  readonly drawdownReduceRatio?: Ratio;
  /** Fall from the highest equity that halts (R111: 0.25). HALTED; a resume takes the equity then as the new peak (W-9). */
  readonly drawdownHaltRatio?: Ratio;
}

/** Limits on one plan beside size, volume and book. Absent: not bound. */
export interface GuardLimits {
  /** Share of allowed gross notional (equity x leverage in force) that one underlying may take (C-45: 0.8). */
  readonly underlyingShareMax?: Ratio;
  /** Margin in one underlying over equity (W-10: 0.8). */
  readonly underlyingMarginMax?: Ratio;
  /** Initial margin in use after the plan over equity (R54: 0.8). */
  readonly marginUtilisationMax?: Ratio;
  /** Distance to liquidation after the plan, at least (R54: 0.2). */
  readonly liquidationBufferMin?: Ratio;
  /** Estimated slippage from which a plan is told of (R51). */
  readonly slippageWarnBps?: Bps;
  /** Estimated slippage from which a plan is refused (R51). */
  readonly slippageBlockBps?: Bps;
  readonly openOrdersMax?: number;
  /** Orders sent by the portfolio in the last minute of market time. */
  readonly ordersPerMinuteMax?: number;
  /** Plans of one bot refused in the last hour; above it the bot's plans are refused without a look at size. */
  readonly refusedPlansPerHourMax?: number;
  /** No entry this long before a venue's announced maintenance, ms. */
  readonly maintenanceLeadMs?: Ms;
  /** Venue clock against ours, either way, ms. */
  readonly clockSkewMaxMs?: Ms;
  /** By venue name: leverage ceiling there. */
  readonly venueLeverageMax?: Readonly<Record<string, Ratio>>;
  /** By strategy name: leverage ceiling of its bots. */
  readonly strategyLeverageMax?: Readonly<Record<string, Ratio>>;
}

/** How a size follows results: each a ceiling beside the others, the smallest in force decides. Absent: not bound. */
export interface SizingPolicy {
  /** Share of equity committed as margin (R101, C-40). */
  readonly equity?: {
    readonly baseRatio: Ratio;
    readonly hotFactor: Ratio;
    readonly coldFactor: Ratio;
    /** Margin committed to one trade over equity, whatever else (R101: 0.15). */
    readonly capRatio: Ratio;
    /** Wins in a row that make a streak hot, losses that make it cold (C-49: 5 and 2). */
    readonly hotWins: number;
    readonly coldLosses: number;
  };
  /** Fraction of Kelly on the Wilson lower bound (R94, C-38, W-3). */
  readonly kelly?: {
    readonly fraction: Ratio;
    /** Notional before enough trades are known. */
    readonly baseNotional: Notional;
    readonly tradesMin: number;
  };
  /** Largest size by liquidity within so many basis points (R52, R53). */
  readonly liquidity?: { readonly bandBps: Bps; readonly multipleMin: Ratio };
  /** Bounds of the multiplier that an input of confidence may give (C-52: 0.5 to 1). */
  readonly confidence?: { readonly min: Ratio; readonly max: Ratio };
}

/** Criteria that a rung asks for before the next one; absent: not asked. At least or at most, but for the three that say otherwise. */
export interface GateCriteria {
  /** Trades above 0 over trades; must be above it (R48: > 50 %). */
  readonly winRateMin?: Ratio;
  /** Trades of 0 or more over trades; must reach it (R14: >= 95 %). */
  readonly nonNegativeRateMin?: Ratio;
  /** Must be above it (R48: > 1.5). */
  readonly sharpeMin?: Ratio;
  /** Must stay below it (R48: < 10 %). */
  readonly drawdownMax?: Ratio;
  /** What slippage was realised beyond its estimate, over the estimate, which counts as 1 bps at least; fills better than estimated are no error (R48: within 0.2). */
  readonly slippageErrorMax?: Ratio;
  readonly executionFailuresMax?: number;
  readonly executionSuccessMin?: Ratio;
  readonly riskViolationsMax?: number;
  readonly unplannedInterventionsMax?: number;
  readonly fillRateMin?: Ratio;
  readonly daysMin?: number;
  readonly tradesMin?: number;
  /** Mean plan volume of a day, at least (W-1). */
  readonly dailyVolumeMin?: Notional;
  /** Mean net result of a day, at least: the lower end of the plan's band (W-14). */
  readonly dailyProfitMin?: Money;
}

/** One rung of a ladder: what it allows, and what it asks for before the next. What it names stands in place of the profile's own number while it holds, be it larger or smaller; what it leaves out stays the profile's (`withRung`). */
export interface Rung {
  /** `phase-1/weeks-1-2`, `stage-3`. */
  readonly name: string;
  /** Least capital of the rung: what the account must hold (R55). */
  readonly capital: Notional;
  /** Upper end of the table's band, from which its largest position follows (R5, R6, C-19). */
  readonly capitalMax?: Notional;
  readonly leverageMax: Ratio;
  /** Account's gross ceiling before the safety factor (C-19); stages: the table's largest position (W-6). */
  readonly positionMax: Notional;
  readonly legNotionalMin: Notional;
  readonly legNotionalMax: Notional;
  readonly dailyVolumeMax?: Notional;
  readonly dailyTradesMax?: number;
  readonly growthMultiplierMax?: Ratio;
  readonly dailyLossMax?: Notional;
  readonly slippageWarnBps?: Bps;
  readonly slippageBlockBps?: Bps;
  /** Most that the plan expects a round to bring of its volume (R3: 16 bps); says whether the gate's profit can be reached (W-1, C-20). */
  readonly roundResultBpsMax?: Bps;
  readonly gate: GateCriteria;
  /** How long a new size is watched, and what ends it before (R56, W-6), ms. */
  readonly watchMs?: Ms;
}

export interface LadderPolicy {
  readonly kind: 'PHASES' | 'STAGES';
  readonly rungs: readonly Rung[];
  /** Fill rate below it rolls back; below `degradedBelow` nothing is promoted (R44, C-35: 0.90 and 0.95). */
  readonly rollbackFillRate: Ratio;
  readonly degradedFillRate: Ratio;
  /** Drawdown that demotes (W-5). */
  readonly demotionDrawdown?: Ratio;
  /** Nobody approves a promotion that they asked for themselves (W-18). */
  readonly fourEyes: boolean;
}

/** How a day's net profit above the high-water mark is split (R96, R102, C-41, C-42, W-8). */
export interface TreasuryPolicy {
  readonly reinvestRatio: Ratio;
  readonly chestRatio: Ratio;
  readonly operatingRatio: Ratio;
  readonly withdrawalRatio: Ratio;
  /** Added to the chest's share, taken from reinvest, after `hotWins` wins in a row (C-41). */
  readonly hotChestExtra: Ratio;
  readonly hotWins: number;
  /** Of the chest above `reinvestAbove`, this share goes to trading equity once a day (C-42). */
  readonly reinvestAbove: Money;
  readonly reinvestShare: Ratio;
  /** The chest counts as sizing equity above this; absent: never (W-18). */
  readonly countsAbove?: Money;
}
