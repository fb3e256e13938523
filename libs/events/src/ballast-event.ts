import type { AccountFunded } from './collateral/account-funded.event.js';
import type { ChestReinvested } from './collateral/chest-reinvested.event.js';
import type { DebtForgiven } from './collateral/debt-forgiven.event.js';
import type { EquityObserved } from './collateral/equity-observed.event.js';
import type { ProtectionConfigured } from './collateral/protection-configured.event.js';
import type { ProtectionDeposited } from './collateral/protection-deposited.event.js';
import type { ProtectionExhausted } from './collateral/protection-exhausted.event.js';
import type { ProtectionFresh } from './collateral/protection-fresh.event.js';
import type { ProtectionPaused } from './collateral/protection-paused.event.js';
import type { ProtectionReductionRequested } from './collateral/protection-reduction-requested.event.js';
import type { ProtectionReleased } from './collateral/protection-released.event.js';
import type { ProtectionStale } from './collateral/protection-stale.event.js';
import type { ProtectionTransferIntended } from './collateral/protection-transfer-intended.event.js';
import type { ProtectionTransferPrepared } from './collateral/protection-transfer-prepared.event.js';
import type { ProtectionTransferRefused } from './collateral/protection-transfer-refused.event.js';
import type { ProtectionUnpaused } from './collateral/protection-unpaused.event.js';
import type { ProtectionWithdrawn } from './collateral/protection-withdrawn.event.js';
import type { TreasuryBooked } from './collateral/treasury-booked.event.js';
import type { TreasuryDayClosed } from './collateral/treasury-day-closed.event.js';
import type { TreasuryOpened } from './collateral/treasury-opened.event.js';
import type { TreasuryWithdrawn } from './collateral/treasury-withdrawn.event.js';
import type { ExitStarted } from './execution/exit-started.event.js';
import type { FundingSettled } from './execution/funding-settled.event.js';
import type { HedgeStarted } from './execution/hedge-started.event.js';
import type { LegLiquidated } from './execution/leg-liquidated.event.js';
import type { LegOverfilled } from './execution/leg-overfilled.event.js';
import type { OrderAccepted } from './execution/order-accepted.event.js';
import type { OrderCancelRequested } from './execution/order-cancel-requested.event.js';
import type { OrderCancelled } from './execution/order-cancelled.event.js';
import type { OrderDenied } from './execution/order-denied.event.js';
import type { OrderFilled } from './execution/order-filled.event.js';
import type { OrderOutcomeUnknown } from './execution/order-outcome-unknown.event.js';
import type { OrderRejected } from './execution/order-rejected.event.js';
import type { OrderSubmitted } from './execution/order-submitted.event.js';
import type { PairResidual } from './execution/pair-residual.event.js';
import type { PositionClosed } from './execution/position-closed.event.js';
import type { PositionFlipped } from './execution/position-flipped.event.js';
import type { PositionIncreased } from './execution/position-increased.event.js';
import type { PositionLiquidated } from './execution/position-liquidated.event.js';
import type { PositionOpened } from './execution/position-opened.event.js';
import type { PositionReduced } from './execution/position-reduced.event.js';
import type { ReconciliationAgreed } from './execution/reconciliation-agreed.event.js';
import type { ReconciliationDifferenceFound } from './execution/reconciliation-difference-found.event.js';
import type { ReductionStarted } from './execution/reduction-started.event.js';
import type { TradeBalanced } from './execution/trade-balanced.event.js';
import type { TradeClosed } from './execution/trade-closed.event.js';
import type { TradeOpened } from './execution/trade-opened.event.js';
import type { TradeRefused } from './execution/trade-refused.event.js';
import type { UnwindStarted } from './execution/unwind-started.event.js';
import type { BotCloseAllRequested } from './operator/bot-close-all-requested.event.js';
import type { BotConfigured } from './operator/bot-configured.event.js';
import type { BotCreated } from './operator/bot-created.event.js';
import type { BotDeleted } from './operator/bot-deleted.event.js';
import type { BotPaused } from './operator/bot-paused.event.js';
import type { BotStarted } from './operator/bot-started.event.js';
import type { BotStopped } from './operator/bot-stopped.event.js';
import type { RequestClaimed } from './operator/request-claimed.event.js';
import type { RequestSettled } from './operator/request-settled.event.js';
import type { PartitionOpened } from './restorer/partition-opened.event.js';
import type { ApprovalReleased } from './risk/approval-released.event.js';
import type { DayRolled } from './risk/day-rolled.event.js';
import type { MaintenanceAnnounced } from './risk/maintenance-announced.event.js';
import type { MaintenanceCalledOff } from './risk/maintenance-called-off.event.js';
import type { PromotionApproved } from './risk/promotion-approved.event.js';
import type { PromotionDenied } from './risk/promotion-denied.event.js';
import type { PromotionRejected } from './risk/promotion-rejected.event.js';
import type { PromotionRequested } from './risk/promotion-requested.event.js';
import type { RungEntered } from './risk/rung-entered.event.js';
import type { RungWatchPassed } from './risk/rung-watch-passed.event.js';
import type { HardStopResumed } from './risk/hard-stop-resumed.event.js';
import type { HardStopTripped } from './risk/hard-stop-tripped.event.js';
import type { PeriodOpened } from './risk/period-opened.event.js';
import type { PolicyInForceChanged } from './risk/policy-in-force-changed.event.js';
import type { TradeApproved } from './risk/trade-approved.event.js';
import type { TradeDenied } from './risk/trade-denied.event.js';
import type { TradingStateChanged } from './risk/trading-state-changed.event.js';
import type { VolumeCounted } from './risk/volume-counted.event.js';
import type { TradePlanInfeasible } from './sizing/trade-plan-infeasible.event.js';
import type { TradePlanned } from './sizing/trade-planned.event.js';
import type { SignalRaised } from './strategies/signal-raised.event.js';
import type { SignalWithdrawn } from './strategies/signal-withdrawn.event.js';

/** Every event there is; a switch over its `type` is the map of the system. */
export type BallastEvent =
  | AccountFunded
  | ApprovalReleased
  | BotCloseAllRequested
  | BotConfigured
  | BotCreated
  | BotDeleted
  | BotPaused
  | BotStarted
  | BotStopped
  | ChestReinvested
  | DayRolled
  | DebtForgiven
  | EquityObserved
  | ExitStarted
  | FundingSettled
  | HardStopResumed
  | HardStopTripped
  | HedgeStarted
  | LegLiquidated
  | LegOverfilled
  | MaintenanceAnnounced
  | MaintenanceCalledOff
  | OrderAccepted
  | OrderCancelRequested
  | OrderCancelled
  | OrderDenied
  | OrderFilled
  | OrderOutcomeUnknown
  | OrderRejected
  | OrderSubmitted
  | PairResidual
  | PartitionOpened
  | PeriodOpened
  | PolicyInForceChanged
  | PositionClosed
  | PositionFlipped
  | PositionIncreased
  | PositionLiquidated
  | PositionOpened
  | PositionReduced
  | PromotionApproved
  | PromotionDenied
  | PromotionRejected
  | PromotionRequested
  | ProtectionConfigured
  | ProtectionDeposited
  | ProtectionExhausted
  | ProtectionFresh
  | ProtectionPaused
  | ProtectionReductionRequested
  | ProtectionReleased
  | ProtectionStale
  | ProtectionTransferIntended
  | ProtectionTransferPrepared
  | ProtectionTransferRefused
  | ProtectionUnpaused
  | ProtectionWithdrawn
  | ReconciliationAgreed
  | ReconciliationDifferenceFound
  | ReductionStarted
  | RequestClaimed
  | RequestSettled
  | RungEntered
  | RungWatchPassed
  | SignalRaised
  | SignalWithdrawn
  | TradeApproved
  | TradeBalanced
  | TradeClosed
  | TradeDenied
  | TradeOpened
  | TradePlanInfeasible
  | TradePlanned
  | TradeRefused
  | TradingStateChanged
  | TreasuryBooked
  | TreasuryDayClosed
  | TreasuryOpened
  | TreasuryWithdrawn
  | UnwindStarted
  | VolumeCounted;

export type EventType = BallastEvent['type'];
