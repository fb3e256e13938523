import type { Ms } from '@ballast/domain';
import type { CancelOrders, CancelProducts, EngineCommand, LatencyModel, OrderRecord, TransferQuote } from './engine.api.js';
import { checkOrder } from './checks.js';
import { VENUE_ERRORS, type VenueErrorCode } from './errors.js';
import { cancelOrders, moveCash, nextTransferId } from './ledger.js';
import { health } from './margin.js';
import { admitOrder } from './matching.js';
import { accountOf, type InFlight, type Order, type Run } from './state.js';

/** Time on the way in, without jitter (venues.md §1.8): post-only orders skip the speed bump. */
export function entryLatency(latency: LatencyModel, command: EngineCommand): Ms {
  const extra = command.extraLatencyMs ?? 0;
  if (command.type === 'place') return extra + (command.postOnly ? latency.postOnlyMs : latency.otherMs);
  return extra + (command.type === 'transfer' ? latency.otherMs : latency.cancelMs);
}

const productOf = (command: EngineCommand): number => {
  if (command.type === 'place') return command.productId;
  if (command.type === 'cancel') return command.orders[0]?.productId ?? 0;
  return command.type === 'cancelProducts' ? (command.productIds[0] ?? 0) : 0;
};

/** Due time, product, digest: never the order of arrival, so that racing processes give one result. */
export function compareInFlight(a: InFlight, b: InFlight): number {
  if (a.dueAt !== b.dueAt) return a.dueAt - b.dueAt;
  const products = productOf(a.command) - productOf(b.command);
  if (products !== 0) return products;
  if (a.command.digest !== b.command.digest) return a.command.digest < b.command.digest ? -1 : 1;
  return a.command.requestKey < b.command.requestKey ? -1 : a.command.requestKey > b.command.requestKey ? 1 : 0;
}

/** Does what a request asks, at the moment it reaches the matching engine, and says its result. */
export function processRequest(run: Run, command: EngineCommand, time: Ms): void {
  if (command.type === 'place') {
    const code = checkOrder(run, command, time);
    if (code) return reject(run, command, code, time);
    accept(run, command, [], time);
    return admitOrder(run, command, time);
  }
  if (command.type === 'transfer') return transfer(run, command, time);
  if (command.receiveBy !== undefined && command.receiveBy < time) return reject(run, command, 2011, time);
  return cancel(run, command, time);
}

function cancel(run: Run, command: CancelOrders | CancelProducts, time: Ms): void {
  const mine: Order[] = [];
  for (const market of run.state.markets.values()) mine.push(...market.resting.filter((order) => order.subaccount === command.subaccount && isNamed(command, order)));
  if (mine.length === 0 && command.type === 'cancel') return reject(run, command, 2020, time);
  accept(run, command, cancelOrders(run, mine, time), time);
}

function isNamed(command: CancelOrders | CancelProducts, order: Order): boolean {
  if (command.type === 'cancelProducts') return command.productIds.length === 0 || command.productIds.includes(order.productId);
  return command.orders.some((named) => named.digest === order.digest && named.productId === order.productId);
}

function transfer(run: Run, command: TransferQuote, time: Ms): void {
  const { digest, subaccount, amount, nonce, owner = subaccount } = command;
  const used = run.state.nonces?.get(owner) ?? 0;
  if (nonce === undefined ? run.state.transfers.has(digest) : nonce !== used) return reject(run, command, nonce === undefined ? 2013 : 2022, time);
  if (command.recipient === subaccount) return reject(run, command, 2079, time);
  if (amount < run.config.transferMin) return reject(run, command, 2077, time);
  const sender = run.state.accounts.get(subaccount);
  const fee = run.config.transferFee;
  if (!sender || health(run, sender, 'initial') < amount + fee || sender.cash < amount + fee) return reject(run, command, 2006, time);
  const recipient = accountOf(run, command.recipient);
  run.state.pots.fees += fee;
  run.state.transfers.add(digest);
  if (nonce !== undefined) (run.state.nonces ??= new Map<string, number>()).set(owner, nonce + 1);
  accept(run, command, [], time);
  const record = { reason: 'transfer_quote', transferId: nextTransferId([sender, recipient]), moved: { digest, sender: subaccount, recipient: command.recipient, amount, fee, nonce } } as const;
  moveCash(run, sender, -amount - fee, record, time);
  moveCash(run, recipient, amount, record, time);
}

const replyAt = (run: Run, time: Ms): Ms => time + run.config.latency.responseMs;

function accept(run: Run, command: EngineCommand, cancelled: readonly OrderRecord[], time: Ms): void {
  run.out.push({ type: 'accepted', time, replyAt: replyAt(run, time), requestKey: command.requestKey, digest: command.digest, cancelled });
}

function reject(run: Run, command: EngineCommand, code: VenueErrorCode, time: Ms): void {
  run.out.push({ type: 'rejected', time, replyAt: replyAt(run, time), requestKey: command.requestKey, digest: command.digest, code, text: VENUE_ERRORS[code] });
}
