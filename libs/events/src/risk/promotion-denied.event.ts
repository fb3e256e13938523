import { Equals, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { Nested } from '../contract.js';
import { LadderCriterion, LadderEvidence, RUNG_NAME, ScaleCheck } from '../ladder-shapes.js';
import { EventContract } from '../registry.js';

/** Not every criterion of the rung is met, when it is asked for or when it is to be approved (R25, R27). Written by: risk. */
@EventContract({ writer: 'risk', kind: 'ladder' })
export class PromotionDenied {
  @Equals('PromotionDenied') readonly type = 'PromotionDenied';
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(ID) readonly requestId!: Id;
  @IsIn(['REQUEST', 'APPROVAL']) readonly deniedAt!: 'REQUEST' | 'APPROVAL';
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly profile!: string;
  @Matches(RUNG_NAME) readonly from!: string;
  @Matches(RUNG_NAME) readonly to!: string;
  @IsString() @MaxLength(2000) readonly by!: string;
  /** Every criterion and point that is not met, in words. */
  @IsString() @MaxLength(2000) readonly reason!: string;
  @Nested(() => LadderEvidence) readonly evidence!: LadderEvidence;
  @Nested(() => LadderCriterion, { array: true }) readonly criteria!: readonly LadderCriterion[];
  @Nested(() => ScaleCheck, { array: true }) readonly checklist!: readonly ScaleCheck[];
}
