import { Equals, IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Ms, type Price, price, type Quantity, quantity, type Side, SIDES, type TimeInForce, TIMES_IN_FORCE } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';
import { ORDER_PURPOSES, type OrderPurpose } from '../trade-shapes.js';

/** The intent is durable; the venue has not answered. The identical payload, and no other, may be sent again. Written by: execution. */
@EventContract({ writer: 'execution', kind: 'trade' })
export class OrderSubmitted {
  @Equals('OrderSubmitted') readonly type = 'OrderSubmitted';
  @Matches(ID) readonly clientOrderId!: Id;
  /** The identity at the venue, known before sending. */
  @IsOptional() @IsString() @MaxLength(2000) readonly venueOrderId?: string;
  @Matches(ID) readonly tradeId!: Id;
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @IsInt() @Min(0) readonly leg!: number;
  @IsIn(ORDER_PURPOSES) readonly purpose!: OrderPurpose;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsIn(SIDES) readonly side!: Side;
  /** Base units; a whole number of lots. */
  @DecimalField(quantity) readonly quantity!: Quantity;
  /** A whole number of ticks. */
  @DecimalField(price) readonly limitPrice!: Price;
  @IsIn(TIMES_IN_FORCE) readonly timeInForce!: TimeInForce;
  @IsBoolean() readonly postOnly!: boolean;
  @IsBoolean() readonly reduceOnly!: boolean;
  @IsInt() @Min(0) readonly receiveBy!: Ms;
  @IsInt() @Min(0) readonly expiresAt!: Ms;
  /** When execution looks at it again. */
  @IsInt() @Min(0) readonly deadlineAt!: Ms;
  @IsInt() @Min(0) readonly slice!: number;
  @IsInt() @Min(0) readonly attempt!: number;
  /** The order whose unfilled remainder this one takes over. */
  @IsOptional() @Matches(ID) readonly replaces?: Id;
  /** The book it was priced from. */
  @IsInt() @Min(0) readonly bookSequence!: number;
}
