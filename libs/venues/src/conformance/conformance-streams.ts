import { price, quantity } from '@ballast/domain';
import { expect, it } from 'vitest';
import type { AccountEvent } from '../venue-adapter.js';
import { type ConformanceScope, IOC, refusalOf } from './conformance-scope.js';

export function streaming({ h, place }: ConformanceScope): void {
  it('tells the account’s events in order: up, the fill, and then that the order is filled', async () => {
    const events: AccountEvent[] = [];
    await h().adapter.subscribeAccount(h().account, (event) => events.push(event));
    const id = await place({ ...IOC });
    await h().pass(100);
    const told = events.flatMap((event) => (event.type === 'stream' ? [event.state] : event.type === 'fill' ? [`fill ${event.fill.venueOrderId}`] : event.type === 'order' ? [`${event.state} ${event.venueOrderId}`] : []));
    expect(told.filter((text) => text !== `OPEN ${id}`)).toEqual(['UP', `fill ${id}`, `FILLED ${id}`]);
  });

  it('tells the same fill on the stream and from the archive', async () => {
    const events: AccountEvent[] = [];
    await h().adapter.subscribeAccount(h().account, (event) => events.push(event));
    await place({ ...IOC });
    await h().pass(100);
    const archived = await h().settle(h().adapter.fillsSince(h().account, 0));
    const streamed = events.flatMap((event) => (event.type === 'fill' ? [event.fill] : []));
    expect(JSON.stringify(streamed)).toBe(JSON.stringify(archived));
  });

  it('tells feed, book, price and trade of the market', async () => {
    const seen = new Map<string, unknown>();
    await h().adapter.subscribeMarket([h().instrument], (event) => seen.set(event.type === 'feed' ? `feed ${event.state}` : event.type, event));
    await h().pass(31_000);
    expect([...seen.keys()]).toEqual(expect.arrayContaining(['feed UP', 'book', 'price', 'trade']));
    expect(seen.get('trade')).toMatchObject({ side: 'SELL', instrument: h().instrument });
  });
}

export function misbehaving({ h, order, place, refusal, find }: ConformanceScope): void {
  it('answers a lost response with an unknown outcome, and the order is found', async () => {
    await h().fault?.({ match: { kind: 'place' }, fault: { type: 'dropAfterAccept' }, times: 1 });
    const request = order({ limitPrice: price('3900') });
    expect(await refusalOf(h().settle(h().adapter.place(request)))).toEqual(['unknown', 'unknown']);
    expect(await find(h().adapter.identify(request))).toEqual(['OPEN', '0']);
    expect(await refusalOf(h().settle(h().adapter.place(request)))).toEqual(['duplicate', 'unknown']);
  });

  it('names a rate limit and a maintenance, and that nothing was placed', async () => {
    await h().fault?.({ match: { kind: 'place', nth: 1 }, fault: { type: 'rateLimit' }, times: 1 });
    await h().fault?.({ match: { kind: 'place', nth: 1 }, fault: { type: 'maintenance' }, times: 1 });
    expect([await refusal({}), await refusal({})]).toEqual([['rate', 'notPlaced'], ['maintenance', 'notPlaced']]);
    expect(await h().settle(h().adapter.fillsSince(h().account, 0))).toEqual([]);
  });

  it('fills a part where the market gives only that', async () => {
    await h().fault?.({ match: { kind: 'place' }, fault: { type: 'partial', percent: 50 }, times: 1 });
    expect(await find(await place({ ...IOC, quantity: quantity('2') }))).toEqual(['CANCELLED', '1']);
  });

  it('says DOWN and UP around a lost stream, and tells what filled meanwhile once', async () => {
    const events: AccountEvent[] = [];
    await h().adapter.subscribeAccount(h().account, (event) => events.push(event));
    await h().disconnect?.();
    const id = await place({ ...IOC });
    const states = (): string[] => events.flatMap((event) => (event.type === 'stream' ? [event.state] : []));
    await expect.poll(states, { timeout: 5_000 }).toEqual(['UP', 'DOWN', 'UP']);
    const second = await place({ ...IOC });
    await h().pass(100);
    expect(events.flatMap((event) => (event.type === 'fill' ? [event.fill.venueOrderId] : []))).toEqual([id, second]);
  });

  it('says DOWN and UP for each instrument of a lost market feed', async () => {
    const states: string[] = [];
    await h().adapter.subscribeMarket([h().instrument], (event) => event.type === 'feed' && states.push(event.state));
    await h().disconnect?.();
    await expect.poll(() => states, { timeout: 5_000 }).toEqual(['UP', 'DOWN', 'UP']);
  });
}
