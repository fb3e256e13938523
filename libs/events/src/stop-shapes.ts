import { IsIn, Matches } from 'class-validator';
import { type Money, money } from '@ballast/domain';
import { DecimalField } from './contract.js';

/** What stops: the whole portfolio, or one bot of it (W-17). */
export const STOP_SCOPES = ['PORTFOLIO', 'BOT'] as const;
export type StopScope = (typeof STOP_SCOPES)[number];

/**
 * Hard stops: loss of the day as a share of its first equity and as an amount, loss of the week, losing trades in a row, and
 * fall from the highest equity, which reduces first and halts later (R111, R54, W-5).
 */
export const HARD_STOPS = ['DAILY_LOSS', 'DAILY_LOSS_AMOUNT', 'WEEKLY_LOSS', 'CONSECUTIVE_LOSSES', 'DRAWDOWN_REDUCE', 'DRAWDOWN_HALT'] as const;
export type HardStop = (typeof HARD_STOPS)[number];

/** What one scope had when a period began: its losses are counted from here. */
export class PeriodStart {
  @IsIn(STOP_SCOPES) readonly scope!: StopScope;
  @Matches(/^[A-Za-z0-9_-]{1,64}$/) readonly scopeId!: string;
  /** Capital at work: equity without what is reserved (C-10, W-8). */
  @DecimalField(money) readonly equity!: Money;
  /** Every result since the first trade, realised and not, after fees and funding. */
  @DecimalField(money) readonly result!: Money;
}
