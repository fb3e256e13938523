import { Equals, Matches } from 'class-validator';
import { type Id, ID, type Money, money, type Ratio, ratio } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { TreasuryBalances, TreasuryEntry } from '../treasury-shapes.js';

/** A share of what the war chest held above its threshold went back to trading equity, once a day (R96, C-42). Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'treasury' })
export class ChestReinvested {
  @Equals('ChestReinvested') readonly type = 'ChestReinvested';
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(/^\d{4}-\d{2}-\d{2}$/) readonly day!: string;
  @Matches(/^[A-Za-z0-9._@/-]{1,128}$/) readonly profile!: string;
  @DecimalField(money) readonly chestBefore!: Money;
  @DecimalField(money) readonly above!: Money;
  @DecimalField(ratio) readonly share!: Ratio;
  @DecimalField(money) readonly amount!: Money;
  @Nested(() => TreasuryEntry, { array: true }) readonly entries!: readonly TreasuryEntry[];
  @Nested(() => TreasuryBalances) readonly balances!: TreasuryBalances;
}
