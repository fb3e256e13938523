import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** The venue has the order. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class OrderAccepted {
  @Equals('OrderAccepted') readonly type = 'OrderAccepted';
  @Matches(ID) readonly clientOrderId!: Id;
  @Matches(ID) readonly tradeId!: Id;
  @IsString() @MaxLength(2000) readonly venueOrderId!: string;
}
