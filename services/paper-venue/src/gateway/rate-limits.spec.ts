import { describe, expect, it } from 'vitest';
import { archiveWeight, queryWeight } from './rate-limits.js';

const ONE = ['0x1'];

describe("what the venue charges a question (venues.md §1.8, Nado's page on rate limits)", () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>, number]>([
    ['orders', { digests: ['0x1'], limit: 1 }, 2.05],
    ['orders', { subaccounts: ONE, limit: 500 }, 27],
    ['matches', { subaccounts: ONE, limit: 100 }, 12],
    ['matches', { subaccounts: ONE }, 12],
    ['matches', { subaccounts: ['0x1', '0x2'], limit: 20 }, 6],
    ['events', { subaccounts: ONE, limit: { raw: 500 } }, 52],
    ['events', { limit: { txs: 10 } }, 3],
    ['interest_and_funding', { limit: 500 }, 5],
    ['perp_prices', { product_ids: [4, 8] }, 2],
  ])('is for the archive’s %s %o the weight %d', (type, body, weight) => {
    expect(archiveWeight(type, body)).toBeCloseTo(weight, 9);
  });

  it.each<readonly [Readonly<Record<string, unknown>>, number]>([
    [{ type: 'orders', product_ids: [4, 8, 10] }, 6],
    [{ type: 'nonces' }, 2],
    [{ type: 'subaccount_info' }, 2],
    [{ type: 'all_products' }, 5],
    [{ type: 'order' }, 1],
  ])('is for the gateway’s %o the weight %d', (query, weight) => {
    expect(queryWeight(query)).toBe(weight);
  });
});
