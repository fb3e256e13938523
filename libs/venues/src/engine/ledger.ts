import type { Ms } from '@ballast/domain';
import type { EngineTransfer, X18 } from './engine.api.js';
import { abs, floorDiv, max, min, mulUp } from './fixed.js';
import { accountOf, positionOf, recordOf, signed, termsOf, type Account, type Order, type Run } from './state.js';

/**
 * Books a trade into a position. Realised results of what closes go to cash at once, so that vQuote is always minus the
 * cost of what is open. Returns the quote that flowed to the account (negative = paid).
 */
export function bookTrade(run: Run, account: Account, productId: number, amount: X18, price: X18): X18 {
  const old = positionOf(account, productId);
  const flow = -mulUp(amount, price);
  const closing = old.amount > 0n === amount > 0n || old.amount === 0n ? 0n : min(abs(amount), abs(old.amount));
  const released = closing === 0n ? 0n : floorDiv(old.vQuote * closing, abs(old.amount));
  const proceeds = closing === 0n ? 0n : floorDiv(flow * closing, abs(amount));
  account.cash += released + proceeds;
  const next = { amount: old.amount + amount, vQuote: old.vQuote - released + flow - proceeds };
  if (next.amount === 0n) {
    account.cash += next.vQuote;
    account.positions.delete(productId);
  } else {
    account.positions.set(productId, next);
  }
  run.state.pots.market -= flow;
  return flow;
}

/** Fee of one more taker fill: the order's fee so far is rate x max(notional so far, minimum notional) (venues.md §1.2). */
export function takerFeeDue(order: Pick<Order, 'takerNotional' | 'takerFee'>, notional: X18, minNotional: X18, rate: X18): X18 {
  return mulUp(max(order.takerNotional + notional, minNotional), rate) - order.takerFee;
}

/** The next transfer id that is higher than all of these accounts. */
export const nextTransferId = (accounts: readonly Account[]): string => String(Math.max(...accounts.map(({ transfers }) => Number(transfers.at(-1)?.transferId ?? 0))) + 1);

/** Books money that comes (> 0) or leaves without a trade, and says so. */
export function moveCash(run: Run, account: Account, amount: X18, record: Pick<EngineTransfer, 'reason' | 'transferId' | 'moved'>, time: Ms): void {
  const { subaccount, transfers } = account;
  const { reason } = record;
  account.cash += amount;
  transfers.push({ ...record, time, subaccount, amount, balance: account.cash });
  run.out.push({ type: 'positionChange', time, subaccount, productId: 0, amount: account.cash, vQuote: 0n, reason });
}

export interface Execution {
  readonly price: X18;
  readonly size: X18;
  readonly isTaker: boolean;
}

/** One execution of an order: position, fee, fill and order events. */
export function fillOrder(run: Run, order: Order, { price, size, isTaker }: Execution, time: Ms): void {
  const account = accountOf(run, order.subaccount);
  const terms = termsOf(run, order.productId);
  const notional = mulUp(size, price);
  const fee = isTaker ? takerFeeDue(order, notional, terms.minNotional, terms.takerFeeRate) : mulUp(notional, terms.makerFeeRate);
  if (isTaker) {
    order.takerNotional += notional;
    order.takerFee += fee;
  }
  bookTrade(run, account, order.productId, signed(order.side, size), price);
  account.cash -= fee;
  run.state.pots.fees += fee;
  order.filled += size;
  order.remaining -= size;
  run.state.submissionIndex += 1;
  const { subaccount, productId, digest, clientId, appendix, side, remaining, original } = order;
  const fill = { submissionIndex: run.state.submissionIndex.toString(), time, subaccount, productId, digest, clientId, appendix, side, price, size, remaining, original, fee, isTaker };
  account.fills.push(fill);
  run.out.push({ type: 'fill', time, fill });
  run.out.push({ type: 'orderUpdate', time, subaccount, productId, digest, clientId, remaining, reason: 'filled' });
  sayPosition(run, account, productId, 'match_orders', time);
  if (remaining === 0n) endOrder(run, order, 'FILLED', time);
}

export function sayPosition(run: Run, account: Account, productId: number, reason: 'match_orders' | 'liquidate_subaccount', time: Ms): void {
  const { amount, vQuote } = positionOf(account, productId);
  run.out.push({ type: 'positionChange', time, subaccount: account.subaccount, productId, amount, vQuote, reason });
}

/** Takes an order out of the book for good. */
export function endOrder(run: Run, order: Order, state: 'FILLED' | 'CANCELLED', time: Ms): void {
  order.state = state;
  order.endedAt = time;
  const market = run.state.markets.get(order.productId);
  if (market) market.resting = market.resting.filter((other) => other !== order);
  if (state === 'FILLED') return;
  const { subaccount, productId, digest, clientId, remaining } = order;
  run.out.push({ type: 'orderUpdate', time, subaccount, productId, digest, clientId, remaining, reason: 'cancelled' });
}

/** Cancels and returns the records as they stand afterwards. */
export const cancelOrders = (run: Run, orders: readonly Order[], time: Ms): ReturnType<typeof recordOf>[] =>
  orders.map((order) => {
    endOrder(run, order, 'CANCELLED', time);
    return recordOf(order);
  });
