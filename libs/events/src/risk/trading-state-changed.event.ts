import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID, TRADING_STATES, type TradingState } from '@ballast/domain';
import { Nested } from '../contract.js';
import { EventContract } from '../registry.js';

/** What takes new risk away from a scope; each holds it on its own, and none lifts what another holds. */
export const HOLD_CAUSES = ['HARD_STOP', 'RECONCILIATION', 'PERSON'] as const;
export type HoldCause = (typeof HOLD_CAUSES)[number];

/** What some causes ask for from now on; ACTIVE: they hold the scope no longer. */
export class TradingHold {
  @IsArray() @IsIn(HOLD_CAUSES, { each: true }) @ArrayMinSize(1) @ArrayMaxSize(HOLD_CAUSES.length) readonly causes!: readonly HoldCause[];
  @IsIn(TRADING_STATES) readonly state!: TradingState;
}

/** What may be traded in this scope; the strictest of portfolio, bot and instrument wins. Written by: risk. */
@EventContract({ writer: 'risk', kind: 'trading-state' })
export class TradingStateChanged {
  @Equals('TradingStateChanged') readonly type = 'TradingStateChanged';
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(['PORTFOLIO', 'BOT', 'INSTRUMENT']) readonly scope!: 'PORTFOLIO' | 'BOT' | 'INSTRUMENT';
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly scopeId!: string;
  /** The strictest that anything asks of the scope now. */
  @IsIn(TRADING_STATES) readonly state!: TradingState;
  @IsString() @MaxLength(2000) readonly reason!: string;
  @IsString() @MaxLength(2000) readonly by!: string;
  /** Whose hold has changed; absent in older logs, where a scope had one hold, of whoever had set it. */
  @Nested(() => TradingHold, { optional: true }) readonly hold?: TradingHold;
}
