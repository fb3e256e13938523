import { Equals, IsIn, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms, type Price, price, type Quantity, quantity, type Side, SIDES, type SignedQuantity, signedQuantity } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** More of the same side, by one fill. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'position' })
export class PositionIncreased {
  @Equals('PositionIncreased') readonly type = 'PositionIncreased';
  @Matches(ID) readonly accountId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsString() @MaxLength(2000) readonly fillId!: string;
  @Matches(ID) readonly tradeId!: Id;
  @IsIn(SIDES) readonly side!: Side;
  @DecimalField(quantity) readonly quantity!: Quantity;
  @DecimalField(price) readonly price!: Price;
  @DecimalField(money) readonly fee!: Money;
  /** After this fill. */
  @DecimalField(signedQuantity) readonly position!: SignedQuantity;
  /** Average of what is open after this fill; absent when flat. */
  @DecimalField(price, { optional: true }) readonly entryPrice?: Price;
  /** Of this fill, before its fee. */
  @DecimalField(money) readonly realisedPnl!: Money;
  @IsInt() @Min(0) readonly venueTime!: Ms;
}
