import { type Bps, type Decimal, type Id, type Money, type Ms, type Notional, type Price, type Quantity, type Ratio, type Side, type SizingOutcome, type TimeInForce, ZERO_MONEY, ZERO_NOTIONAL, ZERO_QUANTITY } from '@ballast/domain';
import type { ContractTerms, ExecutionLimits, OrderSubmitted } from '@ballast/events';

export type Purpose = OrderSubmitted['purpose'];

/** ENDED: the venue has said how much stays unfilled; the fills that it has promised may still be on their way. */
export type OrderStatus = 'SUBMITTED' | 'UNKNOWN' | 'OPEN' | 'ENDED';

export interface OrderState {
  readonly clientOrderId: Id;
  /** The identity at the venue, fixed before the order was sent. */
  readonly venueOrderId: string | undefined;
  readonly leg: number;
  readonly instrument: string;
  readonly purpose: Purpose;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly limitPrice: Price;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly receiveBy: Ms;
  readonly expiresAt: Ms;
  readonly deadlineAt: Ms;
  readonly slice: number;
  readonly status: OrderStatus;
  /** The venue has said that it has the order. */
  readonly accepted: boolean;
  readonly cancelRequested: boolean;
  /** How many orders its trade had sent when it was asked back; undefined in a snapshot of an older build. */
  readonly askedBackAfter?: number;
  readonly filled: Quantity;
  /** As the venue said when the order ended. */
  readonly unfilled: Quantity;
}

export interface Sum {
  readonly quantity: Quantity;
  readonly notional: Notional;
}
export const NOTHING: Sum = { quantity: ZERO_QUANTITY, notional: ZERO_NOTIONAL };

export interface LegState {
  readonly leg: number;
  readonly instrument: string;
  readonly side: Side;
  readonly planned: Quantity;
  readonly slices: readonly Quantity[];
  readonly referencePrice: Price;
  readonly terms: ContractTerms;
  /** Where the leg is left at a loss: armed from the first order on. */
  readonly stopPrice: Price | undefined;
  /** Where it is left at a gain: a resting order once the leg is whole. */
  readonly targetPrice: Price | undefined;
  /** Asked to be taken back of a held leg, and not taken back yet. */
  readonly reducing: Quantity;
  /** From then on it is not taken back any more; undefined where there is no such moment. */
  readonly reducesUntil: Ms | undefined;
  /** Taken over from earlier trades, in the leg's direction: below 0 where it stood against it. */
  readonly absorbed: Decimal;
  /** ENTRY and HEDGE fills. */
  readonly entered: Sum;
  /** TRIM fills that gave back what was entered. */
  readonly trimmed: Sum;
  /** EXIT and UNWIND fills. */
  readonly exited: Sum;
  /** TRIM fills that took back what was exited beyond flat. */
  readonly returned: Sum;
  /** Taken by the venue. */
  readonly liquidated: Sum;
  /** Held by the account of the log and not found at the venue, in the leg's direction. */
  readonly missing: Decimal;
  readonly fees: Money;
  /** What this round is to do: the plan on the way in, the holding on the way out. */
  readonly target: Quantity;
  /** Orders of this leg so far: the attempt number of the next one. */
  readonly orders: number;
  readonly makers: number;
  /** The leg takes from now on, in this round. */
  readonly makerOver: boolean;
  /** Taking orders in a row that ended with something unfilled. */
  readonly failures: number;
  /** Nothing is sent for this leg before this moment. */
  readonly retryAt: Ms;
  /** Orders that ended with a remainder which no order has taken over yet, oldest first. */
  readonly remainders: readonly { readonly clientOrderId: Id; readonly quantity: Quantity }[];
  readonly surplusTold: Quantity;
  /** What is left cannot be traded and is recorded. */
  readonly residual: boolean;
}

export type Phase = 'ABSENT' | 'REFUSED' | 'ENTERING' | 'HELD' | 'EXITING' | 'UNWINDING' | 'CLOSED';

export interface TradeIds {
  readonly planId: Id;
  readonly signalId: Id;
  readonly tradeId: Id;
  readonly botId: Id;
  readonly accountId: Id;
  readonly portfolioId: Id;
}

export interface TradeState {
  readonly phase: Phase;
  readonly ids: TradeIds;
  readonly outcome: SizingOutcome;
  readonly imbalancePlanned: Ratio;
  readonly limits: ExecutionLimits;
  readonly entrySlippageBpsMax: Bps;
  /** What the signal that asked for the exit accepts. */
  readonly exitSlippageBpsMax: Bps | undefined;
  /** The exit takes, without a resting order first. */
  readonly urgent: boolean;
  /** Reductions that were asked for, and how much each was to take. */
  readonly reductions: Readonly<Record<string, Quantity>>;
  /** Until when the first orders may be sent. */
  readonly enterBy: Ms;
  /** When an exit or an unwind that has not ended is told again; 0 where it is not. */
  readonly againAt: Ms;
  readonly legs: readonly LegState[];
  readonly orders: Readonly<Record<Id, OrderState>>;
  /** Orders that have not ended, or whose promised fills are missing: what a look at the trade has to look at. */
  readonly unsettled: readonly Id[];
  readonly fillIds: ReadonlySet<string>;
  /** What this trade lost in each liquidation. */
  readonly liquidations: Readonly<Record<string, Quantity>>;
  /** Since when a leg lags behind the leader's fills. */
  readonly lagSince: Ms | undefined;
  readonly hedging: boolean;
  readonly balanced: boolean;
  readonly reason: string;
  readonly naked: { readonly seconds: Notional; readonly amount: Notional; readonly at: Ms; readonly since: Ms | undefined };
}

const NO_IDS: TradeIds = { planId: '', signalId: '', tradeId: '', botId: '', accountId: '', portfolioId: '' };

export const initialTrade: TradeState = {
  phase: 'ABSENT',
  ids: NO_IDS,
  outcome: 'INFEASIBLE',
  imbalancePlanned: ZERO_MONEY as Decimal as Ratio,
  limits: { makerTimeoutMs: 0, nakedTimeoutMs: 0, orderTimeToLiveMs: 0, slippageBpsMax: ZERO_MONEY as Decimal as Bps },
  entrySlippageBpsMax: ZERO_MONEY as Decimal as Bps,
  exitSlippageBpsMax: undefined,
  urgent: false,
  reductions: {},
  enterBy: 0,
  againAt: 0,
  legs: [],
  orders: {},
  unsettled: [],
  fillIds: new Set(),
  liquidations: {},
  lagSince: undefined,
  hedging: false,
  balanced: false,
  reason: '',
  naked: { seconds: ZERO_NOTIONAL, amount: ZERO_NOTIONAL, at: 0, since: undefined },
};
