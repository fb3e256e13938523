import { type Bps, Decimal, imbalanceOf, type Ms, type Notional, opposite, type Price, signOf, type Side, slippageBps } from '@ballast/domain';
import type { FundingSettled } from '@ballast/events';
import { type LegFacts, netEntered, netExited, type Sum, type TradeFacts } from '../facts/trade-facts.js';

export type Phase = 'ENTRY' | 'EXIT';
const ZERO = new Decimal(0);

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

/** Difference of the two leg notionals over the smaller one (C-33), at four moments; undefined unless the trade has two legs. */
export const imbalanceOrdered = (trade: TradeFacts): Decimal | undefined => imbalance(trade, (leg) => leg.ordered.times(leg.referencePrice));
export const imbalanceAtReference = (trade: TradeFacts): Decimal | undefined => imbalance(trade, (leg) => netEntered(leg).times(leg.referencePrice));
export const imbalanceAtFill = (trade: TradeFacts, phase: Phase = 'ENTRY'): Decimal | undefined => imbalance(trade, (leg) => phaseFill(trade, leg, phase).notional.abs());

/** Signed dollars that the filled pair is not hedged by, at the plan's reference prices, and the leg that has more (C-34). */
export function residualDelta(trade: TradeFacts): { readonly delta: Decimal; readonly instrument: string } | undefined {
  const [a, b] = trade.legs;
  if (!a || !b || trade.legs.length > 2) return undefined;
  const [worthA, worthB] = [a, b].map((leg) => netEntered(leg).times(leg.referencePrice)) as [Decimal, Decimal];
  const delta = worthA.times(signOf(a.side)).plus(worthB.times(signOf(b.side)));
  return { delta, instrument: worthA.gt(worthB) ? a.instrument : b.instrument };
}

/** What the trade held after every fill up to venue time `until`, without its side. */
function heldAt(trade: TradeFacts, instrument: string, until: Ms): Decimal {
  return trade.fills.filter(({ fill }) => fill.instrument === instrument && fill.venueTime <= until).reduce((sum, { fill }) => sum.plus(fill.quantity.times(signOf(fill.side))), ZERO).abs();
}

/**
 * Funding belongs to an account's position, not to a trade: each payment goes to the trades that held the instrument when it
 * was settled (or up to that very millisecond), by what each held. What no trade held (a residual's funding) stays under no trade.
 */
export function fundingByTrade(trades: readonly TradeFacts[], fundings: readonly FundingSettled[]): ReadonlyMap<string, Decimal> {
  const shares = new Map<string, Decimal>();
  for (const { accountId, instrument, venueTime, amount } of fundings) {
    const holdersAt = (until: Ms) => trades
      .filter((trade) => trade.accountId === accountId && trade.fills.length > 0)
      .map((trade) => ({ tradeId: trade.tradeId, held: heldAt(trade, instrument, until) }))
      .filter(({ held }) => held.gt(0));
    const now = holdersAt(venueTime);
    const holders = now.length > 0 ? now : holdersAt(venueTime - 1);
    const total = holders.reduce((sum, { held }) => sum.plus(held), ZERO);
    let left: Decimal = amount;
    holders.forEach(({ tradeId, held }, index) => {
      const share = index === holders.length - 1 ? left : amount.times(held).div(total).toDecimalPlaces(12);
      left = left.minus(share);
      shares.set(tradeId, (shares.get(tradeId) ?? ZERO).plus(share));
    });
  }
  return shares;
}

/** True where every leg is flat again. */
export const isFlat = (trade: TradeFacts): boolean => trade.legs.every((leg) => netEntered(leg).eq(netExited(leg)));
