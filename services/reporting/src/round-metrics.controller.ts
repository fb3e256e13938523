import { Controller } from '@nestjs/common';
import { type Recorded, Runtime, Subscribe } from '@ballast/bus';
import { Decimal, type Id } from '@ballast/domain';
import { BotDeleted, BotStarted, BotStopped, TradeBalanced, TradeClosed } from '@ballast/events';
import { type Metrics, toGauge } from '@ballast/observability';
import { filledOf, orderedOf, type SlippageAnalysis, slippageOfTrade, sumOf, type TradeFacts } from '@ballast/reports';
import { LiveReadModels } from './read-models.service.js';
import { ReportingSettings } from './reporting.settings.js';

/** Entries that a mean is over. */
const RECENT = 100;
const ZERO = new Decimal(0);
const MEASURES = { estimated: (analysis: SlippageAnalysis) => analysis.estimatedBps, realised: (analysis: SlippageAnalysis) => analysis.realizedBps } as const;

/** Rounds as Prometheus sees them: slippage estimated and realised, and what of them was filled. */
@Controller()
export class RoundMetrics {
  private readonly metrics: Metrics | undefined;
  /** The last entries of each bot. */
  private readonly entries = new Map<Id, readonly SlippageAnalysis[]>();

  constructor(
    private readonly models: LiveReadModels,
    settings: ReportingSettings,
    runtime: Runtime,
  ) {
    this.metrics = settings.metrics;
    runtime.onRecovered(() => Promise.resolve(this.recall()));
  }

  @Subscribe(TradeBalanced)
  onBalanced({ event: { botId, tradeId } }: Recorded<TradeBalanced>): Promise<void> {
    const entry = this.entryOf(this.models.trades.state.trades.get(tradeId));
    if (!entry) return Promise.resolve();
    // A sum that could fall would look like a restart to whoever takes its rate.
    for (const [measure, of] of Object.entries(MEASURES)) this.metrics?.observe('ballast_slippage_bps', { bot: botId, measure }, toGauge(Decimal.max(0, of(entry))), tradeId);
    this.remember(entry);
    this.showMeans(botId);
    return Promise.resolve();
  }

  @Subscribe(TradeClosed)
  onClosed({ event: { botId, tradeId } }: Recorded<TradeClosed>): Promise<void> {
    const legs = this.models.trades.state.trades.get(tradeId)?.legs ?? [];
    this.metrics?.count('ballast_round_ordered_quote_total', { bot: botId }, toGauge(sumOf(legs.map(orderedOf))));
    this.metrics?.count('ballast_round_filled_quote_total', { bot: botId }, toGauge(Decimal.max(ZERO, sumOf(legs.map(filledOf)))));
    return Promise.resolve();
  }

  @Subscribe(BotStarted, BotStopped, BotDeleted)
  onBot({ event: { type, botId } }: Recorded<BotStarted | BotStopped | BotDeleted>): Promise<void> {
    if (type === 'BotDeleted') this.entries.delete(botId);
    this.showMeans(botId);
    return Promise.resolve();
  }

  private recall(): void {
    const stood = [...this.models.trades.state.trades.values()].filter(({ balancedAt }) => balancedAt !== undefined);
    for (const trade of stood.sort((a, b) => (a.balancedAt ?? 0) - (b.balancedAt ?? 0))) this.remember(this.entryOf(trade));
    for (const botId of this.entries.keys()) this.showMeans(botId);
  }

  private entryOf(trade: TradeFacts | undefined): SlippageAnalysis | undefined {
    return trade && slippageOfTrade(trade, [])[0];
  }

  private remember(entry: SlippageAnalysis | undefined): void {
    if (entry) this.entries.set(entry.botId, [...(this.entries.get(entry.botId) ?? []), entry].slice(-RECENT));
  }

  /** Of a bot that runs: at rest it has no entry that could mend its mean. */
  private showMeans(botId: Id): void {
    const { known, stopped } = this.models.bots.state;
    const entries = known.has(botId) && !stopped.has(botId) ? (this.entries.get(botId) ?? []) : [];
    for (const [measure, of] of Object.entries(MEASURES)) {
      if (entries.length === 0) this.metrics?.unset('ballast_slippage_mean_bps', { bot: botId, measure });
      else this.metrics?.set('ballast_slippage_mean_bps', { bot: botId, measure }, toGauge(sumOf(entries.map(of)).div(entries.length)));
    }
  }
}
