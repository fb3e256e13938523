import { Equals, IsInt, IsOptional, Length, Matches, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** Money came to, or left, an account: not a result. Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'ledger' })
export class AccountFunded {
  @Equals('AccountFunded') readonly type = 'AccountFunded';
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(ID) readonly transferId!: Id;
  /** Positive = came in. */
  @DecimalField(money) readonly amount!: Money;
  /** Collateral after it. */
  @DecimalField(money) readonly balance!: Money;
  /** When it came or went by the venue's own record, ms of market time; of an opening balance: when it was seen. */
  @IsOptional() @IsInt() @Min(0) readonly venueTime?: Ms;
  /** Of a transfer between subaccounts of one owner: the venue's name of the payload, as a protection intent names it. */
  @IsOptional() @Length(1, 100) readonly digest?: string;
  /** What the venue charged this account for it, within `amount`; ≥ 0. */
  @DecimalField(money, { optional: true }) readonly fee?: Money;
}
