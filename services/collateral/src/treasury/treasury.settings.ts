import type { Ms } from '@ballast/domain';
import type { Metrics } from '@ballast/observability';
import type { PolicyProfile } from '@ballast/policy';

/** By what the treasuries are run. */
export interface TreasurySettings {
  /** Profiles that a bot can bind, by name. */
  readonly profiles: ReadonlyMap<string, PolicyProfile>;
  /** Shift of the day's start from 00:00 UTC, ms (C-25): the same as risk's. */
  readonly dayBoundaryMs: Ms;
  /** Absent where nobody scrapes. */
  readonly metrics?: Metrics | undefined;
}
