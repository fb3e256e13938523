import { type DynamicModule, Module } from '@nestjs/common';
import { VenueAdapter } from '@ballast/venues';
import { Accounts, AccountsContext, OrderWork } from './account/accounts.service.js';
import { Ledger } from './ledger.projection.js';
import { LogWatch } from './log-watch.js';
import { type ExecutionOptions, ExecutionSettings, settingsOf } from './options.js';
import { CashBooks } from './reconciliation/cash.projection.js';
import { Reconciliation, ReconciliationContext } from './reconciliation/reconciliation.service.js';
import { Sights } from './sights.js';
import { StateController } from './state.controller.js';
import { LoggedTrace, TraceLog } from './trace-log.js';
import { FeedWatch } from './trade/feed-watch.service.js';
import { PositionLook, PositionLookContext } from './trade/position-look.service.js';
import { StopGuard } from './trade/stop-guard.service.js';
import { TradeController } from './trade/trade.controller.js';
import { TradeDesk } from './trade/trade-desk.service.js';
import { Trades, TradesContext } from './trade/trades.service.js';
import { Brake } from './venue/brake.service.js';
import { EntryGate } from './venue/entry-gate.js';
import { GatewayContext, OrderGateway } from './venue/order.gateway.js';
import { OutsideFacts } from './venue/outside-facts.js';
import { RetryTimer } from './venue/retry-timer.js';
import { VenueCalls } from './venue/venue-calls.js';
import { VenueStop } from './venue/venue-stop.js';

@Module({})
class ExecutionModule {}

/** Trades, positions and reconciliation: the only caller of the venue's order API. */
export const executionModule = (options: ExecutionOptions): DynamicModule => ({
  module: ExecutionModule,
  controllers: [TradeController, StateController],
  providers: [
    { provide: VenueAdapter, useValue: options.venue },
    { provide: RetryTimer, useValue: options.retryTimer },
    { provide: ExecutionSettings, useValue: settingsOf(options) },
    { provide: TraceLog, useValue: new LoggedTrace(options.log ?? (() => undefined), options.metrics, options.venue.venue) },
    Accounts, AccountsContext, Brake, CashBooks, EntryGate, FeedWatch, GatewayContext, Ledger, LogWatch, OrderGateway, OrderWork, OutsideFacts, PositionLook, PositionLookContext, Reconciliation, ReconciliationContext, Sights, StopGuard, TradeDesk, Trades, TradesContext, VenueCalls, VenueStop,
  ],
});
