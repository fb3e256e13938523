import { Equals, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID, type Money, money } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { TreasuryBalances, TreasuryEntry } from '../treasury-shapes.js';

/**
 * A person says which fund a transfer out was of: it left this fund, and not trading equity, where its transfer was booked
 * when the venue told of it. Written by: collateral.
 */
@EventContract({ writer: 'collateral', kind: 'treasury' })
export class TreasuryWithdrawn {
  @Equals('TreasuryWithdrawn') readonly type = 'TreasuryWithdrawn';
  @Matches(ID) readonly portfolioId!: Id;
  /** Of the person's command: repeated, it is the same. */
  @Matches(ID) readonly withdrawalId!: Id;
  @IsIn(['WITHDRAWAL', 'OPERATING']) readonly fund!: 'WITHDRAWAL' | 'OPERATING';
  @DecimalField(money) readonly amount!: Money;
  @IsString() @MaxLength(2000) readonly reason!: string;
  @IsString() @MaxLength(2000) readonly by!: string;
  @Nested(() => TreasuryEntry, { array: true }) readonly entries!: readonly TreasuryEntry[];
  @Nested(() => TreasuryBalances) readonly balances!: TreasuryBalances;
}
