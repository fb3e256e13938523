import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** The strategy no longer wants it. Written by: any strategy. */
@EventContract({ writer: 'strategy-*', kind: 'signal' })
export class SignalWithdrawn {
  @Equals('SignalWithdrawn') readonly type = 'SignalWithdrawn';
  @Matches(ID) readonly signalId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @IsString() @MaxLength(2000) readonly reason!: string;
}
