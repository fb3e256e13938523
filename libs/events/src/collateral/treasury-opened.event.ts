import { Equals, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { AccountMoney, TreasuryBalances, TreasuryEntry } from '../treasury-shapes.js';

/** A bound profile splits this portfolio's profit from now on (W-18); what is there already is trading equity. Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'treasury' })
export class TreasuryOpened {
  @Equals('TreasuryOpened') readonly type = 'TreasuryOpened';
  @Matches(ID) readonly portfolioId!: Id;
  /** `name@version` of the profile that binds it. */
  @Matches(/^[A-Za-z0-9._@/-]{1,128}$/) readonly profile!: string;
  /** The day that has begun, 2026-01-05. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/) readonly day!: string;
  @IsInt() @Min(0) readonly nextBoundaryAt!: Ms;
  /** Net results to date: only what rises above it is split (W-8). */
  @DecimalField(money) readonly highWaterMark!: Money;
  /** Last message of the partition whose money is booked. */
  @IsInt() @Min(0) readonly throughSequence!: number;
  @Nested(() => AccountMoney, { array: true }) readonly accounts!: readonly AccountMoney[];
  @Nested(() => TreasuryEntry, { array: true }) readonly entries!: readonly TreasuryEntry[];
  @Nested(() => TreasuryBalances) readonly balances!: TreasuryBalances;
}
