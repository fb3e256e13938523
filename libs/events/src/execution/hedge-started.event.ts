import { Equals, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** One leg leads; the other follows its fills by taking. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class HedgeStarted {
  @Equals('HedgeStarted') readonly type = 'HedgeStarted';
  @Matches(ID) readonly tradeId!: Id;
  @IsInt() @Min(0) readonly leaderLeg!: number;
  @IsString() @MaxLength(2000) readonly reason!: string;
}
