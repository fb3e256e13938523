import { Equals, IsIn, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import { type Id, ID, type Ms, type Notional, notional, type Ratio, ratio } from '@ballast/domain';
import { DecimalField, Nested } from '../contract.js';
import { LadderCriterion, LadderEvidence, RUNG_NAME } from '../ladder-shapes.js';
import { EventContract } from '../registry.js';

const CAUSES = ['BOUND', 'PROMOTION', 'ROLLBACK', 'DEMOTION', 'AUTOMATIC_ROLLBACK', 'WATCH_FAILED'] as const;

/** A portfolio is on this rung of its ladder from here on: what the rung names stands in place of the profile's own number, be it larger or smaller (ADR 11). Written by: risk. */
@EventContract({ writer: 'risk', kind: 'ladder' })
export class RungEntered {
  @Equals('RungEntered') readonly type = 'RungEntered';
  @Matches(ID) readonly portfolioId!: Id;
  /** `name@version` of the profile that has the ladder, and its content hash. */
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly profile!: string;
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly profileHash!: string;
  @IsIn(['PHASES', 'STAGES']) readonly ladder!: 'PHASES' | 'STAGES';
  @Matches(RUNG_NAME) readonly rung!: string;
  /** The rung before; absent where the ladder begins. */
  @IsOptional() @Matches(RUNG_NAME) readonly from?: string;
  /** BOUND: with the first bot; PROMOTION: approved; ROLLBACK: a person (R28, R57); DEMOTION: drawdown (W-5); AUTOMATIC_ROLLBACK: fill rate, orders or slippage (R44); WATCH_FAILED: the first day on it (W-6). */
  @IsIn(CAUSES) readonly cause!: (typeof CAUSES)[number];
  @IsString() @MaxLength(2000) readonly reason!: string;
  @IsString() @MaxLength(2000) readonly by!: string;
  /** The request that was approved, or the command that rolled back; absent where nobody asked. */
  @IsOptional() @Matches(ID) readonly requestId?: Id;
  /** Market time, ms: its record begins here. */
  @IsInt() @Min(0) readonly at!: Ms;
  /** Shift of the day's start from 00:00 UTC that its days are counted with, ms. */
  @IsInt() @Min(0) readonly dayBoundaryMs!: Ms;
  @DecimalField(notional) readonly capital!: Notional;
  @DecimalField(ratio) readonly leverageMax!: Ratio;
  @DecimalField(notional) readonly positionMax!: Notional;
  /** A promotion is watched until then, ms (R56, W-6). */
  @IsOptional() @IsInt() @Min(0) readonly watchUntil?: Ms;
  /** Mean time to a balanced pair on the rung before, ms: what the watch compares with. */
  @IsOptional() @IsInt() @Min(0) readonly executionMsBefore?: Ms;
  /** Of the rung that is left; absent where the ladder begins. */
  @Nested(() => LadderEvidence, { optional: true }) readonly evidence?: LadderEvidence;
  /** What made it fall, where nobody asked for it. */
  @Nested(() => LadderCriterion, { array: true, optional: true }) readonly criteria?: readonly LadderCriterion[];
}
