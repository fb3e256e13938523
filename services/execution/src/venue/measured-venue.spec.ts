import { beforeEach, describe, expect, it } from 'vitest';
import { price, quantity } from '@ballast/domain';
import { Metrics } from '@ballast/observability';
import { type SignedOrder, VenueError } from '@ballast/venues';
import { MemoryVenue } from './memory-venue.fixtures.js';
import { MeasuredVenue } from './measured-venue.js';

const order: SignedOrder = { clientOrderId: 'c1', account: { accountId: 'a', subaccount: 'a' }, instrument: 'ETH-PERP', side: 'BUY', quantity: quantity('1'), limitPrice: price('100'), timeInForce: 'IOC', postOnly: false, reduceOnly: false, receiveBy: 1, expiresAt: 1 };

describe('The calls to a venue', () => {
  let metrics: Metrics;
  beforeEach(() => { metrics = new Metrics({ service: 'execution', version: 'test', commit: 'test' }); });

  it.each([[undefined, 'accepted'], ['refuse', 'refused'], ['dropRequest', 'unknown']] as const)('are counted by outcome and timed where the venue says %s', async (fault, outcome) => {
    const inner = new MemoryVenue({ now: () => 1, at: () => () => undefined, speed: () => 1 });
    inner.faults = () => fault;
    await new MeasuredVenue(inner, metrics).place(order).catch((error: unknown) => error);
    const text = await metrics.text();
    expect(text).toContain(`ballast_venue_calls_total{venue="memory",call="place",outcome="${outcome}"} 1`);
    expect(text).toContain('ballast_venue_call_seconds_count{venue="memory",call="place"} 1');
  });

  it('have an unknown outcome where the venue is not reached, as where it does not answer: it has refused nothing', async () => {
    const inner = new MemoryVenue({ now: () => 1, at: () => () => undefined, speed: () => 1 });
    inner.place = () => Promise.reject(new VenueError('unreachable', 'notPlaced', 'place: no connection'));
    await new MeasuredVenue(inner, metrics).place(order).catch((error: unknown) => error);
    expect(await metrics.text()).toContain('ballast_venue_calls_total{venue="memory",call="place",outcome="unknown"} 1');
  });
});
