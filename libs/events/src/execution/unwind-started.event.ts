import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** The trade could not be completed: whatever is open is reduced to flat. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class UnwindStarted {
  @Equals('UnwindStarted') readonly type = 'UnwindStarted';
  @Matches(ID) readonly tradeId!: Id;
  @IsString() @MaxLength(2000) readonly reason!: string;
}
