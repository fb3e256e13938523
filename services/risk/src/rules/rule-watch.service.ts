import { Inject, Injectable } from '@nestjs/common';
import { Runtime } from '@ballast/bus';
import { Clock, type Id } from '@ballast/domain';
import type { BallastEvent, RuleEvaluation } from '@ballast/events';
import { toGauge } from '@ballast/observability';
import { inForceByName } from '@ballast/policy';
import { RULES, rulesInForce } from '../exposure/rule-catalogue.js';
import { RiskFacts } from '../facts/risk-facts.js';
import { Rungs } from '../ladder/rungs.service.js';
import { RiskSettings } from '../risk.settings.js';
import { RuleLifeFold } from './rule-life.projection.js';
import { type RuleInForce, type RuleRow, ruleRows } from './rule-rows.js';

/** Wall time between two looks at which rules have not run; only metrics follow from it. */
const LOOK_MS = 10_000;

/** Counts what rules answer, and sees to it that none that is in force stops being asked. */
@Injectable()
export class RuleWatch {
  private readonly lives = new RuleLifeFold();
  /** What the last look showed, to be taken back where nobody meets the rule any more. */
  private shown = new Map<string, { readonly portfolio: Id; readonly rule: string }>();

  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(RiskSettings) private readonly settings: RiskSettings,
    @Inject(RiskFacts) private readonly facts: RiskFacts,
    @Inject(Rungs) private readonly rungs: Rungs,
    @Inject(Runtime) runtime: Runtime,
  ) {
    runtime.project(this.lives);
    if (!settings.metrics) return;
    runtime.onRecovered(() => Promise.resolve(this.look()));
    const looks = setInterval(() => this.look(), LOOK_MS);
    looks.unref();
    runtime.onStop(() => Promise.resolve(clearInterval(looks)));
  }

  /** Counts every rule of every plan that was just judged. */
  count(events: readonly BallastEvent[]): void {
    for (const event of events) if (event.type === 'TradeApproved' || event.type === 'TradeDenied') for (const { rule, result } of event.rules) this.settings.metrics?.count('ballast_rule_evaluations_total', { rule, result: metricResult(result) });
  }

  rows(portfolioId: Id): readonly RuleRow[] {
    return ruleRows(this.inForce(portfolioId), this.lives.of(portfolioId), this.clock.now(), this.settings.rulePeriodMs);
  }

  private inForce(portfolioId: Id): readonly RuleInForce[] {
    const bots = this.facts.accounts.botsOf(portfolioId).filter(({ deleted }) => !deleted).map((bot) => {
      const policy = inForceByName(bot.profiles, this.settings.profiles, this.rungs.of(portfolioId));
      return { bot, rules: new Set(rulesInForce(policy)), profiles: policy?.profiles.map(({ ref }) => ref) ?? bot.profiles };
    });
    return RULES.flatMap((rule): readonly RuleInForce[] => {
      const meeting = bots.filter(({ rules }) => rules.has(rule));
      if (meeting.length === 0) return [];
      return [{ rule, bots: meeting.map(({ bot }) => bot.botId), profiles: [...new Set(meeting.flatMap(({ profiles }) => profiles))], since: Math.min(...meeting.map(({ bot }) => bot.createdAt)) }];
    });
  }

  private look(): void {
    const { metrics, concern } = this.settings;
    const stale: string[] = [];
    const seen: typeof this.shown = new Map();
    for (const portfolio of this.facts.accounts.portfolios) {
      for (const { rule, standing, nearest } of this.rows(portfolio)) {
        metrics?.set('ballast_rule_stale', { portfolio, rule }, standing === 'STALE' ? 1 : 0);
        seen.set(JSON.stringify([portfolio, rule]), { portfolio, rule });
        if (nearest) metrics?.set('ballast_rule_nearest_distance_ratio', { portfolio, rule }, toGauge(nearest.ratio));
        if (standing === 'STALE') stale.push(`${portfolio} ${rule}`);
      }
    }
    for (const [key, labels] of this.shown) if (!seen.has(key)) metrics?.unset('ballast_rule_stale', labels);
    this.shown = seen;
    concern?.('rules', stale.length === 0 ? undefined : `${stale.length} in force have not run for their period, see \`ballast rules\`: ${stale.join('; ')}`.slice(0, 1_000));
  }
}

const metricResult = (result: RuleEvaluation['result']): string => result.toLowerCase();
