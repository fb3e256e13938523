import type { Book, Id, Instrument, Money, Ms, Price, SignedQuantity } from '@ballast/domain';
import type { SignalRaised, TradePlanInfeasible, TradePlanned } from '@ballast/events';
import type { TradeRecord } from '@ballast/performance';
import type { LadderPolicy, PolicyInForce } from '@ballast/policy';

/** What was known of one wanted leg when its signal arrived; absent where nothing was. */
export interface LegSeen {
  readonly book?: Book | undefined;
  readonly instrument?: Instrument | undefined;
  readonly markPrice?: Price | undefined;
  /** What earlier trades of the account left open of it, signed as a position; absent where nothing is. */
  readonly residual?: SignedQuantity | undefined;
}

/** Fold of the account's equity observations. */
export interface AccountState {
  /** Collateral without protection deposits (C-10). */
  readonly eligibleCollateral: Money;
  /** The first one observed that was above 0: the base of growth (R22, C-24). */
  readonly initialCollateral: Money;
  /** When the venue said it, by its own time where that is earlier than the record's, ms. */
  readonly observedAt: Ms;
  /** Eligible collateral with unrealised results: what equity sizing and Kelly take shares of (R101, C-10). */
  readonly tradingEquity?: Money | undefined;
}

/** Results of one bot, as far as sizes follow them. */
export type BotRecord = Pick<TradeRecord, 'total' | 'streak'>;

/** The ladder that the bot's portfolio binds, and what the portfolio is worth. */
export interface LadderSeen {
  readonly ladder: LadderPolicy;
  /** `name@version` of the profile that it is of. */
  readonly profile: string;
  /** Rung that the portfolio is on; absent before it has entered one. */
  readonly rung?: string | undefined;
  /** Eligible collateral of the portfolio's accounts; absent where none has been observed. */
  readonly capital?: Money | undefined;
}

/** Everything a plan is decided from: nothing is looked up later. */
export interface PlanTrade {
  readonly type: 'PlanTrade';
  readonly signal: SignalRaised;
  /** One for each leg of the signal, in its order. */
  readonly seen: readonly LegSeen[];
  readonly account?: AccountState | undefined;
  readonly policy?: PolicyInForce | undefined;
  /** Of the signal's bot; absent where the bot is not known. */
  readonly record?: BotRecord | undefined;
  /** Absent where the bot binds none. */
  readonly ladder?: LadderSeen | undefined;
}

export type PlanEvent = TradePlanned | TradePlanInfeasible;
export type PlanState = { readonly status: 'open' } | { readonly status: 'planned' | 'infeasible'; readonly planId: Id };
export type InfeasibleReason = TradePlanInfeasible['reason'];

/** Why there is no plan, in words for explain. */
export interface Refusal {
  readonly reason: InfeasibleReason;
  readonly detail: string;
}
