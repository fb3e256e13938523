import { Equals, IsIn, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, LIQUIDITIES, type Liquidity, type Money, money, type Ms, type Price, price, type Quantity, quantity, type Side, SIDES } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';
import { ORDER_PURPOSES, type OrderPurpose } from '../trade-shapes.js';

/** One execution of one order. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class OrderFilled {
  @Equals('OrderFilled') readonly type = 'OrderFilled';
  @Matches(ID) readonly clientOrderId!: Id;
  /** The venue's identity of it. */
  @IsString() @MaxLength(2000) readonly fillId!: string;
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @IsInt() @Min(0) readonly leg!: number;
  @IsIn(ORDER_PURPOSES) readonly purpose!: OrderPurpose;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsIn(SIDES) readonly side!: Side;
  @DecimalField(quantity) readonly quantity!: Quantity;
  @DecimalField(price) readonly price!: Price;
  /** Positive = paid. */
  @DecimalField(money) readonly fee!: Money;
  @IsIn(LIQUIDITIES) readonly liquidity!: Liquidity;
  @IsInt() @Min(0) readonly venueTime!: Ms;
}
