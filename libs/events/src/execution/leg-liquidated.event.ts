import { Equals, IsIn, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms, type Price, price, type Quantity, quantity, type Side, SIDES } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** The venue has taken this much of what the trade held of the leg; its position tells of the whole (PositionLiquidated). Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class LegLiquidated {
  @Equals('LegLiquidated') readonly type = 'LegLiquidated';
  @Matches(ID) readonly tradeId!: Id;
  @IsInt() @Min(0) readonly leg!: number;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsString() @MaxLength(2000) readonly liquidationId!: string;
  @IsIn(SIDES) readonly side!: Side;
  @DecimalField(quantity) readonly quantity!: Quantity;
  @DecimalField(price) readonly price!: Price;
  /** This trade's part of what the venue charged beside the price, positive = paid. */
  @DecimalField(money) readonly fee!: Money;
  @IsInt() @Min(0) readonly venueTime!: Ms;
}
