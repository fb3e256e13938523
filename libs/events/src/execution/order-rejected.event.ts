import { Equals, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Ms } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** The venue refused the order, or it is certain that it never arrived. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class OrderRejected {
  @Equals('OrderRejected') readonly type = 'OrderRejected';
  @Matches(ID) readonly clientOrderId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly kind!: string;
  @IsOptional() @IsString() @MaxLength(2000) readonly venueCode?: string;
  @IsString() @MaxLength(2000) readonly message!: string;
  /** Market time before which nothing is sent for this leg, ms. */
  @IsOptional() @IsInt() @Min(0) readonly retryAt?: Ms;
}
