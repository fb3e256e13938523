import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, MaxLength, Min } from 'class-validator';
import type { Ms } from '@ballast/domain';
import { Nested } from './contract.js';

/** `phase-1/weeks-1-2`, `stage-3`. */
export const RUNG_NAME = /^[A-Za-z0-9._/@-]{1,64}$/;
export const LADDER_UNITS = ['RATIO', 'COUNT', 'DAYS', 'MS', 'USD', 'BPS', 'NUMBER'] as const;
export type LadderUnit = (typeof LADDER_UNITS)[number];
const MUST = ['ABOVE', 'AT_LEAST', 'BELOW', 'AT_MOST'] as const;
const CHECKLIST = ['CRITERIA_MET', 'SLIPPAGE_ACCEPTABLE', 'DEPTH_SUFFICIENT', 'RISK_CONFIG_UPDATED', 'ALERTS_UPDATED', 'ACCOUNT_FUNDED'] as const;

/** One figure of a rung's record. */
export class LadderMetric {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly name!: string;
  @IsIn(LADDER_UNITS) readonly unit!: LadderUnit;
  /** Absent where nothing was measured. */
  @IsOptional() @IsString() @MaxLength(100) readonly value?: string;
}

/** What a judgement about a rung rests on: every figure, and exactly which decisions of the log gave it. */
export class LadderEvidence {
  @Matches(RUNG_NAME) readonly rung!: string;
  /** Sequence, in the portfolio's partition, of the decision that entered the rung. */
  @IsInt() @Min(1) readonly firstSequence!: number;
  /** Sequence of the last decision taken in. */
  @IsInt() @Min(1) readonly lastSequence!: number;
  /** Chained over the hashes of every decision taken in, in order. */
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly hash!: string;
  /** Market time of the first and of the last of them, ms. */
  @IsInt() @Min(0) readonly from!: Ms;
  @IsInt() @Min(0) readonly to!: Ms;
  @Nested(() => LadderMetric, { array: true }) readonly metrics!: readonly LadderMetric[];
}

/** One criterion of a gate, a watch or a rollback, with what was found. */
export class LadderCriterion {
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly criterion!: string;
  /** The metric that it judges. */
  @Matches(/^[A-Za-z0-9._@-]{1,64}$/) readonly metric!: string;
  @IsIn(LADDER_UNITS) readonly unit!: LadderUnit;
  @IsIn(MUST) readonly must!: (typeof MUST)[number];
  @IsString() @MaxLength(100) readonly limit!: string;
  /** Absent where nothing was measured: not met. */
  @IsOptional() @IsString() @MaxLength(100) readonly value?: string;
  @IsBoolean() readonly met!: boolean;
}

/** One point of the list that is gone through before size grows (R55). */
export class ScaleCheck {
  @IsIn(CHECKLIST) readonly item!: (typeof CHECKLIST)[number];
  @IsBoolean() readonly met!: boolean;
  /** MEASURED by risk, or STATED by the person who asks. */
  @IsIn(['MEASURED', 'STATED']) readonly source!: 'MEASURED' | 'STATED';
  @IsString() @MaxLength(500) readonly detail!: string;
}
