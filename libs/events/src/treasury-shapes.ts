import { IsBoolean, IsIn, Matches } from 'class-validator';
import { type Id, ID, type Money, money } from '@ballast/domain';
import { DecimalField } from './contract.js';

/** Where a portfolio's money belongs; OUTSIDE is the counter account of the whole world: who sends, who takes, the market that pays. */
export const TREASURY_FUNDS = ['TRADING', 'CHEST', 'OPERATING', 'WITHDRAWAL', 'OUTSIDE'] as const;
export type TreasuryFund = (typeof TREASURY_FUNDS)[number];

/** One line of a booking. The lines of an event sum to exactly 0, of each venue account too. */
export class TreasuryEntry {
  @IsIn(TREASURY_FUNDS) readonly fund!: TreasuryFund;
  /** The venue account whose money it is. */
  @Matches(ID) readonly accountId!: Id;
  /** Quote currency; positive = into the fund. */
  @DecimalField(money) readonly amount!: Money;
}

/** What one venue account's money came to: in one event, the part that it books. */
export class AccountMoney {
  @Matches(ID) readonly accountId!: Id;
  /** Transfers in; >= 0. */
  @DecimalField(money) readonly paidIn!: Money;
  /** Transfers out; >= 0. */
  @DecimalField(money) readonly paidOut!: Money;
  /** Realised results - fees +- funding. */
  @DecimalField(money) readonly results!: Money;
}

/** The portfolio's funds after an event. */
export class TreasuryBalances {
  @DecimalField(money) readonly trading!: Money;
  @DecimalField(money) readonly chest!: Money;
  @DecimalField(money) readonly operating!: Money;
  @DecimalField(money) readonly withdrawal!: Money;
  /** True where sizing sees the chest as well (C-42); then it is not set aside. */
  @IsBoolean() readonly chestCounts!: boolean;
}
