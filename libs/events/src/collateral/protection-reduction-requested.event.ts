import { Equals, IsIn, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Ms, type Quantity, quantity, type Side, SIDES } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { ProtectionSeen } from '../protection-shapes.js';
import { EventContract } from '../registry.js';

/**
 * No collateral can come, and the bot's policy is `reduce`: execution sends a reduce-only order of this quantity (R91, C-70).
 * Written by: collateral.
 */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionReductionRequested {
  @Equals('ProtectionReductionRequested') readonly type = 'ProtectionReductionRequested';
  @Matches(ID) readonly botId!: Id;
  @Matches(ID) readonly accountId!: Id;
  @Matches(ID) readonly portfolioId!: Id;
  /** From the decision's id. */
  @Matches(ID) readonly reductionId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly instrument!: string;
  /** Of the order: SELL reduces a long. */
  @IsIn(SIDES) readonly side!: Side;
  /** Whole lots, > 0, at most the position. */
  @DecimalField(quantity) readonly quantity!: Quantity;
  @IsIn(['EXHAUSTED', 'STALE']) readonly reason!: 'EXHAUSTED' | 'STALE';
  @IsInt() @Min(0) readonly at!: Ms;
  @Nested(() => ProtectionSeen) readonly saw!: ProtectionSeen;
}
