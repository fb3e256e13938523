import { IsIn, IsInt, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Bps, bps, type Ms, type Notional, notional, type Price, price, type Quantity, quantity, type Ratio, ratio, type Side, SIDES, type SignedQuantity, signedQuantity } from '@ballast/domain';
import { DecimalField, Nested } from './contract.js';

/** One price level of a book that a decision walked. */
export class SeenLevel {
  @DecimalField(price) readonly price!: Price;
  /** Base units taken from it, or shown at it. */
  @DecimalField(quantity) readonly quantity!: Quantity;
}

/** What a decision saw of one instrument, and how old it was. */
export class SeenPrice {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @DecimalField(price) readonly bestBid!: Price;
  @DecimalField(price) readonly bestAsk!: Price;
  @DecimalField(price, { optional: true }) readonly markPrice?: Price;
  @IsInt() @Min(0) readonly exchangeTime!: Ms;
  @IsInt() @Min(0) readonly bookSequence!: number;
}

/** The instrument rules a plan was made under. */
export class ContractTerms {
  @DecimalField(quantity) readonly lotSize!: Quantity;
  @DecimalField(price) readonly tickSize!: Price;
  @DecimalField(notional) readonly notionalMin!: Notional;
  @DecimalField(bps) readonly makerFeeBps!: Bps;
  @DecimalField(bps) readonly takerFeeBps!: Bps;
  @DecimalField(ratio) readonly initialMarginRatio!: Ratio;
  @DecimalField(ratio) readonly maintenanceMarginRatio!: Ratio;
}

/** One instrument and side of a trade, with the quantity decided once and for all (R36). */
export class PlannedLeg {
  /** 0 for the first leg (A), 1 for the second (B). */
  @IsInt() @Min(0) readonly leg!: number;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsIn(SIDES) readonly side!: Side;
  /** Base units; a whole number of lots. */
  @DecimalField(quantity) readonly quantity!: Quantity;
  /** What earlier trades left open of this instrument and this one takes over, signed as a position: the leg then holds it and `quantity`. */
  @DecimalField(signedQuantity, { optional: true }) readonly residualAbsorbed?: SignedQuantity;
  /** Where execution leaves by taking: the first price at it or beyond it, on the tick; the losing side of the entry. */
  @DecimalField(price, { optional: true }) readonly stopPrice?: Price;
  /** Where execution rests a reduce-only order, on the tick; the winning side of the entry. */
  @DecimalField(price, { optional: true }) readonly targetPrice?: Price;
  /** The orders it is sent in; they add up to `quantity`. */
  @DecimalField(quantity, { array: true }) readonly slices!: readonly Quantity[];
  /** Mid at planning: imbalance is judged at it. */
  @DecimalField(price) readonly referencePrice!: Price;
  /** quantity x referencePrice. */
  @DecimalField(notional) readonly notional!: Notional;
  /** Taking it all at once from the book seen, against the best opposing price. */
  @DecimalField(bps) readonly estimatedSlippageBps!: Bps;
  /** Offered within the slippage band on the side that this leg takes. */
  @DecimalField(notional) readonly depthNotional!: Notional;
  /** Offered within the same band on the other side, where its makers rest: with the former, how the book leans (R106). */
  @DecimalField(notional, { optional: true }) readonly oppositeDepthNotional?: Notional;
  /** Levels walked by the estimate. */
  @Nested(() => SeenLevel, { array: true }) readonly levels!: readonly SeenLevel[];
  @Nested(() => SeenPrice) readonly seen!: SeenPrice;
  @Nested(() => ContractTerms) readonly terms!: ContractTerms;
}

/** One ceiling on the size of a leg. */
export class Cap {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly name!: string;
  @DecimalField(notional) readonly limit!: Notional;
  /** The requirement or profile it comes from. */
  @IsString() @MaxLength(2000) readonly source!: string;
}

/** A wanted instrument and side. */
export class SignalLeg {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsIn(SIDES) readonly side!: Side;
  /** Price at which the trade is left at a loss, held by execution once it is open. */
  @DecimalField(price, { optional: true }) readonly stopPrice?: Price;
  /** Price at which the trade is left at a gain, held by execution once it is open. */
  @DecimalField(price, { optional: true }) readonly targetPrice?: Price;
}
