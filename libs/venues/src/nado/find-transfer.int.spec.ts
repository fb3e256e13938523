import { money, type Ms } from '@ballast/domain';
import { afterEach, describe, expect, it } from 'vitest';
import type { CollateralTransfer } from '../collateral-port.js';
import { adapterAt, cannedVenue, type CannedVenue, DOMAIN, KEY, SetClock, x18 } from './canned-venue.fixtures.js';
import type { NadoAdapter } from './nado-adapter.js';
import { OrderCodec } from './order-codec.js';

const codec = new OrderCodec(KEY, DOMAIN);
const [wallet, bot] = [{ accountId: 'wallet', subaccount: 'wallet' }, { accountId: 'bot', subaccount: 'bot' }];
const NOW: Ms = 1_000_000;

/** A live venue: the gateway's nonce and an indexer that tells seconds and may be behind. */
interface LiveVenue {
  nonce: number;
  /** Newest event of anybody, seconds. */
  indexedUntil: number;
  moves: readonly { readonly amount: string; readonly nonce: number; readonly paid: string }[];
}

let venue: CannedVenue;
afterEach(() => venue.close());

async function adapterOf(live: LiveVenue): Promise<NadoAdapter> {
  const spot = (amount: string): object => ({ spot: { product_id: 0, balance: { amount } } });
  const eventsOf = (events: { readonly subaccounts?: readonly string[] }): object =>
    events.subaccounts === undefined
      ? { events: [{ submission_idx: '99' }], txs: [{ submission_idx: '99', timestamp: String(live.indexedUntil), tx: { match_orders: { product_id: 4 } } }] }
      : {
          events: live.moves.map(({ nonce, paid }) => ({ submission_idx: String(nonce), product_id: 0, event_type: 'transfer_quote', pre_balance: spot(x18('1000')), post_balance: spot(x18(String(1000 - Number(paid)))) })),
          txs: live.moves.map(({ amount, nonce }) => ({ submission_idx: String(nonce), timestamp: '1000', tx: { transfer_quote: { sender: codec.senderOf('wallet'), recipient: codec.senderOf('bot').toUpperCase().replace('0X', '0x'), amount: x18(amount), nonce } } })),
        };
  const answerTo = (body: { readonly type?: string; readonly events?: object }): object => (body.events ? eventsOf(body.events) : { status: 'success', data: { tx_nonce: live.nonce, order_nonce: 0 } });
  venue = await cannedVenue(answerTo);
  return adapterAt(venue, new SetClock(NOW));
}

const prepared = (adapter: NadoAdapter): Promise<CollateralTransfer> => adapter.collateral.prepare({ transferId: 't', from: wallet, to: bot, amount: money('50') });

describe('a look-up of a transfer, where the indexer is behind the gateway', () => {
  it('leaves one open whose nonce is not used', async () => {
    const adapter = await adapterOf({ nonce: 7, indexedUntil: 5_000, moves: [] });
    expect(await adapter.collateral.find(await prepared(adapter))).toEqual({ state: 'NOT_YET', unused: true });
  });

  it('gives up one whose nonce is used only when the indexer has told everything up to then, and never before', async () => {
    const live: LiveVenue = { nonce: 7, indexedUntil: 999, moves: [] };
    const adapter = await adapterOf(live);
    const transfer = await prepared(adapter);
    live.nonce = 8;
    const states: string[] = [];
    for (const until of [999, 1_000, 1_001]) {
      live.indexedUntil = until;
      states.push((await adapter.collateral.find(transfer)).state);
    }
    expect(states).toEqual(['NOT_YET', 'NOT_YET', 'FINALLY_NOT']);
  });

  it('finds one that the indexer tells late, with the fee that the balance shows', async () => {
    const live: LiveVenue = { nonce: 7, indexedUntil: 999, moves: [] };
    const adapter = await adapterOf(live);
    const transfer = await prepared(adapter);
    live.nonce = 8;
    expect(await adapter.collateral.find(transfer)).toEqual({ state: 'NOT_YET' });
    Object.assign(live, { indexedUntil: 1_001, moves: [{ amount: '50', nonce: 7, paid: '51' }] });
    const found = await adapter.collateral.find(transfer);
    expect([found.state, found.state === 'DONE' && [found.venueTransferId, found.fee.toFixed(), found.time]]).toEqual(['DONE', ['7:transfer_quote', '1', NOW]]);
  });

  it('takes another amount under the same nonce for another transfer', async () => {
    const live: LiveVenue = { nonce: 7, indexedUntil: 1_001, moves: [] };
    const adapter = await adapterOf(live);
    const transfer = await prepared(adapter);
    Object.assign(live, { nonce: 8, moves: [{ amount: '60', nonce: 7, paid: '61' }] });
    expect(await adapter.collateral.find(transfer)).toMatchObject({ state: 'FINALLY_NOT', reason: 'nonce 7 of the wallet is used by another request' });
  });
});
