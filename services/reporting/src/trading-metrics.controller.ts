import { Controller } from '@nestjs/common';
import { type Recorded, Runtime, Subscribe } from '@ballast/bus';
import { type Decimal, type Id, TRADING_STATES } from '@ballast/domain';
import { BotCreated, BotDeleted, DayRolled, FundingSettled, OrderCancelled, OrderFilled, OrderRejected, OrderSubmitted, PositionClosed, PositionFlipped, PositionIncreased, PositionLiquidated, PositionOpened, PositionReduced, type PositionChange, ReconciliationDifferenceFound, TradeApproved, TradeBalanced, TradeClosed, TradeDenied, TradingStateChanged, VolumeCounted } from '@ballast/events';
import { type Metrics, toGauge } from '@ballast/observability';
import { imbalanceAtFill, imbalanceAtReference, imbalanceOrdered, sumOf } from '@ballast/reports';
import { LiveReadModels } from './read-models.service.js';
import { ReportingSettings } from './reporting.settings.js';

/**
 * Trading as Prometheus sees it. Counters count from the start of the process; gauges say what the whole log says. An event
 * sets the lines that it changes and no other: what it costs does not grow with the bots.
 */
@Controller()
export class TradingMetrics {
  private readonly metrics: Metrics | undefined;
  private readonly accounts = new Map<Id, Set<Id>>();

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
    this.setOpenOrders(botId);
    return Promise.resolve();
  }

  /** Results are the books', which follow the positions. */
  @Subscribe(PositionOpened, PositionIncreased, PositionReduced, PositionClosed, PositionFlipped, PositionLiquidated, FundingSettled)
  onPosition({ event: { accountId } }: Recorded<FundingSettled | PositionChange>): Promise<void> {
    const botId = this.ownerOf(accountId);
    if (botId !== undefined) this.setResults(botId);
    return Promise.resolve();
  }

  @Subscribe(BotCreated)
  onCreated({ event: { accountId } }: Recorded<BotCreated>): Promise<void> {
    this.ownerOf(accountId);
    return Promise.resolve();
  }

  @Subscribe(OrderSubmitted, OrderCancelled, OrderRejected)
  onOrder({ event: { clientOrderId } }: Recorded<OrderSubmitted | OrderCancelled | OrderRejected>): Promise<void> {
    const botId = this.models.trades.state.orders.get(clientOrderId)?.submitted.botId;
    if (botId !== undefined) this.setOpenOrders(botId);
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

  @Subscribe(VolumeCounted, DayRolled)
  onVolume({ event: { portfolioId } }: Recorded<VolumeCounted | DayRolled>): Promise<void> {
    this.setVolume(portfolioId);
    return Promise.resolve();
  }

  @Subscribe(TradingStateChanged)
  onTradingState({ event: { portfolioId, scope, scopeId } }: Recorded<TradingStateChanged>): Promise<void> {
    this.setTradingState(`${portfolioId}/${scope}/${scopeId}`);
    return Promise.resolve();
  }

  @Subscribe(BotDeleted)
  onDeleted({ event: { portfolioId, botId } }: Recorded<BotDeleted>): Promise<void> {
    this.setTradingState(`${portfolioId}/BOT/${botId}`);
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
    const { owners, volumes, tradingStates } = this.models.desk.state;
    for (const accountId of owners.keys()) this.ownerOf(accountId);
    for (const botId of this.accounts.keys()) this.setResults(botId);
    for (const botId of this.models.trades.state.openOrders.keys()) this.setOpenOrders(botId);
    for (const portfolioId of volumes.keys()) this.setVolume(portfolioId);
    for (const key of tradingStates.keys()) this.setTradingState(key);
  }

  /** The bot of an account, which from now on is among its bot's accounts: a bot that was created anew has more than one. */
  private ownerOf(accountId: Id): Id | undefined {
    const botId = this.models.desk.state.owners.get(accountId)?.botId;
    if (botId === undefined) return undefined;
    const accounts = this.accounts.get(botId) ?? new Set();
    this.accounts.set(botId, accounts.add(accountId));
    return botId;
  }

  private setResults(botId: Id): void {
    const { desk, books } = this.models;
    const own = [...(this.accounts.get(botId) ?? [])].filter((accountId) => desk.state.owners.get(accountId)?.botId === botId);
    const balances = own.flatMap((accountId) => books.state.balances.get(accountId) ?? []);
    this.metrics?.set('ballast_fees_quote', { bot: botId }, toGauge(sumOf(balances.map(({ fees }) => fees))));
    this.metrics?.set('ballast_funding_quote', { bot: botId }, toGauge(sumOf(balances.map(({ funding }) => funding))));
    this.metrics?.set('ballast_realised_pnl_quote', { bot: botId }, toGauge(sumOf(balances.map(({ realised }) => realised))));
  }

  private setOpenOrders(bot: Id): void {
    this.metrics?.set('ballast_open_orders', { bot }, this.models.trades.state.openOrders.get(bot)?.size ?? 0);
  }

  private setVolume(portfolio: Id): void {
    const volume = this.models.desk.state.volumes.get(portfolio);
    if (volume) this.metrics?.set('ballast_daily_volume_quote', { portfolio }, toGauge(volume.planVolume));
  }

  /** Of `<portfolio>/<scope>/<id>`. */
  private setTradingState(key: string): void {
    const state = this.models.desk.state.tradingStates.get(key);
    if (state === undefined) return;
    const [portfolio = '', kind = '', id = ''] = key.split('/');
    const labels = { portfolio, scope: kind === 'PORTFOLIO' ? 'portfolio' : `${kind.toLowerCase()}/${id}` };
    if (kind === 'BOT' && !this.models.bots.state.known.has(id)) this.metrics?.unset('ballast_trading_state', labels);
    else this.metrics?.set('ballast_trading_state', labels, TRADING_STATES.indexOf(state));
  }
}
