import { Equals, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms, type Ratio, ratio } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { TreasuryBalances, TreasuryEntry } from '../treasury-shapes.js';

/** A day is over: what its net realised profit rose above the high-water mark is split (R96, R102, C-41, W-8). Bookings inside the portfolio's money: nothing moves at a venue. Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'treasury' })
export class TreasuryDayClosed {
  @Equals('TreasuryDayClosed') readonly type = 'TreasuryDayClosed';
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(/^\d{4}-\d{2}-\d{2}$/) readonly day!: string;
  /** When the day was over, ms of market time. */
  @IsInt() @Min(0) readonly boundaryAt!: Ms;
  @IsInt() @Min(0) readonly nextBoundaryAt!: Ms;
  /** `name@version` of the profile that splits. */
  @Matches(/^[A-Za-z0-9._@/-]{1,128}$/) readonly profile!: string;
  /** Net result of the day. */
  @DecimalField(money) readonly dayResult!: Money;
  /** Net results to date. */
  @DecimalField(money) readonly results!: Money;
  @DecimalField(money) readonly highWaterMarkBefore!: Money;
  @DecimalField(money) readonly highWaterMark!: Money;
  /** Results to date above the mark before; 0 where they are not. The four parts below are all of it. */
  @DecimalField(money) readonly profit!: Money;
  /** Won trades in a row at the day's end. */
  @IsInt() @Min(0) readonly winsInARow!: number;
  /** Chest's share in force: with the extra of a hot streak (C-41). */
  @DecimalField(ratio) readonly chestRatio!: Ratio;
  /** Stays trading equity, with what the rounding of the others leaves. */
  @DecimalField(money) readonly reinvested!: Money;
  @DecimalField(money) readonly toChest!: Money;
  @DecimalField(money) readonly toOperating!: Money;
  @DecimalField(money) readonly toWithdrawal!: Money;
  @Nested(() => TreasuryEntry, { array: true }) readonly entries!: readonly TreasuryEntry[];
  @Nested(() => TreasuryBalances) readonly balances!: TreasuryBalances;
}
