import type { Decimal, Money, TradingState } from '@ballast/domain';
import { Decimal as Exact } from '@ballast/domain';
import type { HardStop, HardStopTripped } from '@ballast/events';
import type { StopFigures, Stops } from './stops.types.js';

/** What one stop measures, and what follows from it. */
interface StopRule {
  readonly unit: HardStopTripped['unit'];
  /** What follows from reaching the limit (C-2, W-5). */
  readonly state: TradingState;
  /** Until when nobody resumes it (W-9, C-49). */
  readonly heldFor?: 'day' | 'week';
  readonly measure: (figures: StopFigures) => Decimal;
  readonly baseline: (figures: StopFigures) => Money;
}

/**
 * The hard stops (R111, R54, C-2, C-3, W-5, W-9): losses of the day and week hold until it ends, losing trades in a row until the
 * next day (C-49), a drawdown until an approver says so.
 */
export const STOP_RULES: Readonly<Record<HardStop, StopRule>> = {
  DAILY_LOSS: { unit: 'RATIO', state: 'HALTED', heldFor: 'day', measure: ({ day }) => day.lossRatio, baseline: ({ day }) => day.equity },
  DAILY_LOSS_AMOUNT: { unit: 'USD', state: 'HALTED', heldFor: 'day', measure: ({ day }) => day.loss, baseline: ({ day }) => day.equity },
  WEEKLY_LOSS: { unit: 'RATIO', state: 'HALTED', heldFor: 'week', measure: ({ week }) => week.lossRatio, baseline: ({ week }) => week.equity },
  CONSECUTIVE_LOSSES: { unit: 'COUNT', state: 'HALTED', heldFor: 'day', measure: ({ lossesInARow }) => new Exact(lossesInARow), baseline: ({ equity }) => equity },
  DRAWDOWN_REDUCE: { unit: 'RATIO', state: 'REDUCING', measure: ({ peak }) => peak.drawdownRatio, baseline: ({ peak }) => peak.equity },
  DRAWDOWN_HALT: { unit: 'RATIO', state: 'HALTED', measure: ({ peak }) => peak.drawdownRatio, baseline: ({ peak }) => peak.equity },
};

/** No resume before it; undefined where an approver may at any time. */
export const heldUntil = (stop: HardStop, { day, week }: Stops): number | undefined => {
  const { heldFor } = STOP_RULES[stop];
  return heldFor === 'day' ? day?.endsAt : heldFor === 'week' ? week?.endsAt : undefined;
};
