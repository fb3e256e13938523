import { Equals, IsIn, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms, type Price, price, type Quantity, quantity, type Side, SIDES, type SignedQuantity, signedQuantity } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** The venue has taken the position, or a part of it. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'position' })
export class PositionLiquidated {
  @Equals('PositionLiquidated') readonly type = 'PositionLiquidated';
  @Matches(ID) readonly accountId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsString() @MaxLength(2000) readonly liquidationId!: string;
  @IsIn(SIDES) readonly side!: Side;
  @DecimalField(quantity) readonly quantity!: Quantity;
  @DecimalField(price) readonly price!: Price;
  @DecimalField(money) readonly fee!: Money;
  @DecimalField(signedQuantity) readonly position!: SignedQuantity;
  @DecimalField(money) readonly realisedPnl!: Money;
  @IsInt() @Min(0) readonly venueTime!: Ms;
}
