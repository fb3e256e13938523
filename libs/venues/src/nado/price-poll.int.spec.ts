import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Door, MarketEvent } from '../venue-adapter.js';
import { cannedVenue, type CannedVenue, SetClock, x18 } from './canned-venue.fixtures.js';
import { NadoHttp } from './nado-http.js';
import { PricePoll } from './price-poll.js';

const one = x18('1');
const risk = { long_weight_initial_x18: one, short_weight_initial_x18: one, long_weight_maintenance_x18: one, short_weight_maintenance_x18: one };
/** How long the venue takes for its answer, market time. */
const ANSWER_MS = 3_000;

let clock: SetClock;
let venue: CannedVenue;
let poll: PricePoll;
let told: MarketEvent[];
let archive: 'answers' | 'fails' | 'is silent';
/** Every question waits for it, and what becomes of those. */
let leave: Promise<void>;
let asked: Promise<unknown>[];

beforeEach(async () => {
  clock = new SetClock(1_000);
  archive = 'answers';
  told = [];
  leave = Promise.resolve();
  asked = [];
  venue = await cannedVenue<{ readonly type?: string }>(({ type }) => {
    if (type !== 'all_products') return archive === 'answers' ? { 4: { mark_price_x18: x18('12') } } : { error_code: 1, error: 'away' };
    clock.time += ANSWER_MS;
    return { status: 'success', data: { perp_products: [{ product_id: 4, oracle_price_x18: x18('10'), risk }] } };
  });
  const http = new NadoHttp({ gatewayUrl: venue.url, archiveUrl: venue.url, timeoutMs: 1_000 });
  const door: Door = (call, run) => {
    if (call === 'markPrices' && archive === 'is silent') return new Promise(() => undefined);
    const answer = leave.then(run);
    asked.push(answer);
    return answer;
  };
  poll = new PricePoll({ http, clock, door, everyMs: 10, instruments: new Map([[4, 'ETH-PERP']]) }, (event) => told.push(event));
});
afterEach(() => {
  poll.stop();
  venue.close();
});

describe('The poll of prices', () => {
  it('tells a price with the time of its question: none is younger than it is', async () => {
    poll.start();
    await expect.poll(() => told.length).toBeGreaterThan(0);
    expect(told[0]).toMatchObject({ type: 'price', instrument: 'ETH-PERP', time: 1_000, markTime: 1_000 });
  });

  it.each(['fails', 'is silent'] as const)('goes on telling the oracle price where the archive %s, with the last mark and how old that is (W-7)', async (state) => {
    poll.start();
    await expect.poll(() => told.length).toBeGreaterThan(0);
    archive = state;
    const before = told.length;
    await expect.poll(() => told.length).toBeGreaterThan(before + 3);
    const [last, earlier] = [told.at(-1), told.at(-2)];
    if (last?.type !== 'price' || earlier?.type !== 'price') throw new Error('told: found no price');
    expect([last.oraclePrice.toString(), last.markPrice.toString(), last.markTime]).toEqual(['10', '12', earlier.markTime]);
    expect(last.time - (last.markTime ?? last.time)).toBeGreaterThanOrEqual(ANSWER_MS);
  });

  it('tells none before there was a mark: none is made up', async () => {
    archive = 'fails';
    poll.start();
    await expect.poll(() => clock.time).toBeGreaterThan(1_000 + 3 * ANSWER_MS);
    expect(told).toEqual([]);
  });

  it('tells nothing once it is stopped, also where its question was on its way', async () => {
    poll.start();
    await expect.poll(() => told.length).toBeGreaterThan(0);
    let open = (): void => undefined;
    leave = new Promise((resolve) => (open = resolve));
    const before = asked.length;
    await expect.poll(() => asked.length).toBeGreaterThanOrEqual(before + 2);
    await Promise.allSettled(asked.slice(0, before));
    poll.stop();
    const heard = told.length;
    open();
    expect((await Promise.allSettled(asked)).length).toBeGreaterThan(before);
    expect(told).toHaveLength(heard);
  });
});
