import { Equals, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms, type Ratio, ratio, type SignedQuantity, signedQuantity } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** Funding was paid or received on the position. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'position' })
export class FundingSettled {
  @Equals('FundingSettled') readonly type = 'FundingSettled';
  @Matches(ID) readonly accountId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsString() @MaxLength(2000) readonly paymentId!: string;
  /** Positive = received. */
  @DecimalField(money) readonly amount!: Money;
  @DecimalField(ratio) readonly rateHourly!: Ratio;
  @DecimalField(signedQuantity) readonly position!: SignedQuantity;
  @IsInt() @Min(0) readonly venueTime!: Ms;
}
