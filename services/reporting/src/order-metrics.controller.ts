import { Controller } from '@nestjs/common';
import { type Recorded, Runtime, Subscribe } from '@ballast/bus';
import { Decimal, type Id } from '@ballast/domain';
import { OrderCancelled, OrderDenied, OrderFilled, OrderRejected, OrderSubmitted, TradeClosed, TradePlanInfeasible } from '@ballast/events';
import { isFailure, refuserOf } from '@ballast/ladder';
import { type Metrics, toGauge } from '@ballast/observability';
import { LiveReadModels } from './read-models.service.js';
import { ReportingSettings } from './reporting.settings.js';

type Outcome = 'filled' | 'cancelled' | 'rejected' | 'failed';

/** Orders as Prometheus sees them: how soon they left, how they ended, what was refused. Counts from the start of the process. */
@Controller()
export class OrderMetrics {
  private readonly metrics: Metrics | undefined;
  /** Open trades whose first order has left. */
  private readonly begun = new Set<Id>();

  constructor(
    private readonly models: LiveReadModels,
    settings: ReportingSettings,
    runtime: Runtime,
  ) {
    this.metrics = settings.metrics;
    runtime.onRecovered(() => {
      for (const { tradeId, openedAt, stage } of models.trades.state.trades.values()) if (openedAt !== undefined && stage !== 'CLOSED') this.begun.add(tradeId);
      return Promise.resolve();
    });
  }

  @Subscribe(OrderSubmitted)
  onSubmitted({ event: { tradeId, botId }, decision: { occurredAt } }: Recorded<OrderSubmitted>): Promise<void> {
    const trade = this.begun.has(tradeId) ? undefined : this.models.trades.state.trades.get(tradeId);
    this.begun.add(tradeId);
    if (trade) this.metrics?.observe('ballast_signal_to_order_seconds', { bot: botId }, Math.max(0, occurredAt - trade.startedAt) / 1_000, tradeId);
    return Promise.resolve();
  }

  @Subscribe(TradeClosed)
  onClosed({ event: { tradeId } }: Recorded<TradeClosed>): Promise<void> {
    this.begun.delete(tradeId);
    return Promise.resolve();
  }

  @Subscribe(OrderFilled)
  onFilled({ event }: Recorded<OrderFilled>): Promise<void> {
    const { botId, liquidity, quantity, price } = event;
    this.metrics?.count('ballast_turnover_quote_total', { bot: botId, liquidity }, toGauge(quantity.times(price)));
    if (this.completes(event)) this.ended(event.clientOrderId, 'filled');
    return Promise.resolve();
  }

  @Subscribe(OrderCancelled)
  onCancelled({ event: { clientOrderId, unfilled } }: Recorded<OrderCancelled>): Promise<void> {
    if (unfilled.gt(0)) this.ended(clientOrderId, 'cancelled');
    return Promise.resolve();
  }

  @Subscribe(OrderRejected)
  onRejected({ event }: Recorded<OrderRejected>): Promise<void> {
    this.ended(event.clientOrderId, isFailure(event) ? 'failed' : 'rejected');
    const bot = this.models.trades.state.trades.get(event.tradeId)?.botId;
    if (bot !== undefined) this.metrics?.count('ballast_order_refusals_total', { bot, by: refuserOf(event), reason: event.kind });
    return Promise.resolve();
  }

  @Subscribe(OrderDenied)
  onDenied({ event: { tradeId, reason } }: Recorded<OrderDenied>): Promise<void> {
    const bot = this.models.trades.state.trades.get(tradeId)?.botId;
    if (bot !== undefined) this.metrics?.count('ballast_order_refusals_total', { bot, by: 'contract', reason });
    return Promise.resolve();
  }

  @Subscribe(TradePlanInfeasible)
  onInfeasible({ event: { botId, reason } }: Recorded<TradePlanInfeasible>): Promise<void> {
    this.metrics?.count('ballast_plans_infeasible_total', { bot: botId, reason });
    return Promise.resolve();
  }

  /** The fill that brings its order to the whole of its quantity, and no later one. */
  private completes({ clientOrderId, tradeId, fillId }: OrderFilled): boolean {
    const { trades, orders } = this.models.trades.state;
    const asked = orders.get(clientOrderId)?.submitted.quantity;
    const fills = (trades.get(tradeId)?.fills ?? []).filter((fill) => fill.clientOrderId === clientOrderId);
    const index = fills.findIndex((fill) => fill.fillId === fillId);
    const before = fills.slice(0, Math.max(0, index)).reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0));
    const own = fills[index]?.quantity;
    return asked !== undefined && own !== undefined && before.lt(asked) && before.plus(own).gte(asked);
  }

  private ended(clientOrderId: string, outcome: Outcome): void {
    const bot = this.models.trades.state.orders.get(clientOrderId)?.submitted.botId;
    if (bot !== undefined) this.metrics?.count('ballast_orders_total', { bot, outcome });
  }
}
