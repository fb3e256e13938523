import { Controller } from '@nestjs/common';
import { type Recorded, Runtime, Subscribe } from '@ballast/bus';
import { type Decimal, type Id, TRADING_STATES } from '@ballast/domain';
import { BotDeleted, FundingSettled, OrderCancelled, OrderFilled, OrderRejected, OrderSubmitted, PositionClosed, PositionFlipped, PositionIncreased, PositionLiquidated, PositionOpened, PositionReduced, type PositionChange, ReconciliationDifferenceFound, TradeApproved, TradeBalanced, TradeClosed, TradeDenied, TradingStateChanged, VolumeCounted } from '@ballast/events';
import { type Metrics, toGauge } from '@ballast/observability';
import { imbalanceAtFill, imbalanceAtReference, imbalanceOrdered, sumOf } from '@ballast/reports';
import { LiveReadModels } from './read-models.service.js';
import { ReportingSettings } from './reporting.settings.js';

/** Trading as Prometheus sees it. Counters count from the start of the process; gauges say what the whole log says. */
@Controller()
export class TradingMetrics {
  private readonly metrics: Metrics | undefined;

  constructor(
    private readonly models: LiveReadModels,
    settings: ReportingSettings,
    runtime: Runtime,
  ) {
    this.metrics = settings.metrics;
    runtime.onRecovered(() => Promise.resolve(this.setAll()));
  }

  @Subscribe(OrderFilled)
  onFilled({ event: { botId, instrument, liquidity } }: Recorded<OrderFilled>): Promise<void> {
    this.metrics?.count('ballast_fills_total', { bot: botId, instrument, liquidity });
    this.setOpenOrders();
    return Promise.resolve();
  }

  /** Results are the books', which follow the positions. */
  @Subscribe(PositionOpened, PositionIncreased, PositionReduced, PositionClosed, PositionFlipped, PositionLiquidated, FundingSettled)
  onPosition({ event: { accountId } }: Recorded<FundingSettled | PositionChange>): Promise<void> {
    const owner = this.models.desk.state.owners.get(accountId);
    if (owner) this.setResults(owner.botId);
    return Promise.resolve();
  }

  @Subscribe(OrderSubmitted, OrderCancelled, OrderRejected)
  onOrder(): Promise<void> {
    this.setOpenOrders();
    return Promise.resolve();
  }

  @Subscribe(TradeBalanced)
  onBalanced({ event: { botId, tradeId, imbalancePlanned } }: Recorded<TradeBalanced>): Promise<void> {
    const trade = this.models.trades.state.trades.get(tradeId);
    this.observe(botId, 'planned', imbalancePlanned);
    if (trade) {
      this.observe(botId, 'ordered', imbalanceOrdered(trade));
      this.observe(botId, 'filled_at_reference', imbalanceAtReference(trade));
      this.observe(botId, 'filled_at_fill', imbalanceAtFill(trade));
    }
    return Promise.resolve();
  }

  @Subscribe(TradeClosed)
  onClosed({ event: { botId, outcome, nakedNotionalSeconds } }: Recorded<TradeClosed>): Promise<void> {
    this.metrics?.count('ballast_cycles_total', { bot: botId, outcome });
    this.metrics?.count('ballast_naked_notional_quote_seconds_total', { bot: botId }, toGauge(nakedNotionalSeconds));
    return Promise.resolve();
  }

  @Subscribe(TradeApproved, TradeDenied)
  onJudged({ event: { type, portfolioId, bindingRule } }: Recorded<TradeApproved | TradeDenied>): Promise<void> {
    this.metrics?.count('ballast_risk_decisions_total', { portfolio: portfolioId, outcome: type === 'TradeApproved' ? 'approved' : 'denied', rule: bindingRule });
    return Promise.resolve();
  }

  @Subscribe(VolumeCounted, TradingStateChanged, BotDeleted)
  onPortfolio(): Promise<void> {
    this.setPortfolios();
    return Promise.resolve();
  }

  @Subscribe(ReconciliationDifferenceFound)
  onDifference({ event: { accountId, what } }: Recorded<ReconciliationDifferenceFound>): Promise<void> {
    this.metrics?.count('ballast_reconciliation_differences_total', { account: accountId, kind: what });
    return Promise.resolve();
  }

  private observe(bot: Id, stage: string, imbalance: Decimal | undefined): void {
    if (imbalance) this.metrics?.observe('ballast_hedge_imbalance_ratio', { bot, stage }, toGauge(imbalance));
  }

  private setAll(): void {
    for (const { botId } of this.models.desk.state.owners.values()) this.setResults(botId);
    this.setOpenOrders();
    this.setPortfolios();
  }

  private setResults(botId: Id): void {
    const owns = this.models.ownsAccount({ botId });
    const balances = [...this.models.books.state.balances].filter(([accountId]) => owns(accountId)).map(([, balance]) => balance);
    this.metrics?.set('ballast_fees_quote', { bot: botId }, toGauge(sumOf(balances.map(({ fees }) => fees))));
    this.metrics?.set('ballast_funding_quote', { bot: botId }, toGauge(sumOf(balances.map(({ funding }) => funding))));
    this.metrics?.set('ballast_realised_pnl_quote', { bot: botId }, toGauge(sumOf(balances.map(({ realised }) => realised))));
  }

  private setOpenOrders(): void {
    for (const [bot, open] of this.models.trades.state.openOrders) this.metrics?.set('ballast_open_orders', { bot }, open.size);
  }

  private setPortfolios(): void {
    const { volumes, tradingStates } = this.models.desk.state;
    for (const [portfolio, { planVolume }] of volumes) this.metrics?.set('ballast_daily_volume_quote', { portfolio }, toGauge(planVolume));
    for (const [key, state] of tradingStates) {
      const [portfolio = '', kind = '', id = ''] = key.split('/');
      const labels = { portfolio, scope: kind === 'PORTFOLIO' ? 'portfolio' : `${kind.toLowerCase()}/${id}` };
      if (kind === 'BOT' && !this.models.bots.state.known.has(id)) this.metrics?.unset('ballast_trading_state', labels);
      else this.metrics?.set('ballast_trading_state', labels, TRADING_STATES.indexOf(state));
    }
  }
}
