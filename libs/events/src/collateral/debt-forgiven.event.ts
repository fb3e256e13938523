import { Equals, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** A forced sale left the account owing its venue money, and the venue has taken the debt on itself: a result, not a transfer. Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'ledger', contract: 2 })
export class DebtForgiven {
  @Equals('DebtForgiven') readonly type = 'DebtForgiven';
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  /** From the venue's own record of it: unique for ever. */
  @Matches(ID) readonly forgivenId!: Id;
  /** What the account owed, > 0. */
  @DecimalField(money) readonly amount!: Money;
  /** Collateral after it. */
  @DecimalField(money) readonly balance!: Money;
  /** By the venue's own record, ms of market time. */
  @IsInt() @Min(0) readonly venueTime!: Ms;
}
