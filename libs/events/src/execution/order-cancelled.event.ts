import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID, type Quantity, quantity } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** The order has ended with this much unfilled. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class OrderCancelled {
  @Equals('OrderCancelled') readonly type = 'OrderCancelled';
  @Matches(ID) readonly clientOrderId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @DecimalField(quantity) readonly unfilled!: Quantity;
  @IsString() @MaxLength(2000) readonly reason!: string;
}
