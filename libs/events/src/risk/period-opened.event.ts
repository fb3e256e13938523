import { Equals, IsIn, IsInt, Matches, Min } from 'class-validator';
import { type Id, ID, type Ms } from '@ballast/domain';
import { Nested } from '../contract.js';
import { EventContract } from '../registry.js';
import { PeriodStart } from '../stop-shapes.js';

/** A day or a week of hard stops has begun for these scopes: UTC, shifted by the configured boundary; weeks begin on Mondays (C-25). Written by: risk. */
@EventContract({ writer: 'risk', kind: 'stops' })
export class PeriodOpened {
  @Equals('PeriodOpened') readonly type = 'PeriodOpened';
  @Matches(ID) readonly portfolioId!: Id;
  @IsIn(['DAY', 'WEEK']) readonly period!: 'DAY' | 'WEEK';
  /** Its first day, 2025-09-04. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/) readonly key!: string;
  @IsInt() @Min(0) readonly startsAt!: Ms;
  @IsInt() @Min(0) readonly endsAt!: Ms;
  @Nested(() => PeriodStart, { array: true }) readonly starts!: readonly PeriodStart[];
}
