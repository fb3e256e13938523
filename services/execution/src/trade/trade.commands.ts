import type { DecisionContext, Id, Money, Ms, Price, Quantity, Ratio, Side, SignedQuantity, SizingOutcome, TradingState, Bps } from '@ballast/domain';
import type { ExecutionLimits, ExitStarted, HedgeStarted, LegLiquidated, LegOverfilled, OrderAccepted, OrderCancelled, OrderCancelRequested, OrderDenied, OrderFilled, OrderOutcomeUnknown, OrderRejected, OrderSubmitted, PairResidual, PlannedLeg, ReductionStarted, TradeBalanced, TradeClosed, TradeOpened, TradeRefused, UnwindStarted } from '@ballast/events';
import type { TradeIds } from './trade.state.js';

/** The touch of one instrument, from a book that was fresh when the command was made. */
export interface Touch {
  readonly bid: Price;
  readonly ask: Price;
  readonly sequence: number;
}

/** By instrument. What is missing or stale is absent: nothing is priced without it, be it an entry or a reduction. */
export type Sight = Readonly<Record<string, Touch>>;

/** The identity that the venue will give this order; pure. */
export type Identify = (order: OrderSubmitted) => string;

/** Does an order that was sent before have this identity at the venue? */
export type IsTaken = (venueOrderId: string) => boolean;

/** What a decision knows of the venue beside the log. */
export interface Surroundings {
  readonly sight?: Sight;
  /** Orders are recorded with their identity at the venue wherever it can be told. */
  readonly identify?: Identify;
  readonly isTaken?: IsTaken;
}

/** What every rule of the trade may use. */
export interface TradeContext extends DecisionContext {
  readonly identify?: Identify | undefined;
  readonly isTaken?: IsTaken | undefined;
}

/** What exactly was filled, as the venue says; the order is known already. */
export type FillFacts = Pick<OrderFilled, 'fillId' | 'quantity' | 'price' | 'fee' | 'liquidity' | 'venueTime'>;

export interface Approval extends TradeIds {
  readonly legs: readonly PlannedLeg[];
  readonly outcome: SizingOutcome;
  readonly imbalanceRatio: Ratio;
  readonly slippageBpsMax: Bps;
  readonly validUntil: Ms;
}

/** What was approved, and what the legs at hand are. */
export interface PlanHash {
  readonly approved: string;
  readonly found: string;
}

export type TradeCommand = Surroundings & (
  | { readonly type: 'OpenTrade'; readonly approval: Approval; readonly planHash?: PlanHash; readonly limits: ExecutionLimits; readonly tradingState: TradingState; readonly ended?: 'STOPPED' | 'CLOSING' | undefined }
  | { readonly type: 'RecordAccepted'; readonly clientOrderId: Id; readonly venueOrderId: string }
  | { readonly type: 'RecordRejected'; readonly clientOrderId: Id; readonly kind: string; readonly venueCode?: string; readonly message: string }
  | { readonly type: 'RecordUnknown'; readonly clientOrderId: Id; readonly reason: string }
  | { readonly type: 'RecordFill'; readonly clientOrderId: Id; readonly fill: FillFacts }
  /** The venue says that the order is over and that this much of it was filled, told or not. */
  | { readonly type: 'RecordEnded'; readonly clientOrderId: Id; readonly filled: Quantity; readonly reason: string }
  | { readonly type: 'SeeMarket' }
  | { readonly type: 'ReachDeadline' }
  | { readonly type: 'ExitTrade'; readonly reason: string; readonly signalId?: Id; readonly slippageBpsMax?: Bps }
  /** The collateral of a leg can't be kept up: so much of it is taken back, once for each reduction, and none once it was asked for too long ago. */
  | { readonly type: 'ReduceTrade'; readonly reductionId: Id; readonly instrument: string; readonly side: Side; readonly quantity: Quantity; readonly reason: string; readonly askedAt: Ms }
  /** What a closed trade left open is left as well, where the venue lets it. */
  | { readonly type: 'CloseResidual'; readonly reason: string }
  /** New risk is no longer allowed: an entry that is not complete is taken back. */
  | { readonly type: 'StopEntry'; readonly reason: string }
  /** How the account stands at the venue, seen while nothing of the instrument was under way. */
  | { readonly type: 'SeePosition'; readonly instrument: string; readonly position: SignedQuantity }
  /** The venue took up to this much of what the trade holds in the instrument. */
  | { readonly type: 'RecordLiquidation'; readonly liquidationId: string; readonly instrument: string; readonly side: Side; readonly quantity: Quantity; readonly price: Price; readonly fee: Money; readonly venueTime: Ms }
);

export type TradeEvent =
  | ExitStarted | HedgeStarted | LegLiquidated | LegOverfilled | OrderAccepted | OrderCancelled | OrderCancelRequested | OrderDenied | OrderFilled
  | OrderOutcomeUnknown | OrderRejected | OrderSubmitted | PairResidual | ReductionStarted | TradeBalanced | TradeClosed | TradeOpened | TradeRefused | UnwindStarted;
