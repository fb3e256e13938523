import { describe, expect, it } from 'vitest';
import { readRiskConfig } from './config.js';

describe('the environment of risk', () => {
  it('starts the day at 00:00 UTC, or later by whole hours (C-25)', () => {
    expect(readRiskConfig({})).toEqual({ dayBoundaryMs: 0, rulePeriodMs: 86_400_000 });
    expect(readRiskConfig({ RISK_DAY_BOUNDARY_HOURS: '9' })).toMatchObject({ dayBoundaryMs: 32_400_000 });
  });

  it('takes a rule for stale after a day, or so many minutes', () => {
    expect(readRiskConfig({ RISK_RULE_PERIOD_MINUTES: '2' })).toMatchObject({ rulePeriodMs: 120_000 });
    expect(() => readRiskConfig({ RISK_RULE_PERIOD_MINUTES: '0' })).toThrow('RISK_RULE_PERIOD_MINUTES: found "0"');
  });

  it('names every variable at fault, and refuses RISK_STAGE with what to use instead (W-18)', () => {
    expect(() => readRiskConfig({ RISK_DAY_BOUNDARY_HOURS: '24', RISK_STAGE: '2' })).toThrow(/RISK_STAGE: found "2".*bot create.*RISK_DAY_BOUNDARY_HOURS: found "24", allowed is a whole number from 0 to 23/);
  });
});
