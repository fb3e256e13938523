import { IsBoolean, IsIn, IsObject, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { ID, type Id, type Money, money } from '@ballast/domain';
import { DecimalField } from '@ballast/events';

const COUNT = /^[1-9]\d{0,3}$/;
const TIME = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/;

/** A query that asks for nothing in particular. */
export class NoQuery {}

/** A write whose path says it all. */
export class NoBody {}

export class PortfolioQuery {
  @IsOptional() @Matches(ID) readonly portfolio?: Id;
}

export class AllQuery {
  @IsOptional() @IsIn(['true', 'false']) readonly all?: 'true' | 'false';
}

/** A page of trades, newest first. */
export class TradesQuery {
  @IsOptional() @Matches(ID) readonly bot?: Id;
  /** Rows of a page, 1 to 9999. Default 50. */
  @IsOptional() @Matches(COUNT) readonly limit?: string;
  /** Trades before this one: what `Link: rel="next"` names. */
  @IsOptional() @Matches(ID) readonly before?: Id;
}

/** The newest so many, oldest first. */
export class NewestQuery {
  /** 1 to 9999. Default 500. */
  @IsOptional() @Matches(COUNT) readonly limit?: string;
}

export class SettingsBody {
  @IsObject() readonly settings!: Readonly<Record<string, unknown>>;
}

export class ReasonBody {
  @IsOptional() @IsString() @MinLength(1) @MaxLength(500) readonly reason?: string;
}

/** Why it is done for good. */
export class DeleteBody {
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

/** A scope of a portfolio: the whole of it, one of its bots, or one instrument. */
export class ScopeBody {
  /** Default: the only one there is. */
  @IsOptional() @Matches(ID) readonly portfolioId?: Id;
  @IsIn(['PORTFOLIO', 'BOT', 'INSTRUMENT']) readonly scope!: 'PORTFOLIO' | 'BOT' | 'INSTRUMENT';
  /** The bot or instrument; of a portfolio it is left out. */
  @IsOptional() @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly scopeId?: string;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

/** What is stopped at the venue: every account, those of a portfolio, or one. */
export class VenueHaltBody {
  /** Default: all there are. */
  @IsOptional() @Matches(ID) readonly portfolioId?: Id;
  @IsOptional() @Matches(ID) readonly accountId?: Id;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

export class PromotionBody {
  @IsOptional() @Matches(ID) readonly portfolioId?: Id;
  /** States that the alert thresholds fit the new size (R55). */
  @IsOptional() @IsBoolean() readonly alertsUpdated?: boolean;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

export class DecisionBody {
  @IsOptional() @Matches(ID) readonly portfolioId?: Id;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

export class RollbackBody {
  @IsOptional() @Matches(ID) readonly portfolioId?: Id;
  /** A lower rung; default the one below. */
  @IsOptional() @IsString() @MinLength(1) @MaxLength(64) readonly to?: string;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

export class WithdrawalBody {
  @IsOptional() @Matches(ID) readonly portfolioId?: Id;
  @IsIn(['WITHDRAWAL', 'OPERATING']) readonly fund!: 'WITHDRAWAL' | 'OPERATING';
  /** Quote currency, in whole cents. */
  @DecimalField(money) readonly amount!: Money;
  @IsString() @MinLength(1) @MaxLength(500) readonly reason!: string;
}

export class ReportQuery {
  @IsOptional() @Matches(ID) readonly portfolio?: Id;
  @IsOptional() @Matches(ID) readonly bot?: Id;
  @IsOptional() @Matches(TIME) readonly from?: string;
  @IsOptional() @Matches(TIME) readonly to?: string;
  @IsOptional() @IsIn(['true', 'false']) readonly all?: 'true' | 'false';
  /** Days begin so long after 00:00 UTC, as 8h. */
  @IsOptional() @Matches(/^\d{1,9}(?:ms|s|m|h|d)$/) readonly dayStart?: string;
  @IsOptional() @IsIn(['json', 'md', 'csv']) readonly format?: 'json' | 'md' | 'csv';
  /** Which table, where a report has several as CSV; default the first. */
  @IsOptional() @Matches(/^[A-Za-z0-9._-]{1,64}$/) readonly file?: string;
}

/** A live feed: everything, or some kinds of streams only. */
export class EventsQuery {
  /** Separated by commas: bot, trade, position, ladder … */
  @IsOptional() @Matches(/^[a-z-]{1,40}(?:,[a-z-]{1,40}){0,19}$/) readonly kinds?: string;
}
