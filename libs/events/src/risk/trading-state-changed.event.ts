import { Equals, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID, TRADING_STATES, type TradingState } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** What may be traded in this scope; the strictest of portfolio, bot and instrument wins. Written by: risk. */
@EventContract({ writer: 'risk', kind: 'trading-state' })
export class TradingStateChanged {
  @Equals('TradingStateChanged') readonly type = 'TradingStateChanged';
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(['PORTFOLIO', 'BOT', 'INSTRUMENT']) readonly scope!: 'PORTFOLIO' | 'BOT' | 'INSTRUMENT';
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly scopeId!: string;
  @IsIn(TRADING_STATES) readonly state!: TradingState;
  @IsString() @MaxLength(2000) readonly reason!: string;
  @IsString() @MaxLength(2000) readonly by!: string;
}
