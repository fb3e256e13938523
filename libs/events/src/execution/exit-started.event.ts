import { Equals, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** The trade is being left, with the quantities it holds. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class ExitStarted {
  @Equals('ExitStarted') readonly type = 'ExitStarted';
  @Matches(ID) readonly tradeId!: Id;
  @IsOptional() @Matches(ID) readonly signalId?: Id;
  @IsString() @MaxLength(2000) readonly reason!: string;
}
