import type { Ms } from '@ballast/domain';
import type { EngineFill, EngineLiquidation, OrderRecord, PriceLevel, X18 } from '@ballast/venues';

/** Nado's spellings of engine values. */
export const nanos = (time: Ms): string => `${time}000000`;
export const ONE: X18 = 10n ** 18n;
export const abs = (value: X18): X18 => (value < 0n ? -value : value);
export const times = (a: X18, b: X18): X18 => (a * b) / ONE;
export const signedSize = (side: 'BUY' | 'SELL', size: X18): string => (side === 'BUY' ? size : -size).toString();

export type WireLevel = readonly [priceX18: string, quantityX18: string];
export const wireLevels = (levels: readonly PriceLevel[], depth: number): WireLevel[] => levels.slice(0, depth).map(([price, size]) => [price.toString(), size.toString()]);

const orderType = (order: OrderRecord): string => (order.postOnly ? 'post_only' : order.timeInForce === 'GTC' ? 'default' : order.timeInForce.toLowerCase());

/** An order as `order`, `subaccount_orders` and the cancels tell it. */
export function wireOrder(order: OrderRecord): object {
  return {
    product_id: order.productId,
    sender: order.subaccount,
    price_x18: order.price.toString(),
    amount: signedSize(order.side, order.original),
    expiration: String(Math.ceil(order.expiresAt / 1000)),
    nonce: '0',
    unfilled_amount: signedSize(order.side, order.remaining),
    digest: order.digest,
    placed_at: Math.floor(order.placedAt / 1000),
    order_type: orderType(order),
    appendix: order.appendix ?? '1',
    id: order.clientId === undefined ? null : Number(order.clientId),
  };
}

export const fillFrame = (fill: EngineFill): object => ({
  type: 'fill',
  timestamp: nanos(fill.time),
  product_id: fill.productId,
  subaccount: fill.subaccount,
  order_digest: fill.digest,
  appendix: fill.appendix ?? '1',
  filled_qty: fill.size.toString(),
  remaining_qty: fill.remaining.toString(),
  original_qty: fill.original.toString(),
  price: fill.price.toString(),
  is_taker: fill.isTaker,
  is_bid: fill.side === 'BUY',
  fee: fill.fee.toString(),
  submission_idx: fill.submissionIndex,
  id: fill.clientId === undefined ? null : Number(fill.clientId),
});

export const liquidationFrame = (liquidation: EngineLiquidation): object => ({
  type: 'liquidation',
  timestamp: nanos(liquidation.time),
  product_ids: [liquidation.productId],
  liquidator: `0x${'00'.repeat(32)}`,
  liquidatee: liquidation.subaccount,
  amount: signedSize(liquidation.side === 'SELL' ? 'BUY' : 'SELL', liquidation.size),
  price: liquidation.price.toString(),
});
