import { IsIn, IsInt, IsOptional, Matches, Min } from 'class-validator';
import { type Bps, bps, type Id, ID, type Money, money, type Ms, type Price, price, type Quantity, quantity, type Side, SIDES } from '@ballast/domain';
import { DecimalField } from './contract.js';

/** What an order is for. TARGET: rests at the target price of a held leg; REDUCE: takes a part of it back, because its collateral can't be kept up. */
export const ORDER_PURPOSES = ['ENTRY', 'HEDGE', 'UNWIND', 'EXIT', 'TRIM', 'TARGET', 'REDUCE'] as const;
export type OrderPurpose = (typeof ORDER_PURPOSES)[number];

/** A stop or a target that a price has reached, and the price that reached it. */
export class ReachedLevel {
  @IsInt() @Min(0) readonly leg!: number;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsIn(['STOP', 'TARGET']) readonly level!: 'STOP' | 'TARGET';
  /** As planned. */
  @DecimalField(price) readonly price!: Price;
  /** Best price of the side that an exit takes, in a fresh book. */
  @DecimalField(price) readonly touch!: Price;
  @IsInt() @Min(0) readonly bookSequence!: number;
}

/** So much of what protection wants taken back was asked of this trade (R91). */
export class ReductionPart {
  /** Of the request: each is answered once. */
  @Matches(ID) readonly reductionId!: Id;
  /** Base units. */
  @DecimalField(quantity) readonly quantity!: Quantity;
}

/** Time limits and price limits of one trade, fixed when it opens. */
export class ExecutionLimits {
  @IsInt() @Min(0) readonly makerTimeoutMs!: Ms;
  @IsInt() @Min(0) readonly nakedTimeoutMs!: Ms;
  @IsInt() @Min(0) readonly orderTimeToLiveMs!: Ms;
  @DecimalField(bps) readonly slippageBpsMax!: Bps;
  /** How long the lagging leg's resting order may still be met before it makes way for one that takes, ms of market time; default 0. */
  @IsOptional() @IsInt() @Min(0) readonly hedgePatienceMs?: Ms;
  /** An exit or an unwind that has not ended for so long is told again, ms of market time; default 60,000. */
  @IsOptional() @IsInt() @Min(1) readonly unwindAlarmMs?: Ms;
}

/** What one leg did. */
export class LegResult {
  @IsInt() @Min(0) readonly leg!: number;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  @IsIn(SIDES) readonly side!: Side;
  @DecimalField(quantity) readonly planned!: Quantity;
  /** Entry fills. */
  @DecimalField(quantity) readonly filled!: Quantity;
  /** Exit and unwind fills, and what the venue liquidated. */
  @DecimalField(quantity) readonly exited!: Quantity;
  @DecimalField(price, { optional: true }) readonly averagePrice?: Price;
  @DecimalField(price, { optional: true }) readonly averageExitPrice?: Price;
  @DecimalField(money) readonly fees!: Money;
}
