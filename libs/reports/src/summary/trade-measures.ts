import { type Bps, Decimal, imbalanceOf, type Notional, opposite, type Price, signOf, type Side, slippageBps } from '@ballast/domain';
import { type LegFacts, netEntered, netExited, type Sum, type TradeFacts } from '../facts/trade-facts.js';

export type Phase = 'ENTRY' | 'EXIT';

/** One leg on one side of a round, as it was filled: trims are netted, so that quantities are what the round stood in. */
export interface PhaseFill {
  readonly phase: Phase;
  readonly side: Side;
  readonly quantity: Decimal;
  /** Net of trims: quantity x averagePrice. */
  readonly notional: Decimal;
  /** Every fill of it, trims added, not netted. */
  readonly turnover: Decimal;
  readonly makerNotional: Decimal;
  readonly fees: Decimal;
  /** Undefined where nothing was filled. */
  readonly averagePrice: Decimal | undefined;
  /** What slippage is measured from: mid at planning, or mid that the exit signal saw; undefined for an exit without a signal. */
  readonly referencePrice: Price | undefined;
  /** Against the reference price; positive = worse. */
  readonly slippageBps: Decimal | undefined;
}

export function phaseFill(trade: TradeFacts, leg: LegFacts, phase: Phase): PhaseFill {
  const [done, undone] = phase === 'ENTRY' ? [leg.entered, leg.trimmed] : [leg.exited, leg.returned];
  const side = phase === 'ENTRY' ? leg.side : opposite(leg.side);
  const quantity = done.quantity.minus(undone.quantity);
  const notional = done.notional.minus(undone.notional);
  const averagePrice = quantity.isZero() ? undefined : notional.div(quantity);
  const referencePrice = phase === 'ENTRY' ? leg.referencePrice : trade.exitReference[leg.instrument];
  const slippage = averagePrice && referencePrice ? slippageBps(side, referencePrice, averagePrice as Price) : undefined;
  return { phase, side, quantity, notional, turnover: both(done, undone, 'notional'), makerNotional: both(done, undone, 'makerNotional'), fees: both(done, undone, 'fees'), averagePrice, referencePrice, slippageBps: slippage };
}

const both = (done: Sum, undone: Sum, field: 'notional' | 'makerNotional' | 'fees'): Decimal => done[field].plus(undone[field]);

/** Entry against the best opposing price that the plan saw: comparable with the plan's estimate. */
export function slippageAgainstTouch(trade: TradeFacts, leg: LegFacts): Bps | undefined {
  const { averagePrice } = phaseFill(trade, leg, 'ENTRY');
  return averagePrice && slippageBps(leg.side, leg.touchPrice, averagePrice as Price);
}

const imbalance = ({ legs: [a, b, ...more] }: TradeFacts, valueOf: (leg: LegFacts) => Decimal): Decimal | undefined =>
  a && b && more.length === 0 ? imbalanceOf(valueOf(a) as Notional, valueOf(b) as Notional) : undefined;

/** What the leg stands in beside `quantity` of its own, at the plan's reference price. */
const standing = (leg: LegFacts, quantity: Decimal): Decimal => leg.absorbed.plus(quantity).times(leg.referencePrice);

/** Difference of the two leg notionals over the smaller one (C-33), of the position as it stood, at four moments; undefined unless the trade has two legs. */
export const imbalanceOrdered = (trade: TradeFacts): Decimal | undefined => imbalance(trade, (leg) => standing(leg, leg.ordered));
export const imbalanceAtReference = (trade: TradeFacts): Decimal | undefined => imbalance(trade, (leg) => standing(leg, netEntered(leg)));
export const imbalanceAtFill = (trade: TradeFacts, phase: Phase = 'ENTRY'): Decimal | undefined => imbalance(trade, (leg) => phaseFill(trade, leg, phase).notional.plus(leg.absorbed.times(leg.referencePrice).times(phase === 'ENTRY' ? 1 : 0)).abs());

/** Signed dollars that the filled pair is not hedged by, at the plan's reference prices, and the leg that has more (C-34). */
export function residualDelta(trade: TradeFacts): { readonly delta: Decimal; readonly instrument: string } | undefined {
  const [a, b] = trade.legs;
  if (!a || !b || trade.legs.length > 2) return undefined;
  const [worthA, worthB] = [a, b].map((leg) => standing(leg, netEntered(leg))) as [Decimal, Decimal];
  const delta = worthA.times(signOf(a.side)).plus(worthB.times(signOf(b.side)));
  return { delta, instrument: worthA.gt(worthB) ? a.instrument : b.instrument };
}

/** What a leg set out to trade, in and out, at its reference price: an entry is set out for with its plan, an exit with what was entered (C-14). */
export const orderedOf = (leg: LegFacts): Decimal => leg.planned.plus(netEntered(leg)).times(leg.referencePrice);
/** What of it was filled, as maker or by IOC. */
export const filledOf = (leg: LegFacts): Decimal => netEntered(leg).plus(netExited(leg)).times(leg.referencePrice);

/** True where every leg is flat again. */
export const isFlat = (trade: TradeFacts): boolean => trade.legs.every((leg) => leg.absorbed.plus(netEntered(leg)).eq(netExited(leg)));
