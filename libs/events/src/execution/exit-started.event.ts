import { Equals, IsBoolean, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Bps, bps, type Id, ID, type Ms } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { ReachedLevel, ReductionPart } from '../trade-shapes.js';

/** The trade is being left, with the quantities it holds. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class ExitStarted {
  @Equals('ExitStarted') readonly type = 'ExitStarted';
  @Matches(ID) readonly tradeId!: Id;
  @IsOptional() @Matches(ID) readonly signalId?: Id;
  @IsString() @MaxLength(2000) readonly reason!: string;
  /** Worst slippage that its taking orders may accept, where the signal asks for less than execution's own limit; an unwind knows the latter only. */
  @DecimalField(bps, { optional: true }) readonly slippageBpsMax?: Bps;
  /** It takes, without a resting order first. */
  @IsOptional() @IsBoolean() readonly urgent?: boolean;
  /** The level that set it off, where no person and no signal did. */
  @Nested(() => ReachedLevel, { optional: true }) readonly reached?: ReachedLevel;
  /** When it is told again, with what it waits for, if the exit is not over by then; market time, ms. */
  @IsOptional() @IsInt() @Min(0) readonly againAt?: Ms;
  /** What set it off, where that is a reduction for protection that leaves the whole trade. */
  @Nested(() => ReductionPart, { optional: true }) readonly reduction?: ReductionPart;
}
