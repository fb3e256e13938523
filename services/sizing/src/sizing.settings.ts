import type { Concern } from '@ballast/bus';
import type { Metrics } from '@ballast/observability';
import type { PolicyProfile } from '@ballast/policy';
import type { TraceLog } from './plan/plan-trace.js';

/** What the sizing service is given at its start. */
export abstract class SizingSettings {
  /** Profiles that a bot can bind, by name. */
  abstract readonly profiles: ReadonlyMap<string, PolicyProfile>;
  abstract readonly trace: TraceLog;
  /** Hears what a policy lacks to size by, for /readyz. */
  abstract readonly concern: Concern;
  abstract readonly metrics?: Metrics | undefined;
}
