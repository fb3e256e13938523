import type { Ms } from '@ballast/domain';
import type { PlaceOrder } from './engine.api.js';
import { crosses, takeable } from './book.js';
import type { VenueErrorCode } from './errors.js';
import { abs, max, mulDown, mulUp } from './fixed.js';
import { oracleOf, worstInitialHealth } from './margin.js';
import { marketOf, positionOf, sideOf, termsOf, type Account, type Run } from './state.js';

/** What the order says by itself, in the venue's order: tick, lot, size, receive time, duplicate (venues.md §4.4). */
function checkForm(run: Run, order: PlaceOrder, closesAll: boolean, time: Ms): VenueErrorCode | undefined {
  const terms = termsOf(run, order.productId);
  if (order.price <= 0n || order.price % terms.priceIncrement !== 0n) return 2000;
  if (order.amount % terms.sizeIncrement !== 0n) return 2001;
  if (order.amount === 0n) return 2002;
  const exempt = terms.minNotionalBinds === 'allButClosing' && closesAll;
  if (!exempt && mulDown(abs(order.amount), order.price) < terms.minNotional) return 2094;
  if (order.receiveBy < time || order.expiresAt <= time) return 2011;
  if (order.receiveBy > time + run.config.receiveWindowMs) return 2012;
  return undefined;
}

function checkReduceOnly(order: PlaceOrder, position: bigint): VenueErrorCode | undefined {
  if (!order.reduceOnly) return undefined;
  if (position === 0n || position > 0n === order.amount > 0n) return 2064;
  return abs(order.amount) > abs(position) ? 2067 : undefined;
}

/** Against the market as it stands: band, post-only, own orders. */
function checkMarket(run: Run, order: PlaceOrder): VenueErrorCode | undefined {
  const market = marketOf(run, order.productId);
  const terms = termsOf(run, order.productId);
  const oracle = oracleOf(run, order.productId);
  const side = sideOf(order.amount);
  if (oracle === 0n) return 2070;
  if (order.price < mulUp(oracle, run.config.bandLow) || order.price > mulDown(oracle, run.config.bandHigh)) return 2007;
  const reach = takeable(market, side, order.price, terms.sizeIncrement);
  if (order.postOnly && reach > 0n) return 2008;
  const own = market.resting.filter((other) => other.subaccount === order.subaccount);
  if (own.some((other) => other.side !== side && crosses(side, order.price, other.price))) return 2073;
  if (own.length >= run.config.openOrdersMax) return 2005;
  if (order.timeInForce === 'IOC' && reach === 0n) return 2056;
  if (order.timeInForce === 'FOK' && reach < abs(order.amount)) return 2031;
  return undefined;
}

/** Initial health with the order, all open orders and the fee; an order that does not make it worse is always allowed. */
function checkMargin(run: Run, account: Account, order: PlaceOrder): VenueErrorCode | undefined {
  if (order.reduceOnly) return undefined;
  const { productId, amount, price } = order;
  const terms = termsOf(run, productId);
  const rate = order.postOnly ? max(terms.makerFeeRate, 0n) : terms.takerFeeRate;
  const fee = mulUp(max(mulUp(abs(amount), price), order.postOnly ? 0n : terms.minNotional), rate);
  const after = worstInitialHealth(run, account, { productId, amount, price });
  const position = positionOf(account, productId).amount;
  const reduces = position !== 0n && position > 0n !== amount > 0n && abs(amount) <= abs(position);
  if (reduces && after >= worstInitialHealth(run, account)) return undefined;
  return after - fee < 0n ? 2006 : undefined;
}

/** Why the venue refuses the order; undefined where it accepts it. */
export function checkOrder(run: Run, order: PlaceOrder, time: Ms): VenueErrorCode | undefined {
  if (run.state.orders.has(order.digest)) return 2013;
  const account = run.state.accounts.get(order.subaccount);
  const position = account ? positionOf(account, order.productId).amount : 0n;
  const closesAll = order.reduceOnly && position !== 0n && order.amount === -position;
  const form = checkForm(run, order, closesAll, time);
  if (form) return form;
  if (!account) return 2024;
  return checkReduceOnly(order, position) ?? checkMarket(run, order) ?? checkMargin(run, account, order);
}
