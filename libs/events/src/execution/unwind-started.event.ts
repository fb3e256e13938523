import { Equals, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Ms } from '@ballast/domain';
import { Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { ReductionPart } from '../trade-shapes.js';

/** The trade could not be completed: whatever is open is reduced to flat. It is told again as long as that does not end. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class UnwindStarted {
  @Equals('UnwindStarted') readonly type = 'UnwindStarted';
  @Matches(ID) readonly tradeId!: Id;
  @IsString() @MaxLength(2000) readonly reason!: string;
  /** When it is told again, with what it waits for, if the trade is not over by then; market time, ms. */
  @IsOptional() @IsInt() @Min(0) readonly againAt?: Ms;
  /** What set it off, where that is a reduction for protection that leaves the whole trade. */
  @Nested(() => ReductionPart, { optional: true }) readonly reduction?: ReductionPart;
}
