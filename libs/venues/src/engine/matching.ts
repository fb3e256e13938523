import { opposite, type Ms } from '@ballast/domain';
import type { MarketInput, PlaceOrder, X18 } from './engine.api.js';
import { crosses, displayedAt, opposingLevels, takeLevels } from './book.js';
import { abs, floorTo, min, mulDown } from './fixed.js';
import { endOrder, fillOrder } from './ledger.js';
import { joinQueue, queueAfterLevel, queueAfterTrade } from './queue.js';
import { accountOf, marketOf, positionOf, sideOf, termsOf, type Market, type Order, type Run } from './state.js';

/** Takes an order that passed the checks into the book: first what crosses, then rest or cancel what is left. */
export function admitOrder(run: Run, command: PlaceOrder, time: Ms): void {
  const market = marketOf(run, command.productId);
  const order = newOrder(command, time);
  run.state.orders.set(order.digest, order);
  accountOf(run, order.subaccount).orders.push(order.digest);
  market.resting.push(order);
  const lot = termsOf(run, order.productId).sizeIncrement;
  if (!order.postOnly) {
    const share = command.fillShareMax;
    const allowed = share === undefined ? order.remaining : floorTo(mulDown(order.remaining, share), lot);
    const taken = takeLevels(market, order.side, order.price, allowed, lot);
    for (const [price, size] of taken) fillOrder(run, order, { price, size, isTaker: true }, time);
    if (taken.length > 0) run.out.push({ type: 'book', time, productId: order.productId });
  }
  if (order.state !== 'OPEN') return;
  if (order.timeInForce !== 'GTC') {
    endOrder(run, order, 'CANCELLED', time);
    return;
  }
  order.queue = joinQueue(displayedAt(market, order.side, order.price));
  const { subaccount, productId, digest, clientId, remaining } = order;
  run.out.push({ type: 'orderUpdate', time, subaccount, productId, digest, clientId, remaining, reason: 'placed' });
}

function newOrder(command: PlaceOrder, time: Ms): Order {
  const { digest, clientId, appendix, subaccount, productId, price, timeInForce, postOnly, reduceOnly, expiresAt } = command;
  const original = abs(command.amount);
  return {
    digest, clientId, appendix, subaccount, productId, price, original, timeInForce, postOnly, reduceOnly, expiresAt,
    side: sideOf(command.amount),
    filled: 0n,
    remaining: original,
    state: 'OPEN',
    placedAt: time,
    endedAt: undefined,
    queue: joinQueue(0n),
    takerNotional: 0n,
    takerFee: 0n,
  };
}

/** What may fill of a resting order: a reduce-only order never more than the position it reduces. */
function fillable(run: Run, order: Order): X18 {
  if (!order.reduceOnly) return order.remaining;
  const position = positionOf(accountOf(run, order.subaccount), order.productId).amount;
  const reduces = order.side === 'BUY' ? -position : position;
  return reduces > 0n ? min(order.remaining, reduces) : 0n;
}

function fillResting(run: Run, order: Order, size: X18, time: Ms): X18 {
  const allowed = fillable(run, order);
  const filled = floorTo(min(size, allowed), termsOf(run, order.productId).sizeIncrement);
  if (filled > 0n) fillOrder(run, order, { price: order.price, size: filled, isTaker: false }, time);
  if (order.state === 'OPEN' && order.reduceOnly && fillable(run, order) === 0n) endOrder(run, order, 'CANCELLED', time);
  return filled;
}

const byQueue = (a: Order, b: Order): number => (a.queue.front < b.queue.front ? -1 : a.queue.front > b.queue.front ? 1 : 0);

/**
 * A print of the outside market: fills resting orders it went through completely, and those at its price by queue
 * position; one print never fills more at its own price than its size (venues.md §4.3).
 */
export function matchTrade(run: Run, market: Market, { side, price, size, time }: Extract<MarketInput, { type: 'trade' }>): void {
  const passive = opposite(side);
  const mine = market.resting.filter((order) => order.side === passive);
  for (const order of mine) if (order.price !== price && crosses(passive, order.price, price)) fillResting(run, order, order.remaining, time);
  let left = size;
  for (const order of mine.filter((candidate) => candidate.price === price && candidate.state === 'OPEN').sort(byQueue)) {
    const { reaches, queue } = queueAfterTrade(order.queue, size);
    order.queue = queue;
    left -= fillResting(run, order, min(reaches, left), time);
  }
}

/** The displayed book changed: fills resting orders that it crosses, as far as the crossing levels go, and moves the rest in their queues. */
export function matchBook(run: Run, market: Market, time: Ms): void {
  for (const order of [...market.resting]) {
    if (order.state !== 'OPEN') continue;
    const best = opposingLevels(market, order.side)[0];
    if (best && crosses(order.side, order.price, best.price)) {
      const lot = termsOf(run, order.productId).sizeIncrement;
      const taken = takeLevels(market, order.side, order.price, fillable(run, order), lot);
      fillResting(run, order, taken.reduce((sum, [, size]) => sum + size, 0n), time);
    }
    const displayed = displayedAt(market, order.side, order.price);
    if (displayed !== undefined) order.queue = queueAfterLevel(order.queue, displayed, run.config.queueModel);
  }
}
