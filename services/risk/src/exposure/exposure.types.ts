import type { Id, Instrument, Money, Ms, Notional, Ratio, SignedQuantity, TradingState } from '@ballast/domain';
import type { ApprovalReleased, DayRolled, RuleEvaluation, TradeApproved, TradeDenied, TradePlanned, VolumeCounted } from '@ballast/events';
import type { PolicyInForce } from '@ballast/policy';
import type { Approvals } from './approvals.js';
import type { PersistentMap } from './persistent-map.js';
import type { StopsSeen } from '../stops/stop-verdicts.js';
import type { Tripped } from '../stops/stops.types.js';

export type ExposureEvent = TradeApproved | TradeDenied | ApprovalReleased | DayRolled | VolumeCounted;

export interface Assessment {
  readonly planId: Id;
  readonly tradeId: Id;
  readonly approved: boolean;
  readonly bindingRule: string;
  readonly rules: readonly RuleEvaluation[];
}

/** What risk has decided for one portfolio. */
export interface Exposure {
  /** Day that the counters are of, `2025-09-04`; '' before the first. */
  readonly day: string;
  readonly dayVolume: Notional;
  readonly dayTurnover: Notional;
  readonly dayTrades: number;
  readonly approvals: Approvals;
  /** Plans judged today and the day before, by id, with the hash that was judged: a repeat is not judged again. */
  readonly judged: PersistentMap<{ readonly hash: string; readonly day: string }>;
  /** Rounds counted today and the day before. */
  readonly counted: PersistentMap<string>;
  readonly last?: Assessment;
}

/** One instrument's share of an account's exposure, from execution's events. */
export interface InstrumentExposure {
  /** |position| at its last known price. */
  readonly open: Notional;
  /** What may still be filled of open entry orders and of accepted trades. */
  readonly pending: Notional;
}

/** What risk's own fold says of one account at the moment of judging. */
export interface ExposureFacts {
  readonly byInstrument: Readonly<Record<string, InstrumentExposure>>;
  /** Accepted trades that are in `byInstrument` already. */
  readonly tradeIds: PersistentMap<true>;
}

export interface AccountSeen {
  readonly eligibleCollateral: Money;
  readonly observedAt: Ms;
  /** Collateral, protection and unrealised results: what stands between the account and liquidation. */
  readonly equity?: Money;
  /** Equity without protection deposits (C-10). */
  readonly eligibleEquity?: Money;
  /** The venue's own smallest distance to liquidation of an open position (C-59); absent where none can be liquidated. */
  readonly nearestLiquidation?: Ratio;
  /** Our market time less the venue's as it answered, ms. */
  readonly clockSkewMs?: Ms;
}

/** A bot as it was created: it trades in one account. */
export interface BotSeen {
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly profiles: readonly string[];
  readonly strategy?: string;
  /** A person has deleted it (W-12). */
  readonly deleted?: true;
}

/** A time in which a venue has announced to be away. */
export interface Maintenance {
  readonly venue: string;
  readonly startsAt: Ms;
  readonly endsAt: Ms;
  readonly reason: string;
}

/** What guards look at beside exposure and account; a guard whose fact is absent refuses. */
export interface GuardFacts {
  /** Terms that the market publishes now, of every instrument planned or held. */
  readonly instruments?: Readonly<Record<string, Instrument>>;
  /** Orders of the portfolio that may still fill, and those sent in the last minute of market time. */
  readonly orders?: { readonly open: number; readonly sentInMinute: number };
  /** Plans of the bot that were refused for something else than the number of refusals, in the last hour. */
  readonly refusedInHour?: number;
  readonly maintenances?: readonly Maintenance[];
}

export interface AssessPlan {
  readonly type: 'AssessPlan';
  readonly plan: TradePlanned;
  /** Hash of the plan as it was received. */
  readonly planHash: string;
  readonly account?: AccountSeen | undefined;
  readonly facts?: ExposureFacts | undefined;
  readonly bot?: BotSeen | undefined;
  /** What earlier trades of the account left open of each instrument of the plan, signed as a position. */
  readonly residuals?: Readonly<Record<string, SignedQuantity>> | undefined;
  readonly policy?: PolicyInForce | undefined;
  readonly tradingState?: TradingState | undefined;
  readonly guardFacts?: GuardFacts | undefined;
  /** Absent where no profile of the portfolio has a hard stop (W-18). */
  readonly stops?: StopsSeen | undefined;
  /** Hard stops of the portfolio and the bot that nobody has resumed. */
  readonly latched?: readonly Tripped[];
  /** Shift of the day's start from 00:00 UTC, ms. */
  readonly dayBoundaryMs: Ms;
}

export type ExposureCommand =
  | AssessPlan
  | { readonly type: 'ReleaseApproval'; readonly tradeId: Id; readonly reason: 'OPENED' | 'REFUSED' }
  | { readonly type: 'ExpireApprovals' }
  | {
      readonly type: 'CountTrade';
      readonly portfolioId: Id;
      readonly tradeId: Id;
      readonly planVolume: Notional;
      readonly turnover: Notional;
      /** Market time at which the trade closed, ms. */
      readonly closedAt: Ms;
      readonly dayBoundaryMs: Ms;
    };
