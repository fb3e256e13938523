import type { Ms } from '@ballast/domain';
import type { PolicyProfile } from '@ballast/policy';

/** What the risk service is given at its start. */
export abstract class RiskSettings {
  /** Profiles that a bot can bind, by name. */
  abstract readonly profiles: ReadonlyMap<string, PolicyProfile>;
  /** Shift of the day's start from 00:00 UTC, ms (C-25). */
  abstract readonly dayBoundaryMs: Ms;
}
