import { Equals, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { AccountMoney, TreasuryBalances, TreasuryEntry } from '../treasury-shapes.js';

/** Transfers and results entered trading equity. Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'treasury' })
export class TreasuryBooked {
  @Equals('TreasuryBooked') readonly type = 'TreasuryBooked';
  @Matches(ID) readonly portfolioId!: Id;
  /** Last message of the partition whose money is booked. */
  @IsInt() @Min(0) readonly throughSequence!: number;
  /** What came since the last booking. */
  @Nested(() => AccountMoney, { array: true }) readonly accounts!: readonly AccountMoney[];
  @Nested(() => TreasuryEntry, { array: true }) readonly entries!: readonly TreasuryEntry[];
  @Nested(() => TreasuryBalances) readonly balances!: TreasuryBalances;
}
