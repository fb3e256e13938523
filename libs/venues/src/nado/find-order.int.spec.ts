import { afterEach, describe, expect, it } from 'vitest';
import { adapterAt, cannedVenue, type CannedVenue, SetClock, x18 } from './canned-venue.fixtures.js';
import type { NadoAdapter } from './nado-adapter.js';

const weight = { long_weight_initial_x18: x18('1'), short_weight_initial_x18: x18('1'), long_weight_maintenance_x18: x18('1'), short_weight_maintenance_x18: x18('1') };
const DIGEST = '0xabc';
const ACCOUNT = { accountId: 'a', subaccount: 'a' };
const OPEN = { status: 'success', data: { digest: DIGEST, product_id: 4, amount: x18('3'), unfilled_amount: x18('2') } };
const NOT_FOUND = { status: 'failure', error: 'no such order', error_code: 2020 };
const archived = (filled: string): object => ({ orders: [{ digest: DIGEST, product_id: 4, amount: x18('3'), base_filled: x18(filled) }] });

let venue: CannedVenue;
afterEach(() => venue.close());

/** An adapter of a venue whose gateway gives these answers to questions for the order, one after another. */
async function adapterOf(answers: readonly object[], archive: object): Promise<NadoAdapter> {
  const left = [...answers];
  const answerTo = (body: { readonly type?: string }): object => {
    if (body.type === 'order') return left.shift() ?? NOT_FOUND;
    if (body.type === 'symbols') return { status: 'success', data: { symbols: { 'ETH-PERP': { type: 'perp', product_id: 4, symbol: 'ETH-PERP', size_increment: x18('1'), price_increment_x18: x18('1'), min_size: x18('1'), maker_fee_rate_x18: '0', taker_fee_rate_x18: '0', trading_status: 'live', ...weight } } } };
    if (body.type === 'all_products') return { status: 'success', data: { spot_products: [], perp_products: [{ product_id: 4, oracle_price_x18: x18('10'), risk: weight }] } };
    return archive;
  };
  venue = await cannedVenue(answerTo);
  const adapter = adapterAt(venue, new SetClock(1_000), false);
  await adapter.connect();
  return adapter;
}

describe('a look-up of an order, where the archive does not tell an open order from a cancelled one', () => {
  it.each([
    ['open, where the gateway has it only when it is asked again', [NOT_FOUND, OPEN], archived('1'), { state: 'OPEN', filled: '1' }],
    ['cancelled, where the gateway still does not have it after the archive had', [NOT_FOUND, NOT_FOUND], archived('1'), { state: 'CANCELLED', filled: '1' }],
    ['filled, where the archive has all of it', [NOT_FOUND], archived('3'), { state: 'FILLED', filled: '3' }],
    ['unknown, where nobody has it', [NOT_FOUND, OPEN], { orders: [] }, undefined],
  ] as const)('finds it %s', async (_what, answers, archive, expected) => {
    const found = await (await adapterOf(answers, archive)).findOrder(ACCOUNT, 'ETH-PERP', DIGEST);
    expect(found && { state: found.state, filled: found.filled.toString() }).toEqual(expected);
  });
});
