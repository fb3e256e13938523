import { money, price, quantity } from '@ballast/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nadoCosts, type VenueCall } from '../budget/venue-costs.js';
import type { AccountEvent, Door, DoorRequest, SignedOrder } from '../venue-adapter.js';
import { writeConformanceMarket } from './conformance-market.js';
import { buildPaperVenue, NadoHarness, startVenueProcess, type VenueProcess } from './venue-process.spec-kit.js';

/** Of the market that the venue lists here, ETH alone. */
const COSTS = nadoCosts(1);
const weightOf = (calls: readonly VenueCall[]): number => calls.flatMap((call) => COSTS[call]).reduce((sum, { weight }) => sum + weight, 0);

let venue: VenueProcess;
let h: NadoHarness;
let asked: DoorRequest[];
let cancelled: string;
const door: Door = (request, run) => (asked.push(request), run());

function order(clientOrderId: string, changes: Partial<SignedOrder> = {}): SignedOrder {
  return { clientOrderId, account: h.account, instrument: h.instrument, side: 'BUY', quantity: quantity('1'), limitPrice: price('4000.1'), timeInForce: 'IOC', postOnly: false, reduceOnly: false, receiveBy: h.now() + 60_000, expiresAt: h.now() + 3_600_000, ...changes };
}

const RESTING: Partial<SignedOrder> = { limitPrice: price('3900'), timeInForce: 'GTC', postOnly: true };

/** What the venue has noted of a call: its requests, and what they weigh against its limits. */
async function notedOf(run: () => Promise<unknown>): Promise<{ readonly names: readonly string[]; readonly weight: number }> {
  const before = (await h.sim.calls(0)).length;
  await h.settle(run());
  const calls = (await h.sim.calls(0)).slice(before);
  return { names: calls.map(({ name }) => name), weight: calls.reduce((sum, { weight }) => sum + weight, 0) };
}

describe("what the call budget charges for Nado (venues.md §1.8, the venue's page on rate limits)", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    buildPaperVenue();
    asked = [];
    venue = await startVenueProcess({ INSTRUMENTS: 'ETH', SPEED: 'max', DATA: writeConformanceMarket() });
    h = await new NadoHarness(venue, 'weighed').open('50000');
    cancelled = (await h.settle(h.adapter.place(order('cancelled', RESTING)))).venueOrderId;
    await h.settle(h.adapter.cancel(h.account, h.instrument, cancelled));
  }, 240_000);
  afterAll(async () => {
    await h.close();
    await venue.end('SIGKILL');
  });

  it.each<readonly [VenueCall, () => Promise<unknown>]>([
    ['connect', () => h.adapter.connect()],
    ['instruments', () => h.adapter.instruments()],
    ['book', () => h.adapter.book(h.instrument, 5)],
    ['openOrders', () => h.adapter.openOrders(h.account)],
    ['accountState', () => h.adapter.accountState(h.account)],
    ['freeFunds', () => h.adapter.collateral.freeFunds(h.account)],
    ['prepareTransfer', () => h.adapter.collateral.prepare({ transferId: 't', from: h.wallet, to: h.account, amount: money('10') })],
    ['place', () => h.adapter.place(order('weighed'))],
    ['cancel', () => h.adapter.cancel(h.account, h.instrument, h.adapter.identify(order('nothing')))],
    ['cancelAll', () => h.adapter.cancelAll(h.account)],
  ])('is what the venue takes for %s', async (call, run) => {
    expect((await notedOf(run)).weight).toBe(weightOf([call]));
  });

  it.each<readonly [string, readonly VenueCall[], () => Promise<unknown>]>([
    ['fills', ['fillsSince'], () => h.adapter.fillsSince(h.account, 0, door)],
    ['funding payments', ['fundingSince'], () => h.adapter.fundingSince(h.account, 0, door)],
    ['liquidations', ['liquidationsSince'], () => h.adapter.liquidationsSince(h.account, 0, door)],
    ['transfers', ['transfersSince'], () => h.adapter.transfersSince(h.account, 0, door)],
    ['an order that was cancelled: in the gateway, in the archive, and in the gateway once more', ['findOrder', 'orderHistory', 'findOrder'], () => h.adapter.findOrder(h.account, h.instrument, cancelled, door)],
    ['an order that nobody knows, in the gateway and then in the archive', ['findOrder', 'orderHistory'], () => h.adapter.findOrder(h.account, h.instrument, h.adapter.identify(order('unknown')), door)],
  ])('is what the venue takes for %s, request by request', async (_, requests, run) => {
    asked = [];
    const noted = await notedOf(run);
    expect(asked).toEqual(requests);
    expect(noted.weight).toBeCloseTo(weightOf(requests), 9);
  });

  it('is what the venue takes for a transfer that is looked for', async () => {
    const { collateral } = h.adapter;
    const transfer = await h.settle(collateral.prepare({ transferId: 'looked-for', from: h.wallet, to: h.account, amount: money('10') }));
    await h.settle(collateral.send(transfer));
    asked = [];
    const noted = await notedOf(() => collateral.find(transfer, door));
    expect(asked).toEqual(['findTransfer', 'transferHistory']);
    expect(noted.weight).toBe(weightOf(asked));
  });

  it('is what the venue takes for an order that is open: the gateway alone is asked', async () => {
    const { venueOrderId } = await h.settle(h.adapter.place(order('open', RESTING)));
    asked = [];
    const noted = await notedOf(() => h.adapter.findOrder(h.account, h.instrument, venueOrderId, door));
    expect([asked, noted.weight]).toEqual([['findOrder'], weightOf(['findOrder'])]);
  });

  it('is charged for what the feed of an account asks by itself: at a full hour for funding payments, and for nothing else', async () => {
    const told: AccountEvent[] = [];
    const end = await h.settle(h.adapter.subscribeAccount(h.account, (event) => void told.push(event), door));
    await h.settle(h.adapter.place(order('held')));
    asked = [];
    while (!told.some(({ type }) => type === 'funding')) await h.pass(1_000);
    expect(asked).toEqual(['fundingSince']);
    end();
  });
});
