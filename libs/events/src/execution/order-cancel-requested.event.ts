import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** Execution wants the rest of the order gone. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class OrderCancelRequested {
  @Equals('OrderCancelRequested') readonly type = 'OrderCancelRequested';
  @Matches(ID) readonly clientOrderId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @IsString() @MaxLength(2000) readonly reason!: string;
}
