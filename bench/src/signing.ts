import { price, quantity } from '@ballast/domain';
import { nadoAccount, OrderCodec, type SignedOrder } from '@ballast/venues';
import type { BenchRow } from './bench.js';
import type { Progress } from './pairs.js';
import { percentiles, quantile } from './statistics.js';

const PRODUCT = 4;
const WARM_UP = 30;
const MARKET_TIME = 1_757_015_200_000;
const codec = new OrderCodec(`0x${'11'.repeat(32)}`, { chainId: 763373, endpointAddress: '0x698D87105274292B5673367DEC81874Ce3633Ac2' });

const orderOf = (count: number): SignedOrder => ({ clientOrderId: `bench-${count}`, account: nadoAccount('bench'), instrument: 'ETH-PERP', side: count % 2 === 0 ? 'BUY' : 'SELL', quantity: quantity('0.362'), limitPrice: price('2756.9'), timeInForce: 'GTC', postOnly: true, reduceOnly: false, receiveBy: MARKET_TIME + 20_000 + count, expiresAt: MARKET_TIME + 60_000 + count });

/** What signing adds to a tick's way to the venue: OrderCodec, as NadoAdapter.identify and NadoAdapter.place call it. `wayMs` is the p50 of that way. */
export async function signingRow(orders: number, wayMs: number, progress: Progress): Promise<BenchRow> {
  const digests: number[] = [];
  const placements: number[] = [];
  for (let count = 0; count < WARM_UP + orders; count += 1) {
    const order = orderOf(count);
    const began = performance.now();
    const named = codec.digestOf(PRODUCT, order);
    const namedAt = performance.now();
    const { digest } = await codec.placement(PRODUCT, order);
    const placed = performance.now();
    if (digest !== named) throw new Error(`signing: found digest ${digest} at placement, ${named} before`);
    if (count < WARM_UP) continue;
    digests.push(namedAt - began);
    placements.push(placed - namedAt);
  }
  progress(`signed ${orders} orders, p50 ${quantile(placements, 0.5).toFixed(2)} ms`);
  const share = (quantile(placements, 0.5) / wayMs) * 100;
  return { what: 'signing one order (EIP-712, Nado), not in the row above', ours: percentiles(placements), peer: '', note: `${share.toFixed(0)} % of that way's p50; the digest alone, which names the order before its intent is stored: ${percentiles(digests)}` };
}
