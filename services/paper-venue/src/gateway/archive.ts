import type { EngineFill, EngineTransfer, ExchangeEngine } from '@ballast/venues';
import { nanos, signedSize, times } from '../exchange/wire.js';
import { type Body, bodyOf, hex, hexes, integer, integers } from './read.js';
import { unreadable } from './venue-refusal.js';

const LIMIT_MAX = 500;
const HOURS_PER_DAY = 24n;
const SUBACCOUNTS_MAX = 10;

const limitOf = (body: Body): number => {
  const limit = body['limit'];
  const raw = typeof limit === 'object' && limit !== null ? (limit as Body)['raw'] : limit;
  return raw === undefined ? LIMIT_MAX : Math.min(LIMIT_MAX, integer({ limit: raw }, 'limit'));
};
/** Newest first, from the cursor on (inclusive). */
function page<Row>(rows: readonly Row[], body: Body, cursor: string, indexOf: (row: Row) => bigint): readonly Row[] {
  const from = body[cursor] === undefined || body[cursor] === null ? undefined : BigInt(String(body[cursor]));
  return rows.filter((row) => from === undefined || indexOf(row) <= from).sort((a, b) => (indexOf(a) < indexOf(b) ? 1 : -1)).slice(0, limitOf(body));
}
const timestamps = (time: number): object => ({ timestamp: String(Math.floor(time / 1000)), timestamp_ns: nanos(time) });

const TRANSFERS: readonly unknown[] = ['deposit_collateral', 'withdraw_collateral', 'transfer_quote'];
const wantsTransfers = (body: Body): boolean => Array.isArray(body['event_types']) && body['event_types'].some((type) => TRANSFERS.includes(type));

const transferTx = ({ moved, subaccount }: EngineTransfer): object => (moved ? { sender: moved.sender, recipient: moved.recipient, amount: String(moved.amount), nonce: moved.nonce ?? 0 } : { subaccount });

/** The indexer's `POST /archive/v1` as `@nadohq/indexer-client` asks it: newest first, with a cursor. */
export class ArchiveApi {
  constructor(private readonly engine: ExchangeEngine) {}

  answer(request: Body): object {
    const type = Object.keys(request)[0] ?? '';
    const body = bodyOf(request[type], type);
    switch (type) {
      case 'orders':
        return { orders: this.orders(body) };
      case 'matches':
        return this.matches(body);
      case 'interest_and_funding':
        return this.funding(body);
      case 'events':
        if (body['subaccounts'] === undefined) return this.newest();
        return wantsTransfers(body) ? this.transfers(body) : this.liquidations(body);
      case 'perp_prices':
        return Object.fromEntries(integers(body, 'product_ids', LIMIT_MAX).map((id) => [String(id), { product_id: id, index_price_x18: String(this.engine.oraclePrice(id) ?? 0n), mark_price_x18: String(this.engine.markPrice(id) ?? 0n), update_time: Math.floor((this.engine.now ?? 0) / 1000) }]));
      case 'funding_rates':
        return Object.fromEntries(integers(body, 'product_ids', LIMIT_MAX).map((id) => [String(id), { product_id: id, funding_rate_x18: String(this.engine.fundingRate(id) * HOURS_PER_DAY), update_time: Math.floor((this.engine.now ?? 0) / 1000) }]));
      default:
        throw unreadable('request', type, 'orders, matches, interest_and_funding, events, perp_prices or funding_rates');
    }
  }

  private orders(body: Body): readonly object[] {
    const digests = body['digests'] === undefined ? undefined : hexes(body, 'digests', 32, LIMIT_MAX);
    const found = digests ? digests.flatMap((digest) => this.engine.order(digest) ?? []) : hexes(body, 'subaccounts', 32, SUBACCOUNTS_MAX).flatMap((subaccount) => [...this.engine.orders(subaccount)].reverse());
    return found.slice(0, limitOf(body)).map((order) => {
      const fills = this.engine.fills(order.subaccount, order.placedAt).filter((fill) => fill.digest === order.digest);
      const quote = fills.reduce((sum, fill) => sum + times(fill.price, fill.size), 0n);
      return {
        digest: order.digest,
        subaccount: order.subaccount,
        product_id: order.productId,
        submission_idx: fills.at(-1)?.submissionIndex ?? '0',
        amount: signedSize(order.side, order.original),
        price_x18: String(order.price),
        expiration: String(Math.ceil(order.expiresAt / 1000)),
        appendix: order.appendix ?? '1',
        nonce: '0',
        base_filled: signedSize(order.side, order.filled),
        quote_filled: signedSize(order.side === 'BUY' ? 'SELL' : 'BUY', quote),
        fee: String(fills.reduce((sum, fill) => sum + fill.fee, 0n)),
        builder_fee: '0',
        realized_pnl: '0',
        closed_amount: '0',
        closed_net_entry: '0',
        closed_margin: null,
        first_fill_timestamp: String(Math.floor((fills[0]?.time ?? 0) / 1000)),
        last_fill_timestamp: String(Math.floor((fills.at(-1)?.time ?? 0) / 1000)),
      };
    });
  }

  private matches(body: Body): object {
    const fills = hexes(body, 'subaccounts', 32, SUBACCOUNTS_MAX).flatMap((subaccount) => [...this.engine.fills(subaccount, 0)]);
    const rows = page(fills, body, 'idx', (fill) => BigInt(fill.submissionIndex));
    return { matches: rows.map((fill) => this.matchOf(fill)), txs: rows.map((fill) => ({ submission_idx: fill.submissionIndex, ...timestamps(fill.time), tx: { match_orders: { product_id: fill.productId } } })) };
  }

  private matchOf(fill: EngineFill): object {
    const order = this.engine.order(fill.digest);
    const quote = times(fill.price, fill.size);
    const done = fill.original - fill.remaining;
    return {
      digest: fill.digest,
      isolated: false,
      order: { sender: fill.subaccount, priceX18: String(order?.price ?? fill.price), amount: signedSize(fill.side, fill.original), expiration: String(Math.ceil((order?.expiresAt ?? 0) / 1000)), nonce: '0', appendix: fill.appendix ?? '1' },
      base_filled: signedSize(fill.side, fill.size),
      quote_filled: signedSize(fill.side === 'BUY' ? 'SELL' : 'BUY', quote),
      fee: String(fill.fee),
      sequencer_fee: '0',
      builder_fee: '0',
      cumulative_fee: String(fill.fee),
      cumulative_base_filled: signedSize(fill.side, done),
      cumulative_quote_filled: '0',
      submission_idx: fill.submissionIndex,
      is_taker: fill.isTaker,
      realized_pnl: '0',
      closed_amount: '0',
      closed_net_entry: '0',
      margin: null,
    };
  }

  private funding(body: Body): object {
    const subaccount = hex(body, 'subaccount', 32);
    const products = new Set(integers(body, 'product_ids', LIMIT_MAX));
    const payments = this.engine.fundingPayments(subaccount, 0).map((payment, index) => ({ payment, index: BigInt(index + 1) }));
    const rows = page(payments.filter(({ payment }) => products.has(payment.productId)), body, 'max_idx', ({ index }) => index);
    const next = rows.at(-1);
    return {
      interest_payments: [],
      funding_payments: rows.map(({ payment, index }) => ({ product_id: payment.productId, idx: String(index), ...timestamps(payment.time), amount: String(payment.amount), balance_amount: String(payment.position), rate_x18: String(payment.rateHourly * HOURS_PER_DAY), oracle_price_x18: String(this.engine.oraclePrice(payment.productId) ?? 0n), isolated: false, isolated_product_id: null })),
      next_idx: next === undefined || next.index === 1n ? '' : String(next.index - 1n),
    };
  }

  /** Balances are told as the change alone: before 0, after the change (the real indexer tells the account's whole balances). */
  private liquidations(body: Body): object {
    const all = hexes(body, 'subaccounts', 32, SUBACCOUNTS_MAX).flatMap((subaccount) => this.engine.liquidations(subaccount, 0).map((liquidation, index) => ({ liquidation, index: BigInt(index + 1) })));
    const rows = page(all, body, 'idx', ({ index }) => index);
    const balance = (amount: string, quote: string): object => ({ perp: { product_id: 0, balance: { amount, v_quote_balance: quote, last_cumulative_funding_x18: '0' } } });
    return {
      events: rows.map(({ liquidation, index }) => ({ subaccount: liquidation.subaccount, isolated: false, isolated_product_id: null, product_id: liquidation.productId, submission_idx: String(index), event_type: 'liquidate_subaccount', fee_x18: String(liquidation.fee), pre_balance: balance('0', '0'), post_balance: balance(signedSize(liquidation.side, liquidation.size), signedSize(liquidation.side === 'BUY' ? 'SELL' : 'BUY', times(liquidation.size, liquidation.price))) })),
      txs: rows.map(({ liquidation, index }) => ({ submission_idx: String(index), ...timestamps(liquidation.time), tx: { liquidate_subaccount: { liquidatee: liquidation.subaccount, product_id: liquidation.productId } } })),
    };
  }

  private transfers(body: Body): object {
    const wanted: readonly unknown[] = Array.isArray(body['event_types']) ? body['event_types'] : [];
    const all = hexes(body, 'subaccounts', 32, SUBACCOUNTS_MAX).flatMap((subaccount) => this.engine.transfers(subaccount, 0).map((transfer) => ({ transfer, index: BigInt(transfer.transferId) })));
    const rows = page(all.filter(({ transfer }) => wanted.includes(transfer.reason)), body, 'idx', ({ index }) => index);
    const balance = (amount: bigint): object => ({ spot: { product_id: 0, balance: { amount: String(amount), last_cumulative_multiplier_x18: '1000000000000000000' } } });
    return {
      events: rows.map(({ transfer, index }) => ({ subaccount: transfer.subaccount, isolated: false, isolated_product_id: null, product_id: 0, submission_idx: String(index), event_type: transfer.reason, pre_balance: balance(transfer.balance - transfer.amount), post_balance: balance(transfer.balance) })),
      txs: rows.map(({ transfer, index }) => ({ submission_idx: String(index), ...timestamps(transfer.time), tx: { [transfer.reason]: transferTx(transfer) } })),
    };
  }

  /** Of everybody's events only how far they reach: this archive is the exchange itself, and never behind it. */
  private newest(): object {
    return { events: [], txs: [], sim_timestamp: nanos(this.engine.now ?? 0) };
  }
}
