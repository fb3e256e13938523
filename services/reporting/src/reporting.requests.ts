import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { type Bps, bps, type Id, ID, type Notional, notional, type Ratio, ratio } from '@ballast/domain';
import { DecimalField } from '@ballast/events';

/** Whose: one portfolio's, one bot's; without either, everyone's. */
export class ScopeQuery {
  @IsOptional() @Matches(ID) readonly portfolioId?: Id;
  @IsOptional() @Matches(ID) readonly botId?: Id;
}

/** The last so many, oldest of them first. */
export class ListQuery extends ScopeQuery {
  @IsOptional() @IsInt() @Min(1) @Max(500) readonly last?: number;
}

export class OrdersQuery extends ListQuery {
  @IsOptional() @Matches(ID) readonly tradeId?: Id;
  /** Only those that rest or are on their way. */
  @IsOptional() @IsIn(['OPEN', 'ALL']) readonly which?: 'OPEN' | 'ALL';
}

export const STATE_PARTS = ['bots', 'positions', 'orders', 'balances'] as const;

/** One part of a state that is too large for one answer, by key; `after` = the last key of the page before. */
export class StateQuery {
  @IsOptional() @IsIn(STATE_PARTS) readonly part?: (typeof STATE_PARTS)[number];
  @IsOptional() @IsString() @MaxLength(200) readonly after?: string;
}

/** The assumptions of R19; fees are those of the venue's schedule (W-15). */
export class ProjectPnl {
  @IsInt() @Min(0) readonly tradesPerDay!: number;
  @DecimalField(notional) readonly notional!: Notional;
  @DecimalField(bps) readonly spreadBps!: Bps;
  @DecimalField(ratio) readonly makerShare!: Ratio;
  @DecimalField(bps) readonly makerRoundBps!: Bps;
  @DecimalField(bps) readonly takerRoundBps!: Bps;
}
