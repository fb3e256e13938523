import { type DynamicModule, Module } from '@nestjs/common';
import { PROFILES } from '@ballast/policy';
import { ExposureController } from './exposure/exposure.controller.js';
import { RiskFacts } from './facts/risk-facts.js';
import { LadderController } from './ladder/ladder.controller.js';
import { Rungs } from './ladder/rungs.service.js';
import { MaintenanceController } from './maintenance/maintenance.controller.js';
import { PolicyController } from './policy/policy.controller.js';
import { RiskSettings } from './risk.settings.js';
import { LimitWatch } from './rules/limit-watch.service.js';
import { RuleWatch } from './rules/rule-watch.service.js';
import { RulesController } from './rules/rules.controller.js';
import { StopsController } from './stops/stops.controller.js';
import { stopProviders } from './stops/stop-providers.js';
import { TradingStateController } from './trading-state/trading-state.controller.js';

/** A day: whoever trades at all meets every rule that binds them more often. */
export const RULE_PERIOD_MS = 86_400_000;

@Module({})
export class RiskModule {}

export type RiskOptions = Partial<RiskSettings>;

/** The risk service: approves or denies every plan, and says what may be traded. Without options: every known profile, UTC days. */
export const riskModule = (options: RiskOptions = {}): DynamicModule => ({
  module: RiskModule,
  controllers: [ExposureController, TradingStateController, PolicyController, StopsController, MaintenanceController, LadderController, RulesController],
  providers: [RiskFacts, Rungs, RuleWatch, LimitWatch, ...stopProviders, { provide: RiskSettings, useValue: { profiles: options.profiles ?? PROFILES, dayBoundaryMs: options.dayBoundaryMs ?? 0, rulePeriodMs: options.rulePeriodMs ?? RULE_PERIOD_MS, metrics: options.metrics, concern: options.concern } satisfies RiskSettings }],
});
