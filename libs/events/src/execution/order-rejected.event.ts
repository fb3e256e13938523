import { Equals, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
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
}
