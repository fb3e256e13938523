import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { ID, type Id } from '@ballast/domain';
import type { Scope } from './trading-state/trading-state.decider.js';

/** Halts, reduces or resumes one scope of a portfolio. */
export class ChangeTradingState {
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(['PORTFOLIO', 'BOT', 'INSTRUMENT']) readonly scope!: Scope;
  /** The portfolio, bot or instrument. */
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly scopeId!: string;
  @IsOptional() @IsString() @MaxLength(500) readonly reason?: string;
}

export class OfPortfolio {
  @Matches(ID) readonly portfolioId!: Id;
}
