import type { Id, Ms, Price, Quantity, Ratio, SizingOutcome, TradingState, Bps } from '@ballast/domain';
import type { ExecutionLimits, ExitStarted, HedgeStarted, LegOverfilled, OrderAccepted, OrderCancelled, OrderCancelRequested, OrderDenied, OrderFilled, OrderOutcomeUnknown, OrderRejected, OrderSubmitted, PairResidual, PlannedLeg, TradeBalanced, TradeClosed, TradeOpened, TradeRefused, UnwindStarted } from '@ballast/events';
import type { TradeIds } from './trade.state.js';

/** The touch of one instrument, from a book that was fresh when the command was made. */
export interface Touch {
  readonly bid: Price;
  readonly ask: Price;
  readonly sequence: number;
}

/** By instrument. What is missing or stale is absent: nothing is priced without it, be it an entry or a reduction. */
export type Sight = Readonly<Record<string, Touch>>;

/** What exactly was filled, as the venue says; the order is known already. */
export type FillFacts = Pick<OrderFilled, 'fillId' | 'quantity' | 'price' | 'fee' | 'liquidity' | 'venueTime'>;

export interface Approval extends TradeIds {
  readonly legs: readonly PlannedLeg[];
  readonly outcome: SizingOutcome;
  readonly imbalanceRatio: Ratio;
  readonly slippageBpsMax: Bps;
  readonly validUntil: Ms;
}

export type TradeCommand =
  | { readonly type: 'OpenTrade'; readonly approval: Approval; readonly limits: ExecutionLimits; readonly tradingState: TradingState; readonly sight?: Sight }
  | { readonly type: 'RecordAccepted'; readonly clientOrderId: Id; readonly venueOrderId: string; readonly sight?: Sight }
  | { readonly type: 'RecordRejected'; readonly clientOrderId: Id; readonly kind: string; readonly venueCode?: string; readonly message: string; readonly sight?: Sight }
  | { readonly type: 'RecordUnknown'; readonly clientOrderId: Id; readonly reason: string; readonly sight?: Sight }
  | { readonly type: 'RecordFill'; readonly clientOrderId: Id; readonly fill: FillFacts; readonly sight?: Sight }
  /** The venue says that the order is over and that this much of it was filled, told or not. */
  | { readonly type: 'RecordEnded'; readonly clientOrderId: Id; readonly filled: Quantity; readonly reason: string; readonly sight?: Sight }
  | { readonly type: 'SeeMarket'; readonly sight?: Sight }
  | { readonly type: 'ReachDeadline'; readonly sight?: Sight }
  | { readonly type: 'ExitTrade'; readonly reason: string; readonly signalId?: Id; readonly sight?: Sight }
  /** New risk is no longer allowed: an entry that is not complete is taken back. */
  | { readonly type: 'StopEntry'; readonly reason: string; readonly sight?: Sight };

export type TradeEvent =
  | ExitStarted | HedgeStarted | LegOverfilled | OrderAccepted | OrderCancelled | OrderCancelRequested | OrderDenied | OrderFilled
  | OrderOutcomeUnknown | OrderRejected | OrderSubmitted | PairResidual | TradeBalanced | TradeClosed | TradeOpened | TradeRefused | UnwindStarted;
