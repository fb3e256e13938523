import { Equals, IsString, Matches, MaxLength } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { Nested } from '../contract.js';
import { LadderCriterion, LadderEvidence, RUNG_NAME, ScaleCheck } from '../ladder-shapes.js';
import { EventContract } from '../registry.js';

/** An approver lets the portfolio climb (R27, C-12): the evidence is that of this moment, not of the request. Written by: risk. */
@EventContract({ writer: 'risk', kind: 'ladder' })
export class PromotionApproved {
  @Equals('PromotionApproved') readonly type = 'PromotionApproved';
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(ID) readonly requestId!: Id;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly profile!: string;
  @Matches(RUNG_NAME) readonly from!: string;
  @Matches(RUNG_NAME) readonly to!: string;
  @IsString() @MaxLength(2000) readonly requestedBy!: string;
  /** The approver's credential. */
  @IsString() @MaxLength(2000) readonly by!: string;
  @IsString() @MaxLength(2000) readonly reason!: string;
  @Nested(() => LadderEvidence) readonly evidence!: LadderEvidence;
  @Nested(() => LadderCriterion, { array: true }) readonly criteria!: readonly LadderCriterion[];
  @Nested(() => ScaleCheck, { array: true }) readonly checklist!: readonly ScaleCheck[];
}
