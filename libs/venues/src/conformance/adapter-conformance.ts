import { contentId, price, quantity } from '@ballast/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignedOrder } from '../venue-adapter.js';
import { type ConformanceHarness, type ConformanceScope, IOC, refusalOf } from './conformance-scope.js';
import { movingCollateral } from './conformance-collateral.js';
import { misbehaving, streaming } from './conformance-streams.js';

export type { ConformanceHarness } from './conformance-scope.js';

const RECEIVE_MS = 30_000;
const REST_MS = 3_600_000;

/** Registers every case that any venue's adapter must pass; `misbehaves` says whether the harness can inject faults. */
export function adapterConformance(name: string, makeHarness: () => Promise<ConformanceHarness>, misbehaves: boolean): void {
  describe(`${name} as a venue adapter`, { timeout: 120_000 }, () => {
    let harness: ConformanceHarness;
    let orders = 0;
    const order = (changes: Partial<SignedOrder> = {}): SignedOrder => {
      orders += 1;
      return { clientOrderId: contentId('conformance', orders), account: harness.account, instrument: harness.instrument, side: 'BUY', quantity: quantity('1'), limitPrice: price('4000.1'), timeInForce: 'GTC', postOnly: false, reduceOnly: false, receiveBy: harness.now() + RECEIVE_MS, expiresAt: harness.now() + REST_MS, ...changes };
    };
    const scope: ConformanceScope = {
      h: () => harness,
      order,
      place: async (changes) => (await harness.settle(harness.adapter.place(order(changes)))).venueOrderId,
      refusal: async (changes) => refusalOf(harness.settle(harness.adapter.place(order(changes)))),
      find: async (venueOrderId) => {
        const found = await harness.settle(harness.adapter.findOrder(harness.account, harness.instrument, venueOrderId));
        return found && [found.state, found.filled.toFixed()];
      },
    };
    beforeEach(async () => {
      harness = await makeHarness();
    });
    afterEach(() => harness.close());

    // First: the market reaches its only full hour soon after its start.
    settling(scope);
    placing(scope);
    refusing(scope);
    cancelling(scope);
    remembering(scope);
    movingCollateral(scope);
    streaming(scope);
    if (misbehaves) misbehaving(scope);
  });
}

function placing({ h, order, place, find }: ConformanceScope): void {
  it('rests a buy below and a sell above the market', async () => {
    const buy = await place({ limitPrice: price('3900') });
    const sell = await place({ side: 'SELL', limitPrice: price('4100'), postOnly: true });
    const open = await h().settle(h().adapter.openOrders(h().account));
    expect(new Set(open.map((view) => view.venueOrderId))).toEqual(new Set([buy, sell]));
    expect(open.map((view) => [view.instrument, view.state, view.quantity.toFixed(), view.filled.toFixed()])).toEqual([[h().instrument, 'OPEN', '1', '0'], [h().instrument, 'OPEN', '1', '0']]);
  });

  it('gives an order the identity that was computed before it was sent', async () => {
    const request = order({ limitPrice: price('3900') });
    expect(await h().settle(h().adapter.place(request))).toEqual({ venueOrderId: h().adapter.identify(request) });
  });

  it('fills an IOC order at the touch, with the taker fee', async () => {
    const id = await place({ ...IOC });
    expect(await find(id)).toEqual(['FILLED', '1']);
    const [fill] = await h().settle(h().adapter.fillsSince(h().account, 0));
    expect(fill).toMatchObject({ venueOrderId: id, side: 'BUY', liquidity: 'TAKER', instrument: h().instrument });
    expect([fill?.price.toFixed(), fill?.quantity.toFixed(), fill?.fee.toFixed()]).toEqual(['4000.1', '1', '1.400035']);
  });

  it('walks the book by IOC and cancels what the limit leaves', async () => {
    expect(await find(await place({ ...IOC, quantity: quantity('20'), limitPrice: price('4000.2') }))).toEqual(['CANCELLED', '15']);
  });

  it('fills FOK wholly', async () => {
    expect(await find(await place({ timeInForce: 'FOK', quantity: quantity('5') }))).toEqual(['FILLED', '5']);
  });

  it('takes what crosses and rests the remainder of a GTC order', async () => {
    const id = await place({ quantity: quantity('7') });
    const fills = await h().settle(h().adapter.fillsSince(h().account, 0));
    expect([await find(id), fills[0]?.quantity.toFixed()]).toEqual([['OPEN', '5'], '5']);
  });

  it('fills a resting order when the market trades through it, with the maker fee', async () => {
    const id = await place({ limitPrice: price('3999.9'), postOnly: true });
    await h().pass(31_000);
    const [fill] = await h().settle(h().adapter.fillsSince(h().account, 0));
    expect([fill?.venueOrderId, fill?.liquidity, fill?.price.toFixed(), fill?.fee.toFixed()]).toEqual([id, 'MAKER', '3999.9', '0.39999']);
  });

  it('ends a resting order at its expiry', async () => {
    const id = await place({ limitPrice: price('3900'), expiresAt: h().now() + 5_000 });
    await h().pass(7_000);
    expect(await find(id)).toEqual(['CANCELLED', '0']);
  });
}

function refusing({ h, refusal, order }: ConformanceScope): void {
  const cases: readonly (readonly [string, Partial<SignedOrder>, string])[] = [
    ['a post-only order that would cross', { postOnly: true }, 'postOnly'],
    ['an IOC order that meets nothing', { ...IOC, limitPrice: price('3950') }, 'noCross'],
    ['a FOK order that the book cannot fill wholly', { timeInForce: 'FOK', quantity: quantity('6') }, 'noCross'],
    ['a price off the tick', { limitPrice: price('3900.05') }, 'tick'],
    ['a quantity off the lot', { quantity: quantity('1.0005') }, 'lot'],
    ['a notional below the minimum', { quantity: quantity('0.02'), limitPrice: price('3900') }, 'minimum'],
    ['a price outside the band', { limitPrice: price('3000') }, 'band'],
    ['more than the margin carries', { quantity: quantity('2000'), limitPrice: price('3999.9') }, 'margin'],
    ['a reduce-only order without a position', { ...IOC, reduceOnly: true }, 'reduceOnly'],
  ];
  it.each(cases)('refuses %s', async (_, changes, kind) => {
    expect(await refusal(changes)).toEqual([kind, 'notPlaced']);
    expect(await h().settle(h().adapter.openOrders(h().account))).toEqual([]);
  });

  it('refuses a payload that comes too late', async () => {
    const request = order({ limitPrice: price('3900') });
    await h().pass(RECEIVE_MS + 1_000);
    expect(await refusalOf(h().settle(h().adapter.place(request)))).toEqual(['late', 'notPlaced']);
  });

  it('never makes two orders of one payload', async () => {
    const request = order({ limitPrice: price('3900') });
    await h().settle(h().adapter.place(request));
    expect(await refusalOf(h().settle(h().adapter.place(request)))).toEqual(['duplicate', 'unknown']);
    expect(await h().settle(h().adapter.openOrders(h().account))).toHaveLength(1);
  });

  it('never fills one payload twice', async () => {
    const request = order({ ...IOC });
    await h().settle(h().adapter.place(request));
    expect(await refusalOf(h().settle(h().adapter.place(request)))).toEqual(['duplicate', 'unknown']);
    expect(await h().settle(h().adapter.fillsSince(h().account, 0))).toHaveLength(1);
  });
}

function cancelling({ h, place, find }: ConformanceScope): void {
  const cancel = (id: string): Promise<boolean> => h().settle(h().adapter.cancel(h().account, h().instrument, id));

  it('cancels an open order once', async () => {
    const id = await place({ limitPrice: price('3900') });
    expect([await cancel(id), await cancel(id), await find(id)]).toEqual([true, false, ['CANCELLED', '0']]);
  });

  it('says that there was nothing to cancel where the order filled, or never was', async () => {
    expect([await cancel(await place({ ...IOC })), await cancel(h().adapter.identify(unsent()))]).toEqual([false, false]);
  });

  it('cancels all', async () => {
    await place({ limitPrice: price('3900') });
    await place({ side: 'SELL', limitPrice: price('4100') });
    expect(await h().settle(h().adapter.cancelAll(h().account))).toBe(2);
    expect(await h().settle(h().adapter.cancelAll(h().account))).toBe(0);
    expect(await h().settle(h().adapter.openOrders(h().account))).toEqual([]);
  });

  it('does not know an order that was never sent', async () => {
    expect(await find(h().adapter.identify(unsent()))).toBeUndefined();
  });

  const unsent = (): SignedOrder => ({ clientOrderId: 'never-sent', account: h().account, instrument: h().instrument, side: 'BUY', quantity: quantity('1'), limitPrice: price('3900'), timeInForce: 'GTC', postOnly: false, reduceOnly: false, receiveBy: 1, expiresAt: 1_000 });
}

function remembering({ h, place }: ConformanceScope): void {
  it('lists the contract terms', async () => {
    const terms = (await h().adapter.instruments()).find((entry) => entry.instrument === h().instrument);
    expect([terms?.lotSize, terms?.tickSize, terms?.notionalMin, terms?.makerFeeBps, terms?.takerFeeBps, terms?.initialMarginRatio, terms?.maintenanceMarginRatio].map(String)).toEqual(['0.001', '0.1', '100', '1', '3.5', '0.02', '0.01']);
  });

  it('shows the book, best levels first', async () => {
    const book = await h().adapter.book(h().instrument, 2);
    expect([book.bids, book.asks].map((side) => side.map((level) => `${level.price} x ${level.quantity}`))).toEqual([['3999.9 x 5', '3999.8 x 10'], ['4000.1 x 5', '4000.2 x 10']]);
  });

  it('lists the fills since a moment, oldest first', async () => {
    await place({ ...IOC });
    await h().pass(1_000);
    const from = h().now();
    const second = await place({ ...IOC, side: 'SELL', limitPrice: price('3999.9') });
    const all = await h().settle(h().adapter.fillsSince(h().account, 0));
    const later = await h().settle(h().adapter.fillsSince(h().account, from));
    expect([all.map((fill) => fill.side), later.map((fill) => fill.venueOrderId)]).toEqual([['BUY', 'SELL'], [second]]);
    expect(new Set(all.map((fill) => fill.fillId)).size).toBe(2);
  });

  it('states position, balance and health', async () => {
    await place({ ...IOC });
    const state = await h().settle(h().adapter.accountState(h().account));
    const [position] = state.positions;
    expect([position?.instrument, position?.quantity.toFixed(), position?.entryPrice?.toFixed()]).toEqual([h().instrument, '1', '4000.1']);
    expect(state.collateral.toFixed()).toBe('99998.599965');
    expect(state.equity.lte(state.collateral)).toBe(true);
    expect(state.initialMarginHealth.lt(state.maintenanceMarginHealth) && state.maintenanceMarginHealth.lt(state.equity)).toBe(true);
  });

  it('names a liquidation price at which maintenance health is gone', async () => {
    for (let bought = 0; bought < 75; bought += 15) {
      await place({ ...IOC, side: 'SELL', quantity: quantity('15'), limitPrice: price('3999.8') });
      await h().pass(2_000);
    }
    const state = await h().settle(h().adapter.accountState(h().account));
    const [position] = state.positions;
    expect(position?.quantity.lt(0) && position.liquidationPrice?.gt('4000')).toBe(true);
  });
}

function settling({ h, place }: ConformanceScope): void {
  it('settles funding at the full hour: a positive rate is paid by the long', async () => {
    await place({ ...IOC });
    await h().pass(3_600_000 - (h().now() % 3_600_000) + 2_000);
    const payments = await h().settle(h().adapter.fundingSince(h().account, 0));
    expect(payments.map((payment) => [payment.instrument, payment.rateHourly.toFixed(), payment.amount.lt(0)])).toEqual([[h().instrument, '0.0001', true]]);
    expect(await h().settle(h().adapter.liquidationsSince(h().account, 0))).toEqual([]);
  });

  it('tells of a deposit by a record of its own, and takes no fill or fee for one', async () => {
    await place({ ...IOC });
    const transfers = await h().settle(h().adapter.transfersSince(h().account, 0));
    expect(transfers.map(({ amount, balance }) => [amount.toFixed(), balance.toFixed()])).toEqual([['100000', '100000']]);
    const [deposit] = transfers;
    expect(await h().settle(h().adapter.transfersSince(h().account, (deposit?.time ?? 0) + 1))).toEqual([]);
  });
}
