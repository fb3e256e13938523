import { EnvReader } from '@ballast/bus';
import type { RiskOptions } from './risk.module.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * RISK_DAY_BOUNDARY_HOURS: how many hours after 00:00 UTC the risk day starts, 0 to 23 (C-25). RISK_RULE_PERIOD_MINUTES: after how
 * many minutes without being asked a rule in force counts as stale, 1 to 10,080 (a week). RISK_STAGE is refused: limits
 * come from the profiles that a bot binds (W-18).
 * @throws EnvironmentError naming every variable at fault.
 */
export function readRiskConfig(env: NodeJS.ProcessEnv): RiskOptions {
  const reader = new EnvReader('risk', env);
  if (env['RISK_STAGE'] !== undefined) reader.fault('RISK_STAGE', env['RISK_STAGE'], 'nothing: bind a profile with `ballast bot create --profile …`');
  const dayBoundaryMs = reader.integer('RISK_DAY_BOUNDARY_HOURS', 0, 23, 0) * HOUR_MS;
  const rulePeriodMs = reader.integer('RISK_RULE_PERIOD_MINUTES', 1, 10_080, 1_440) * MINUTE_MS;
  reader.check();
  return { dayBoundaryMs, rulePeriodMs };
}
