import { addMoney, addNotional, addQuantity, canonicalRatio, Decimal, imbalanceOf, type Money, type Notional, notionalOf, type Price, type Quantity, type Ratio, signOf, ZERO_MONEY, ZERO_NOTIONAL } from '@ballast/domain';
import type { LegResult, TradeBalanced, TradeClosed } from '@ballast/events';
import { holdingOf, liquidatedOf, netEntered, netExited } from './quantities.js';
import type { LegState, Sum, TradeState } from './trade.state.js';

const PRICE_PLACES = 12;
const averageOf = (sum: Sum): Price | undefined => (sum.quantity.isZero() ? undefined : sum.notional.div(sum.quantity).toDecimalPlaces(PRICE_PLACES) as Price);

const plus = (a: Sum, b: Sum): Sum => ({ quantity: addQuantity(a.quantity, b.quantity), notional: addNotional(a.notional, b.notional) });

/** What liquidations took, as they took it; where the fills that they took are not all here yet, what is here at the average of their prices. */
function lostOf(leg: LegState): Sum {
  const quantity = liquidatedOf(leg);
  if (quantity.eq(leg.liquidated.quantity)) return leg.liquidated;
  return { quantity, notional: notionalOf(quantity, averageOf(leg.liquidated) ?? leg.referencePrice) };
}

function legResult(leg: LegState): LegResult {
  const averagePrice = averageOf(leg.entered);
  const averageExitPrice = averageOf(plus(leg.exited, lostOf(leg)));
  return {
    leg: leg.leg, instrument: leg.instrument, side: leg.side, planned: leg.planned, filled: netEntered(leg), exited: addQuantity(netExited(leg), liquidatedOf(leg)),
    ...(averagePrice ? { averagePrice } : {}), ...(averageExitPrice ? { averageExitPrice } : {}), fees: leg.fees,
  };
}

const imbalance = (state: TradeState, valueOf: (leg: LegState) => Notional): Ratio => {
  const [a, b] = state.legs;
  const found = a && b ? imbalanceOf(valueOf(a), valueOf(b)) : new Decimal(0);
  return canonicalRatio((found.isFinite() ? found : new Decimal(1)) as Ratio);
};

export function tradeBalanced(state: TradeState): TradeBalanced {
  const { planId, tradeId, botId, accountId, portfolioId } = state.ids;
  return {
    type: 'TradeBalanced', tradeId, botId, accountId, portfolioId, planId, legs: state.legs.map(legResult),
    imbalancePlanned: state.imbalancePlanned,
    imbalanceAtReference: imbalance(state, (leg) => notionalOf(leg.absorbed.plus(netEntered(leg)) as Quantity, leg.referencePrice)),
    imbalanceAtFill: imbalance(state, (leg) => netEntered(leg).times(averageOf(leg.entered) ?? 0).plus(takenOver(leg)) as Notional),
    nakedNotionalSeconds: state.naked.seconds,
  };
}

/** Worth of what the leg took over, at the plan's reference price: what it had been bought or sold for is an earlier trade's result. */
const takenOver = (leg: LegState): Decimal => leg.absorbed.times(leg.referencePrice);

/**
 * What was won or lost before fees and funding: cash of all fills, exact for a trade that ends flat; a residual is valued at its
 * average entry price of 12 digits after the point, what was taken over at the reference price.
 */
function realisedPnl(state: TradeState): Money {
  return state.legs.reduce<Money>((sum, leg) => {
    const bought = leg.entered.notional.plus(leg.returned.notional).plus(takenOver(leg));
    const sold = leg.exited.notional.plus(leg.trimmed.notional).plus(lostOf(leg).notional);
    const residual = holdingOf(leg).plus(leg.missing).times(averageOf(leg.entered) ?? leg.referencePrice);
    return addMoney(sum, sold.plus(residual).minus(bought).times(signOf(leg.side)) as Money);
  }, ZERO_MONEY);
}

export function tradeClosed(state: TradeState): TradeClosed {
  const { planId, signalId, tradeId, botId, accountId, portfolioId } = state.ids;
  const traded = state.legs.some((leg) => leg.entered.quantity.gt(0));
  const turnover = state.legs.reduce((sum, leg) => sum.plus(leg.entered.notional).plus(leg.trimmed.notional).plus(leg.exited.notional).plus(leg.returned.notional), new Decimal(0));
  const planVolume = state.legs.reduce<Notional>((most, leg) => { const value = notionalOf(leg.planned, leg.referencePrice); return value.gt(most) ? value : most; }, ZERO_NOTIONAL);
  return {
    type: 'TradeClosed', tradeId, botId, accountId, portfolioId, planId, signalId, outcome: state.balanced && Object.keys(state.liquidations).length === 0 && state.legs.every((leg) => leg.missing.isZero()) ? 'COMPLETED' : traded ? 'UNWOUND' : 'UNFILLED',
    legs: state.legs.map(legResult), planVolume, turnover: turnover as Notional, realisedPnl: realisedPnl(state),
    fees: state.legs.reduce<Money>((sum, leg) => addMoney(sum, leg.fees), ZERO_MONEY), nakedNotionalSeconds: state.naked.seconds, reason: state.reason || 'closed',
  };
}
