import { Equals, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms, type Ratio, ratio } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** Collateral has come to the account to protect its position (R65): no trading equity, no result (C-10, C-11). Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionDeposited {
  @Equals('ProtectionDeposited') readonly type = 'ProtectionDeposited';
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(ID) readonly transferId!: Id;
  /** What arrived, > 0. */
  @DecimalField(money) readonly amount!: Money;
  /** Paid by the wallet beside the amount. */
  @DecimalField(money) readonly fee!: Money;
  /** The venue's identity of it. */
  @IsOptional() @IsString() @MaxLength(128) readonly venueTransferId?: string;
  /** When the venue did it, ms of market time: account states before it do not hold it. */
  @IsInt() @Min(0) readonly venueTime!: Ms;
  /** When its outcome was known here: venues tell whole seconds, by clocks of their own. Account states up to either time may not hold it. */
  @IsOptional() @IsInt() @Min(0) readonly at?: Ms;
  /** What is deposited after it. */
  @DecimalField(money) readonly deposited!: Money;
  /** As decided, at the price it was decided at. */
  @DecimalField(ratio, { optional: true }) readonly distanceAfter?: Ratio;
}
