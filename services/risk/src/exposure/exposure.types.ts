import type { Id, Money, Ms, Notional, SignedQuantity, TradingState } from '@ballast/domain';
import type { ApprovalReleased, DayRolled, RuleEvaluation, TradeApproved, TradeDenied, TradePlanned, VolumeCounted } from '@ballast/events';
import type { PolicyInForce } from '@ballast/policy';

export type ExposureEvent = TradeApproved | TradeDenied | ApprovalReleased | DayRolled | VolumeCounted;

/** An approval that has not ended: in flight until execution accepts or refuses it, then open until its round is counted. */
export interface Approval {
  readonly planId: Id;
  readonly tradeId: Id;
  readonly accountId: Id;
  readonly byInstrument: Readonly<Record<string, Notional>>;
  readonly planVolume: Notional;
  readonly validUntil: Ms;
  readonly opened: boolean;
  /** Instruments of which it takes over what earlier trades left open; absent where none. */
  readonly absorbs?: readonly string[];
}

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
  readonly approvals: Readonly<Record<Id, Approval>>;
  /** Plans judged today and the day before, by id, with the hash that was judged: a repeat is not judged again. */
  readonly judged: Readonly<Record<Id, { readonly hash: string; readonly day: string }>>;
  /** Rounds counted today and the day before. */
  readonly counted: Readonly<Record<Id, string>>;
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
  readonly tradeIds: readonly Id[];
}

export interface AccountSeen {
  readonly eligibleCollateral: Money;
  readonly observedAt: Ms;
}

/** A bot as it was created: it trades in one account. */
export interface BotSeen {
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly profiles: readonly string[];
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
