import type { Decimal, Id, Money, Ms, Ratio, TradingState } from '@ballast/domain';
import type { HardStop, HardStopResumed, HardStopTripped, MarkSeen, PeriodOpened, StopScope } from '@ballast/events';

export type StopEvent = PeriodOpened | HardStopTripped | HardStopResumed;

/** A day or a week of hard stops. */
export interface Period {
  /** Its first day, 2025-09-04. */
  readonly key: string;
  readonly startsAt: Ms;
  readonly endsAt: Ms;
}

/** What a portfolio, or one bot of it, has lost, by every measure that a stop can have; losses are 0 or more. */
export interface StopFigures {
  readonly scope: StopScope;
  readonly scopeId: Id;
  /** Capital at work now, every open position at its newest mark. */
  readonly equity: Money;
  /** Every result since the first trade, realised and not, after fees and funding. */
  readonly result: Money;
  readonly day: { readonly equity: Money; readonly result: Money; readonly lossRatio: Ratio; readonly loss: Money };
  readonly week: { readonly equity: Money; readonly result: Money; readonly lossRatio: Ratio };
  readonly peak: { readonly equity: Money; readonly drawdownRatio: Ratio };
  /** Losing trades in a row, since the stop of their number was last resumed. */
  readonly lossesInARow: number;
  /** Resumes that these figures know of: figures of before a resume trip nothing after it. */
  readonly resumes: number;
}

/** One limit in force. */
export interface StopLimit {
  readonly stop: HardStop;
  readonly scope: StopScope;
  readonly scopeId: Id;
  readonly limit: Decimal;
  /** `name@version`, with the rung where one holds. */
  readonly profile: string;
}

/** A stop that is latched. */
export interface Tripped {
  readonly stop: HardStop;
  readonly scope: StopScope;
  readonly scopeId: Id;
  readonly profile: string;
  readonly unit: HardStopTripped['unit'];
  readonly value: string;
  readonly limit: string;
  readonly state: TradingState;
  readonly heldUntil?: Ms;
}

export interface Stops {
  readonly day?: Period;
  readonly week?: Period;
  /** Scopes whose day and week are open. */
  readonly scopes: Readonly<Record<string, { readonly day: string; readonly week: string; readonly resumes: number }>>;
  /** By stop and scope. */
  readonly tripped: Readonly<Record<string, Tripped>>;
}

export interface ObserveStops {
  readonly type: 'ObserveStops';
  readonly portfolioId: Id;
  readonly day: Period;
  readonly week: Period;
  readonly figures: readonly StopFigures[];
  readonly limits: readonly StopLimit[];
  readonly marks: readonly MarkSeen[];
}

/** A person lets a scope trade again. */
export interface ResumeStops {
  readonly type: 'ResumeStops';
  readonly portfolioId: Id;
  readonly scope: StopScope;
  readonly scopeId: Id;
  readonly equity: Money;
  readonly result: Money;
  readonly reason: string;
  readonly by: string;
}

export type StopCommand = ObserveStops | ResumeStops;
