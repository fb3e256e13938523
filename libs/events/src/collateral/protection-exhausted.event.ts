import { Equals, IsIn, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Money, money, type Ms, type Ratio, ratio } from '@ballast/domain';
import { DecimalField } from '../contract.js';
import { EXHAUSTED_CAUSES, EXHAUSTED_POLICIES, type ExhaustedCause, type ExhaustedPolicy } from '../protection-shapes.js';
import { EventContract } from '../registry.js';

/** The position is in danger and no more can be deposited; withdrawals go on (C-66). Written by: collateral. */
@EventContract({ writer: 'collateral', kind: 'protection' })
export class ProtectionExhausted {
  @Equals('ProtectionExhausted') readonly type = 'ProtectionExhausted';
  @Matches(ID) readonly botId!: Id;
  @IsIn(EXHAUSTED_CAUSES) readonly cause!: ExhaustedCause;
  @DecimalField(money) readonly deposited!: Money;
  /** Most that may be deposited. */
  @DecimalField(money) readonly cap!: Money;
  @DecimalField(money) readonly freeFunds!: Money;
  @DecimalField(ratio) readonly distance!: Ratio;
  @IsIn(EXHAUSTED_POLICIES) readonly policy!: ExhaustedPolicy;
  @IsInt() @Min(0) readonly at!: Ms;
}
