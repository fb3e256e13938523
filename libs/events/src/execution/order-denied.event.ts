import { Equals, IsIn, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { EventContract } from '../registry.js';

/** Execution refuses its own order on contract terms; nothing was sent and nothing is rounded. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class OrderDenied {
  @Equals('OrderDenied') readonly type = 'OrderDenied';
  @Matches(ID) readonly tradeId!: Id;
  @IsInt() @Min(0) readonly leg!: number;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsIn(['QUANTITY_OFF_LOT', 'PRICE_OFF_TICK', 'NOTIONAL_BELOW_MIN', 'QUANTITY_ZERO', 'BEYOND_APPROVAL']) readonly reason!: 'QUANTITY_OFF_LOT' | 'PRICE_OFF_TICK' | 'NOTIONAL_BELOW_MIN' | 'QUANTITY_ZERO' | 'BEYOND_APPROVAL';
  @IsString() @MaxLength(2000) readonly found!: string;
  @IsString() @MaxLength(2000) readonly allowed!: string;
}
