import { Decimal, type Id, type Ms, type Price, type Quantity, signOf, type Side, type SizingOutcome } from '@ballast/domain';
import type { OrderFilled, OrderSubmitted, PlannedLeg, TradeClosed } from '@ballast/events';

/** Fills of one kind, added up. */
export interface Sum {
  readonly quantity: Decimal;
  readonly notional: Decimal;
  readonly makerNotional: Decimal;
  readonly fees: Decimal;
}

const ZERO = new Decimal(0);
export const NOTHING: Sum = { quantity: ZERO, notional: ZERO, makerNotional: ZERO, fees: ZERO };

/** Where a trade has come to; later stages replace earlier ones. */
export type TradeStage = 'SIGNALLED' | 'INFEASIBLE' | 'PLANNED' | 'DENIED' | 'APPROVED' | 'REFUSED' | 'ENTERING' | 'HELD' | 'EXITING' | 'UNWINDING' | 'CLOSED';

export interface LegFacts {
  readonly leg: number;
  readonly instrument: string;
  readonly side: Side;
  readonly planned: Quantity;
  readonly referencePrice: Price;
  /** Best price on the side that the entry takes, when it was planned. */
  readonly touchPrice: Price;
  readonly estimatedSlippageBps: Decimal;
  /** Taken over from earlier trades, in the leg's direction; what the leg stands in besides its own fills. */
  readonly absorbed: Decimal;
  /** Entered plus still on order for the entry, now. */
  committed: Decimal;
  /** The most that was ever committed: what the entry ordered, with what replaces a remainder counted once. */
  ordered: Decimal;
  /** ENTRY and HEDGE fills; TRIM fills that gave some back; EXIT and UNWIND fills; fills that took back what was exited beyond flat. */
  entered: Sum;
  trimmed: Sum;
  exited: Sum;
  returned: Sum;
}

export interface OrderFacts {
  readonly submitted: OrderSubmitted;
  status: 'SUBMITTED' | 'OPEN' | 'UNKNOWN' | 'FILLED' | 'CANCELLED' | 'REJECTED';
  filled: Decimal;
  filledNotional: Decimal;
  /** Unfilled when it ended; undefined while it lives. */
  unfilled: Decimal | undefined;
}

/** One round of a strategy, from its signal on, with what came of it. */
export interface TradeFacts {
  readonly tradeId: Id;
  readonly botId: Id;
  readonly accountId: Id;
  readonly portfolioId: Id;
  stage: TradeStage;
  /** Market time of the first event of it. */
  readonly startedAt: Ms;
  openedAt: Ms | undefined;
  balancedAt: Ms | undefined;
  closedAt: Ms | undefined;
  planOutcome: SizingOutcome | undefined;
  imbalancePlanned: Decimal | undefined;
  expectedCostBps: Decimal | undefined;
  /** Why it went no further, in one word: the rule, the reason of infeasibility. */
  refusedBy: string | undefined;
  legs: LegFacts[];
  /** Mid of each instrument as the exit signal saw it. */
  exitReference: Record<string, Price>;
  exitReason: string | undefined;
  closed: TradeClosed | undefined;
  nakedNotionalSeconds: Decimal;
  readonly fills: OrderFilled[];
}

export type TradeIdentity = Pick<TradeFacts, 'tradeId' | 'botId' | 'accountId' | 'portfolioId'>;

export const newTrade = ({ tradeId, botId, accountId, portfolioId }: TradeIdentity, startedAt: Ms): TradeFacts => ({
  tradeId, botId, accountId, portfolioId, stage: 'SIGNALLED', startedAt, openedAt: undefined, balancedAt: undefined, closedAt: undefined,
  planOutcome: undefined, imbalancePlanned: undefined, expectedCostBps: undefined, refusedBy: undefined, legs: [], exitReference: {}, exitReason: undefined, closed: undefined, nakedNotionalSeconds: ZERO, fills: [],
});

export const legFactsOf = ({ leg, instrument, side, quantity, referencePrice, estimatedSlippageBps, seen, residualAbsorbed }: PlannedLeg): LegFacts => ({
  leg, instrument, side, planned: quantity, referencePrice, touchPrice: side === 'BUY' ? seen.bestAsk : seen.bestBid, estimatedSlippageBps,
  absorbed: (residualAbsorbed ?? ZERO).times(signOf(side)), committed: ZERO, ordered: ZERO, entered: NOTHING, trimmed: NOTHING, exited: NOTHING, returned: NOTHING,
});

export const plus = (sum: Sum, { quantity, price, fee, liquidity }: Pick<OrderFilled, 'quantity' | 'price' | 'fee' | 'liquidity'>): Sum => {
  const notional = quantity.times(price);
  return { quantity: sum.quantity.plus(quantity), notional: sum.notional.plus(notional), makerNotional: sum.makerNotional.plus(liquidity === 'MAKER' ? notional : ZERO), fees: sum.fees.plus(fee) };
};

/** Signed as the leg's side: what it entered and kept, and what it gave back of that on the way out. */
export const netEntered = (leg: LegFacts): Decimal => leg.entered.quantity.minus(leg.trimmed.quantity);
export const netExited = (leg: LegFacts): Decimal => leg.exited.quantity.minus(leg.returned.quantity);
export const isTraded = (trade: TradeFacts): boolean => trade.fills.length > 0;
export const isLive = ({ status }: OrderFacts): boolean => status === 'SUBMITTED' || status === 'OPEN' || status === 'UNKNOWN';
