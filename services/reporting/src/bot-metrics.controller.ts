import { Controller } from '@nestjs/common';
import { type Recorded, Runtime, Subscribe } from '@ballast/bus';
import type { Id } from '@ballast/domain';
import { BotCreated } from '@ballast/events';
import type { Metrics } from '@ballast/observability';
import { LiveReadModels } from './read-models.service.js';
import { ReportingSettings } from './reporting.settings.js';

const OUTCOMES = ['filled', 'cancelled', 'rejected', 'failed'] as const;
/** Of a signal without a plan: a book that is too thin (R29). */
const THIN = ['DEPTH', 'SLIPPAGE'] as const;

/** Begins each bot's counts at 0: one that came into being with its first event would hide that event from every rule that asks what was added. */
@Controller()
export class BotMetrics {
  private readonly metrics: Metrics | undefined;

  constructor(models: LiveReadModels, settings: ReportingSettings, runtime: Runtime) {
    this.metrics = settings.metrics;
    runtime.onRecovered(() => {
      for (const bot of models.bots.state.known) this.begin(bot);
      return Promise.resolve();
    });
  }

  @Subscribe(BotCreated)
  onCreated({ event: { botId } }: Recorded<BotCreated>): Promise<void> {
    this.begin(botId);
    return Promise.resolve();
  }

  private begin(bot: Id): void {
    for (const outcome of OUTCOMES) this.metrics?.count('ballast_orders_total', { bot, outcome }, 0);
    for (const reason of THIN) this.metrics?.count('ballast_plans_infeasible_total', { bot, reason }, 0);
    this.metrics?.count('ballast_round_ordered_quote_total', { bot }, 0);
    this.metrics?.count('ballast_round_filled_quote_total', { bot }, 0);
    this.metrics?.begin('ballast_hedge_imbalance_ratio', { bot, stage: 'filled_at_reference' });
  }
}
