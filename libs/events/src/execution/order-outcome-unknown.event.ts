import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** The venue did not answer: the order is looked up by its identity, in open orders and in history. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class OrderOutcomeUnknown {
  @Equals('OrderOutcomeUnknown') readonly type = 'OrderOutcomeUnknown';
  @Matches(ID) readonly clientOrderId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @IsString() @MaxLength(2000) readonly reason!: string;
}
