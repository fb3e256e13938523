import type { PolicyProfile } from '@ballast/policy';
import type { TraceLog } from './plan/plan-trace.js';

/** What the sizing service is given at its start. */
export abstract class SizingSettings {
  /** Profiles that a bot can bind, by name. */
  abstract readonly profiles: ReadonlyMap<string, PolicyProfile>;
  abstract readonly trace: TraceLog;
}
