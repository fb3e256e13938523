import type { Id } from '@ballast/domain';
import type { CanonicalBalance, CanonicalPosition } from '@ballast/books';
import type { Figure, MeanWorst } from './statistics.js';

/** Whose trades are counted; without either: all. */
export interface Scope {
  readonly portfolioId?: Id;
  readonly botId?: Id;
}

/** Where the market came from, in words, by subject: stated in every report. */
export type Provenance = Readonly<Record<string, string>>;

export interface ResidualLine {
  readonly tradeId: Id;
  readonly accountId: Id;
  readonly leg: number;
  readonly instrument: string;
  readonly quantity: string;
  readonly notional: string;
  /** The trade that took it over; null while it stands alone. */
  readonly takenOverBy: Id | null;
}

export interface TargetLine {
  readonly name: string;
  readonly target: string;
  readonly found: Figure;
  /** null where nothing was measured. */
  readonly met: boolean | null;
}

/** What the figures are in, by the names that they have in a summary; told in every summary.json. */
export const UNITS = {
  amounts: 'quote currency; fees positive = paid, funding positive = received',
  quantities: 'base units',
  'rates, shares and imbalance': 'fraction, 0.001 = 0.1 %',
  slippageBps: 'basis points, 1 = 0.0001; positive = worse',
  naked: 'quote currency x seconds of market time',
} as const;

/** All figures of a report. Decimals are strings; null = nothing was measured. Definitions are in the report's method notes. */
export interface Summary {
  readonly scope: Scope;
  /** From the first event to the moment of the summary. */
  readonly marketTime: { readonly from: string | null; readonly to: string | null };
  readonly events: number;
  readonly cut: Readonly<Record<string, number>>;
  readonly stateHash: string;
  readonly cycles: { readonly signals: number; readonly planned: number; readonly attempted: number; readonly completed: number; readonly unwound: number; readonly unfilled: number; readonly open: number; readonly successRate: Figure };
  readonly execution: { readonly orders: number; readonly fills: number; readonly orderedNotional: string; readonly filledNotional: string; readonly fillRate: Figure; readonly postOnlyFillRate: Figure; readonly makerShare: Figure; readonly planVolume: string; readonly turnover: string; readonly unresolvedOrders: number };
  readonly imbalance: {
    readonly trades: number;
    readonly planned: MeanWorst;
    readonly ordered: MeanWorst;
    readonly filledAtReference: MeanWorst;
    readonly filledAtFill: MeanWorst;
    readonly balancedPlans: { readonly trades: number; readonly worstPlanned: Figure; readonly worstOrdered: Figure; readonly worstFilledAtReference: Figure; readonly worstFilledAtFill: Figure };
  };
  readonly residualDelta: { readonly absolute: MeanWorst; readonly oneSigmaPnl: MeanWorst };
  readonly slippageBps: { readonly realised: MeanWorst; readonly realisedEntry: MeanWorst; readonly realisedExit: MeanWorst; readonly againstTouch: MeanWorst; readonly estimated: MeanWorst };
  readonly naked: { readonly totalNotionalSeconds: string; readonly mean: Figure; readonly worst: Figure };
  readonly pnl: {
    /** Of the books: every position event in scope. */
    readonly realised: string;
    readonly fees: string;
    readonly funding: string;
    readonly net: string;
    readonly closedTrades: number;
    readonly perTrade: { readonly mean: Figure; readonly worst: Figure; readonly best: Figure };
    readonly shareNotNegative: Figure;
    /** Net over plan volume of the closed trades. */
    readonly netBpsOfPlanVolume: Figure;
    /** net less the net of all closed trades: open trades, residuals, liquidations. */
    readonly outsideClosedTrades: string;
  };
  readonly refusals: Readonly<Record<string, number>>;
  readonly orderRefusals: Readonly<Record<string, number>>;
  readonly infeasible: Readonly<Record<string, number>>;
  readonly residuals: readonly ResidualLine[];
  readonly liquidations: number;
  readonly reconciliationDifferences: number;
  readonly positions: Readonly<Record<string, CanonicalPosition>>;
  readonly balances: Readonly<Record<string, CanonicalBalance>>;
  readonly targets: readonly TargetLine[];
  readonly provenance: Provenance;
  readonly units: typeof UNITS;
}
