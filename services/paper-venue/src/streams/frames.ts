import type { Ms } from '@ballast/domain';
import type { EngineOutput, ExchangeEngine } from '@ballast/venues';
import type { MomentSink } from '../exchange/exchange.js';
import { abs, fillFrame, liquidationFrame, nanos } from '../exchange/wire.js';
import type { PublishedBooks } from './published-books.js';
import type { StreamHub } from './stream-hub.js';

const HOURS_PER_DAY = 24n;
const HOUR_MS = 3_600_000;

/** Turns what a moment brought into Nado's stream frames, in the order it happened, books last. */
export class Frames implements MomentSink {
  private lastTrade = { at: 0, count: 0 };

  constructor(private readonly engine: ExchangeEngine, private readonly books: PublishedBooks, private readonly hub: StreamHub) {}

  onMoment(at: Ms, outputs: readonly EngineOutput[], booksDue: boolean): void {
    const funded = new Map<number, object>();
    for (const output of outputs) {
      if (output.type === 'funding') funded.set(output.payment.productId, this.fundingFrame(output.payment.productId, output.payment.time));
      else for (const frame of this.framesOf(output)) this.hub.send(frame);
    }
    for (const frame of funded.values()) this.hub.send(frame);
    if (booksDue) for (const frame of this.books.publish(at)) this.hub.send(frame);
  }

  /** What a new subscriber of a price or funding stream is told at once, so that it need not wait for a change. */
  current(type: string, productId: number, at: Ms): object | undefined {
    if (type === 'funding_rate') return this.rateFrame(productId, at);
    if (type !== 'sim_price') return undefined;
    const oracle = this.engine.oraclePrice(productId);
    const mark = this.engine.markPrice(productId);
    return oracle === undefined || mark === undefined ? undefined : priceFrame(productId, oracle, mark, at);
  }

  private framesOf(output: EngineOutput): readonly object[] {
    switch (output.type) {
      case 'orderUpdate':
        return [{ type: 'order_update', timestamp: nanos(output.time), product_id: output.productId, digest: output.digest, amount: abs(output.remaining).toString(), reason: output.reason, id: output.clientId === undefined ? null : Number(output.clientId), subaccount: output.subaccount }];
      case 'fill':
        return [fillFrame(output.fill)];
      case 'positionChange':
        return [{ type: 'position_change', timestamp: nanos(output.time), product_id: output.productId, subaccount: output.subaccount, isolated: false, amount: output.amount.toString(), v_quote_amount: output.vQuote.toString(), reason: output.reason }];
      case 'liquidation':
        return [liquidationFrame(output.liquidation)];
      case 'trade':
        return [this.tradeFrame(output)];
      case 'oracle':
        return [priceFrame(output.productId, output.price, output.mark, output.time)];
      case 'fundingRate':
        return [this.rateFrame(output.productId, output.time)];
      case 'accepted':
      case 'rejected':
      case 'book':
      case 'funding':
        return [];
    }
  }

  /** Each trade has its own nanosecond: Nado's frames carry no other identity. */
  private tradeFrame(trade: Extract<EngineOutput, { type: 'trade' }>): object {
    this.lastTrade = { at: trade.time, count: trade.time === this.lastTrade.at ? this.lastTrade.count + 1 : 0 };
    const timestamp = (BigInt(nanos(trade.time)) + BigInt(this.lastTrade.count)).toString();
    return { type: 'trade', timestamp, product_id: trade.productId, price: trade.price.toString(), taker_qty: trade.size.toString(), maker_qty: trade.size.toString(), is_taker_buyer: trade.side === 'BUY' };
  }

  private rateFrame(productId: number, at: Ms): object {
    return { type: 'funding_rate', timestamp: nanos(at), product_id: productId, funding_rate_x18: (this.engine.fundingRate(productId) * HOURS_PER_DAY).toString(), update_time: String(Math.floor(at / 1000)) };
  }

  private fundingFrame(productId: number, at: Ms): object {
    return { type: 'funding_payment', timestamp: nanos(at), product_id: productId, payment_amount: this.engine.fundingRate(productId).toString(), open_interest: '0', cumulative_funding_long_x18: '0', cumulative_funding_short_x18: '0', dt: HOUR_MS };
  }
}

const priceFrame = (productId: number, oracle: bigint, mark: bigint, at: Ms): object => ({ type: 'sim_price', timestamp: nanos(at), product_id: productId, oracle_price_x18: oracle.toString(), mark_price_x18: mark.toString() });
