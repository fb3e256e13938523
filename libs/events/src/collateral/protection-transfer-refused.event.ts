import { Equals, IsBoolean, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Ms } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** The venue has refused the transfer, it can never arrive any more, or it was given up: nothing has moved. Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionTransferRefused {
  @Equals('ProtectionTransferRefused') readonly type = 'ProtectionTransferRefused';
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly transferId!: Id;
  /** Class of the venue's error; `notFound` where it never arrived; `late` where it waited too long and nothing had left; `givenUp` where it was in doubt: one that arrives all the same is told as done later. */
  @Matches(/^[A-Za-z]{1,32}$/) readonly kind!: string;
  @IsString() @MaxLength(2000) readonly reason!: string;
  /** True where the venue takes no transfers at all. */
  @IsBoolean() readonly frozen!: boolean;
  @IsInt() @Min(0) readonly at!: Ms;
}
