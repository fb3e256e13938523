import { Decimal } from '@ballast/domain';
import { type OrderView, VenueError } from '@ballast/venues';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayBed, identityOf, openedPair } from './gateway-bed.fixtures.js';
import type { MemoryVenue } from './memory-venue.fixtures.js';
import type { OrderGateway } from './order.gateway.js';

let bed: GatewayBed;
let venue: MemoryVenue;
let gateway: OrderGateway;
let told: GatewayBed['told'];

beforeEach(() => {
  bed = new GatewayBed();
  ({ venue, gateway, told } = bed);
});

const gone = (): VenueError => new VenueError('unreachable', 'notPlaced', 'nobody listens');
const lost = (): VenueError => new VenueError('unknown', 'unknown', 'the connection broke');

describe('A venue that is gone for a while', () => {
  it('gets what met it so in the order of its decisions, and only what may have left is in doubt', async () => {
    const [trade, first, second] = openedPair();
    const isAway = goneOnce('place');
    await Promise.all([gateway.submit(trade, first), gateway.submit(trade, second)]);
    expect(isAway()).toBe(false);
    expect(venue.placed.map(({ clientOrderId }) => clientOrderId)).toEqual([first.clientOrderId, second.clientOrderId]);
    expect(told.map(({ type, clientOrderId }) => [type, clientOrderId === first.clientOrderId])).toEqual([['RecordUnknown', true], ['RecordAccepted', true], ['RecordEnded', true], ['RecordAccepted', false]]);
  });

  it('is asked for orders back in the order of those decisions', async () => {
    venue.makerShare = new Decimal(0);
    const [trade, first, second] = openedPair();
    await Promise.all([gateway.submit(trade, first), gateway.submit(trade, second)]);
    goneOnce('cancel');
    const asked = vi.spyOn(venue, 'cancel');
    await Promise.all([gateway.cancel(trade, first), gateway.cancel(trade, second)]);
    expect(asked.mock.calls.map(([, , venueOrderId]) => venueOrderId)).toEqual([first, first, second].map(({ clientOrderId }) => identityOf(clientOrderId)));
    expect([...venue.orders.values()].map(({ state }) => state)).toEqual(['CANCELLED', 'CANCELLED']);
  });

  it('is asked for an order back once more where it has not answered, unless the order is gone by then', async () => {
    venue.makerShare = new Decimal(0);
    const [trade, first, second] = openedPair();
    await Promise.all([gateway.submit(trade, first), gateway.submit(trade, second)]);
    const cancel = venue.cancel.bind(venue);
    const asked = vi.spyOn(venue, 'cancel').mockImplementation(async (...given) => {
      if (given[2] === identityOf(first.clientOrderId)) await cancel(...given);
      if (asked.mock.calls.length > 2) return cancel(...given);
      throw new VenueError('unknown', 'unknown', 'no answer');
    });
    await Promise.all([gateway.cancel(trade, first), gateway.cancel(trade, second)]);
    expect(asked.mock.calls.map(([, , venueOrderId]) => venueOrderId)).toEqual([first, second, second].map(({ clientOrderId }) => identityOf(clientOrderId)));
  });

  it('gets nothing that has met it gone until its last moment was over, nor what trading was halted for meanwhile', async () => {
    const [trade, first, second] = openedPair();
    const place = vi.spyOn(venue, 'place').mockImplementation(() => Promise.reject(gone()));
    await gateway.submit(trade, first);
    expect(bed.clock.time).toBeGreaterThan(first.receiveBy);
    bed.clock.time = second.receiveBy - 3_000;
    place.mockImplementation(() => {
      bed.closed = 'trading is HALTED';
      return Promise.reject(gone());
    });
    await gateway.submit(trade, second);
    expect(told.map((command) => command.type === 'RecordRejected' && [command.clientOrderId, command.kind])).toEqual([[first.clientOrderId, 'late'], [second.clientOrderId, 'withheld']]);
    expect(venue.placed).toEqual([]);
  });

  it('gets an order before what was decided after it, also where it goes away a second time under its repetition', async () => {
    const [trade, first, second] = openedPair();
    const [place, find] = [venue.place.bind(venue), venue.findOrder.bind(venue)];
    const [places, looks] = [[lost(), lost()], [gone(), undefined, gone()]];
    venue.place = (order) => {
      const error = order.clientOrderId === first.clientOrderId ? places.shift() : undefined;
      return error ? Promise.reject(error) : place(order);
    };
    venue.findOrder = (...asked): Promise<OrderView | undefined> => {
      const error = looks.shift();
      return error ? Promise.reject(error) : find(...asked);
    };
    await Promise.all([gateway.submit(trade, first), gateway.submit(trade, second)]);
    expect(venue.placed.map(({ clientOrderId }) => clientOrderId)).toEqual([first.clientOrderId, second.clientOrderId]);
  });

  it('and comes and goes holds up no reduction with a cancel that gets lost each time', async () => {
    venue.makerShare = new Decimal(0);
    const [trade, first, second] = openedPair();
    await gateway.submit(trade, first);
    const [cancel, find] = [venue.cancel.bind(venue), venue.findOrder.bind(venue)];
    let [cancels, looks, before] = [0, 0, 0];
    venue.cancel = (...asked) => ((cancels += 1) > 20 ? cancel(...asked) : Promise.reject(lost()));
    venue.findOrder = (...asked) => ((looks += 1) % 2 === 1 ? Promise.reject(gone()) : find(...asked));
    const place = venue.place.bind(venue);
    venue.place = (order) => {
      before = cancels;
      return place(order);
    };
    await Promise.all([gateway.cancel(trade, first), gateway.submit(trade, { ...second, reduceOnly: true })]);
    expect(before).toBe(2);
  });
});

/** The venue goes away under the first of these calls, and can't be reached by the four after it. */
function goneOnce(under: 'place' | 'cancel'): () => boolean {
  let calls = 0;
  const away = <Given extends readonly unknown[], Answer>(name: string, call: (...given: Given) => Promise<Answer>) => (...given: Given): Promise<Answer> => {
    if (name === under || calls > 0) calls += 1;
    if (calls === 1) return Promise.reject(lost());
    return calls > 1 && calls < 6 ? Promise.reject(gone()) : call(...given);
  };
  venue.place = away('place', venue.place.bind(venue));
  venue.cancel = away('cancel', venue.cancel.bind(venue));
  venue.findOrder = away('findOrder', venue.findOrder.bind(venue));
  return () => calls < 6;
}
