import type { Concern } from '@ballast/bus';
import type { Ms } from '@ballast/domain';
import type { Metrics } from '@ballast/observability';
import type { PolicyProfile } from '@ballast/policy';

/** What the risk service is given at its start. */
export abstract class RiskSettings {
  /** Profiles that a bot can bind, by name. */
  abstract readonly profiles: ReadonlyMap<string, PolicyProfile>;
  /** Shift of the day's start from 00:00 UTC, ms (C-25). */
  abstract readonly dayBoundaryMs: Ms;
  /** How long a rule in force may go without being asked before a person should look, ms of market time. */
  abstract readonly rulePeriodMs: Ms;
  /** Absent where nobody scrapes. */
  abstract readonly metrics?: Metrics | undefined;
  abstract readonly concern?: Concern | undefined;
}
