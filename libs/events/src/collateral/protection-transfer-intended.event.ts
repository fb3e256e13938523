import { Equals, IsIn, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { FlatSeen, ProtectionSeen, TRANSFER_DIRECTIONS, TRANSFER_REASONS, type TransferDirection, type TransferReason } from '../protection-shapes.js';
import { EventContract } from '../registry.js';

/**
 * Collateral will be moved, and nothing has left yet: next it gets its payload (ProtectionTransferPrepared). Until an outcome is in the log
 * nobody knows it: it is looked up at the venue, and nothing else is sent for this bot. Written by: collateral.
 */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionTransferIntended {
  @Equals('ProtectionTransferIntended') readonly type = 'ProtectionTransferIntended';
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  /** From the decision's id: the same again after every restart. */
  @Matches(ID) readonly transferId!: Id;
  @IsIn(TRANSFER_DIRECTIONS) readonly direction!: TransferDirection;
  /** What arrives, > 0: in the account, or back in the wallet. */
  @DecimalField(money) readonly amount!: Money;
  /** The sender pays it beside the amount: the wallet for a deposit, the protection itself for a withdrawal. */
  @DecimalField(money) readonly fee!: Money;
  @IsIn(TRANSFER_REASONS) readonly reason!: TransferReason;
  /** When it was decided, ms of market time. */
  @IsInt() @Min(0) readonly at!: Ms;
  /** What was deposited before it. */
  @DecimalField(money) readonly deposited!: Money;
  /** Position and prices; absent where there is no position. */
  @Nested(() => ProtectionSeen, { optional: true }) readonly saw?: ProtectionSeen;
  @Nested(() => FlatSeen, { optional: true }) readonly sawFlat?: FlatSeen;
}
