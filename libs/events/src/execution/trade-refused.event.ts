import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** Execution does not accept an approval: too late, or the trading state forbids new risk. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class TradeRefused {
  @Equals('TradeRefused') readonly type = 'TradeRefused';
  @Matches(ID) readonly planId!: Id;
  @Matches(ID) readonly signalId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @IsString() @MaxLength(2000) readonly reason!: string;
}
