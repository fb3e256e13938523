import { Equals, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Ms, type Quantity, quantity } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** The order has ended with this much unfilled; told again where a late fill corrects the venue's own figure: the last one counts. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class OrderCancelled {
  @Equals('OrderCancelled') readonly type = 'OrderCancelled';
  @Matches(ID) readonly clientOrderId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @DecimalField(quantity) readonly unfilled!: Quantity;
  @IsString() @MaxLength(2000) readonly reason!: string;
  /** Market time before which nothing is sent for this leg, ms. */
  @IsOptional() @IsInt() @Min(0) readonly retryAt?: Ms;
}
