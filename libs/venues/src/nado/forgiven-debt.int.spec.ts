import { afterEach, expect, it } from 'vitest';
import { adapterAt, cannedVenue, type CannedVenue, SetClock, x18 } from './canned-venue.fixtures.js';
import type { NadoAdapter } from './nado-adapter.js';

const account = { accountId: 'bot', subaccount: 'bot' };
const spot = (amount: string): object => ({ spot: { product_id: 0, balance: { amount } } });
const perp = (amount: string, quote: string): object => ({ perp: { product_id: 4, balance: { amount, v_quote_balance: quote } } });
const row = (index: number, product: number, before: object, after: object, type = 'liquidate_subaccount'): object => ({ submission_idx: String(index), product_id: product, event_type: type, pre_balance: before, post_balance: after });
/** A deposit, a forced sale of the account's last position, and then its quote balance, which was below 0, made up to 0. */
const EVENTS = [
  row(3, 0, spot(`-${x18('12')}`), spot('0')),
  row(2, 4, perp(x18('2'), '0'), perp('0', x18('3800'))),
  row(1, 0, spot('0'), spot(x18('220')), 'deposit_collateral'),
];
const TXS = EVENTS.map((_, index) => ({ submission_idx: String(index + 1), timestamp: String(1_000 + index), tx: {} }));
const TERMS = {
  symbols: { 'ETH-PERP': { type: 'perp', product_id: 4, symbol: 'ETH-PERP', price_increment_x18: x18('1'), size_increment: x18('1'), min_size: x18('1'), maker_fee_rate_x18: '0', taker_fee_rate_x18: '0' } },
  perp_products: [{ product_id: 4, oracle_price_x18: x18('1900'), risk: { long_weight_initial_x18: x18('1'), long_weight_maintenance_x18: x18('1'), short_weight_maintenance_x18: x18('1') } }],
};

let venue: CannedVenue;
afterEach(() => venue.close());

async function adapter(): Promise<NadoAdapter> {
  const answerTo = ({ events }: { readonly events?: { readonly event_types: readonly string[] } }): object => {
    if (!events) return { status: 'success', data: TERMS };
    const told = EVENTS.filter((event) => events.event_types.includes((event as { readonly event_type: string }).event_type));
    return { events: told, txs: TXS };
  };
  venue = await cannedVenue(answerTo);
  return adapterAt(venue, new SetClock(2_000_000));
}

it('tells what a liquidation changed the quote balance by as a debt that was forgiven, and its rows of perpetuals as liquidations', async () => {
  const nado = await adapter();
  await nado.connect();
  expect((await nado.transfersSince(account, 0)).map(({ transferId, amount, balance, forgiven }) => [transferId, amount.toString(), balance.toString(), forgiven])).toEqual([
    ['1:deposit_collateral', '220', '220', undefined], ['3:liquidate_subaccount', '12', '0', true],
  ]);
  expect((await nado.liquidationsSince(account, 0)).map(({ liquidationId }) => liquidationId)).toEqual(['2:4']);
});
