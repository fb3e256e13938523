import { Equals, Matches } from 'class-validator';
import { type Id, ID } from '@ballast/domain';
import { Nested } from '../contract.js';
import { LadderCriterion, LadderEvidence, RUNG_NAME } from '../ladder-shapes.js';
import { EventContract } from '../registry.js';

/** The first day on a new rung is over, and nothing of it was wrong (R56, W-6). Written by: risk. */
@EventContract({ writer: 'risk', kind: 'ladder' })
export class RungWatchPassed {
  @Equals('RungWatchPassed') readonly type = 'RungWatchPassed';
  @Matches(ID) readonly portfolioId!: Id;
  @Matches(RUNG_NAME) readonly rung!: string;
  @Nested(() => LadderEvidence) readonly evidence!: LadderEvidence;
  @Nested(() => LadderCriterion, { array: true }) readonly criteria!: readonly LadderCriterion[];
}
