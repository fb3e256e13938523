import type { Ratio } from '@ballast/domain';
import type { CandleSeries, EpisodeEnd, ModelledVenue, Verdict } from '@ballast/protection';
import type { Figure } from '../summary/statistics.js';

/** What the log can't say. */
export interface ProtectionAsked {
  /** Whose rules of liquidation. */
  readonly venue: ModelledVenue;
  /** What bound money could have earned elsewhere, of itself a year. */
  readonly moneyRate: Ratio;
  /** What a forced market order is worse than the price by (Hyperliquid alone). */
  readonly slippage: Ratio;
  /** Candles of one coin, laid over the episodes of its instrument. */
  readonly candles?: { readonly coin: string; readonly series: CandleSeries };
}

/** What the path of an episode is made of: recorded events, or candles between them. */
export type PathKind = 'candles' | 'events only';

export interface TakenLine {
  readonly at: string;
  readonly price: string;
  readonly quantity: string;
  /** Of what would have been taken, from its entry. */
  readonly result: string;
}

/** One episode: what protection did, what would have come of it without, and what it was worth. Decimals are strings. */
export interface EpisodeLine {
  readonly botId: string;
  readonly portfolioId: string;
  readonly accountId: string;
  readonly instrument: string;
  readonly side: 'LONG' | 'SHORT';
  readonly from: string;
  /** null while something is deposited. */
  readonly to: string | null;
  readonly end: EpisodeEnd;
  readonly verdict: Verdict;
  readonly deposits: number;
  readonly withdrawals: number;
  readonly depositedMax: string;
  /** Deposited, and gone with a liquidation: it is in the loss avoided already. */
  readonly lost: string;
  readonly path: PathKind;
  /** Prices that the path is known by. */
  readonly prices: number;
  /** Nearest to liquidation without deposits, signed; null where no price liquidates it. */
  readonly nearestWithout: Figure;
  readonly taken: readonly TakenLine[];
  readonly lossAvoided: string;
  readonly fees: string;
  readonly moneyDays: string;
  readonly cost: string;
  readonly net: string;
  readonly roi: Figure;
}

export interface AdoptionLine {
  /** Of one strategy's bots, or `all`. */
  readonly strategy: string;
  readonly bots: number;
  readonly protected: number;
  readonly share: Figure;
  /** Gross notional as last observed, and of it what is in accounts of protected bots. */
  readonly notional: string;
  readonly protectedNotional: string;
  readonly notionalShare: Figure;
}

/** What protection was worth (R90). */
export interface ProtectionWorth {
  readonly kind: 'protection';
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly model: { readonly venue: ModelledVenue; readonly moneyRate: string; readonly slippage: string; readonly path: string };
  readonly adoption: readonly AdoptionLine[];
  readonly totals: { readonly episodes: number; readonly prevented: number; readonly notPrevented: number; readonly notNeeded: number; readonly alreadyGone: number; readonly open: number; readonly lossAvoided: string; readonly fees: string; readonly cost: string; readonly net: string; readonly depositedMax: string; readonly roi: Figure };
  readonly episodes: readonly EpisodeLine[];
}
