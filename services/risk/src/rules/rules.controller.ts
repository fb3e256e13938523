import { Controller, Inject } from '@nestjs/common';
import { Query } from '@ballast/bus';
import { OfPortfolio } from '../risk.requests.js';
import { RiskSettings } from '../risk.settings.js';
import { RuleWatch } from './rule-watch.service.js';

/** Says of each rule when it last ran, how near it came and whether it ever bound. */
@Controller()
export class RulesController {
  constructor(
    @Inject(RuleWatch) private readonly watch: RuleWatch,
    @Inject(RiskSettings) private readonly settings: RiskSettings,
  ) {}

  @Query('rules', OfPortfolio)
  rules({ portfolioId }: OfPortfolio): Promise<object> {
    return Promise.resolve({ portfolioId, periodMs: this.settings.rulePeriodMs, rules: this.watch.rows(portfolioId) });
  }
}
