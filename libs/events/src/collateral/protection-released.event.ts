import { Equals, IsIn, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EventContract } from '../registry.js';

/** Nothing is deposited any more, and the account has no position: all of it has come back but what was lost. Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionReleased {
  @Equals('ProtectionReleased') readonly type = 'ProtectionReleased';
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(['FLAT', 'DISABLED', 'DELETED']) readonly reason!: 'FLAT' | 'DISABLED' | 'DELETED';
  /** Deposited and gone with a liquidation, or less than the venue moves: written off, >= 0. */
  @DecimalField(money) readonly lost!: Money;
  @IsInt() @Min(0) readonly at!: Ms;
}
