import { Decimal } from '@ballast/domain';
import { VenueError } from '@ballast/venues';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayBed, identityOf, openedPair } from './gateway-bed.fixtures.js';
import type { OrderState, TradeState } from '../trade/trade.state.js';
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

const opened = (identity?: (clientOrderId: string) => string): readonly [TradeState, OrderState] => {
  const [trade, first] = openedPair(identity);
  return [trade, first];
};

describe('The gateway to the venue', () => {
  it('sends no payload whose identity at the venue is not the recorded one', async () => {
    await expect(gateway.submit(...opened(() => 'another key'))).rejects.toThrow(/found identity venue-.*, the recorded one is another key/);
    expect(venue.placed).toEqual([]);
  });

  it('sends nothing that adds risk where that is stopped: it is refused as if the venue were closed', async () => {
    bed.closed = 'trading is HALTED';
    await gateway.submit(...opened());
    expect([venue.placed, told.map((command) => command.type === 'RecordRejected' && command.kind)]).toEqual([[], ['withheld']]);
  });

  it('sends nothing that waited for the call budget when the stop came', async () => {
    const place = venue.place.bind(venue);
    venue.place = async (order, leaves?: () => void) => {
      await Promise.resolve((bed.closed = 'trading is HALTED'));
      leaves?.();
      return place(order);
    };
    await gateway.submit(...opened());
    expect([venue.placed, told.map((command) => command.type === 'RecordRejected' && [command.kind, command.message])]).toEqual([[], [['withheld', 'trading is HALTED']]]);
  });

  it('sends nothing again that got lost before the stop, and takes it for refused no sooner than it may no longer arrive', async () => {
    venue.faults = () => {
      bed.closed = 'trading is HALTED';
      return 'dropRequest';
    };
    const [trade, order] = opened();
    await gateway.submit(trade, order);
    expect(venue.placed).toHaveLength(1);
    expect(told.map((command) => (command.type === 'RecordRejected' ? command.kind : command.type))).toEqual(['RecordUnknown', 'notFound']);
    expect(bed.clock.time).toBeGreaterThan(order.receiveBy);
  });

  it.each(['rate', 'maintenance'] as const)('takes no order for refused whose first copy is on its way while the second one meets a refusal of kind %s', async (kind) => {
    const place = venue.place.bind(venue);
    let copies = 0;
    venue.place = async (order) => {
      copies += 1;
      if (copies === 1) throw new VenueError('unknown', 'unknown', 'no answer');
      await place(order);
      throw new VenueError(kind, 'notPlaced', 'it has looked at nothing');
    };
    await gateway.submit(...opened());
    expect([copies, told.map(({ type }) => type)]).toEqual([2, ['RecordUnknown', 'RecordAccepted', 'RecordEnded']]);
  });

  it('sends nothing again that was refused while a look for it was under way: later it could still get in', async () => {
    venue.faults = (_order, nth) => (nth === 1 ? 'refuse' : undefined);
    const [trade, order] = opened();
    const looked = gateway.recover(trade, order);
    await gateway.submit(trade, order);
    await looked;
    await gateway.settle(trade, order, 'CANCELLED');
    expect([venue.placed.length, told.map(({ type }) => type)]).toEqual([1, ['RecordRejected']]);
  });

  it('asks an order back once, however often it has to ask what became of it, and not at all any more once the log has that', async () => {
    const [trade, order] = opened();
    const [cancel, find] = [venue.cancel.bind(venue), venue.findOrder.bind(venue)];
    const asked: string[] = [];
    venue.cancel = (...given) => {
      asked.push('cancel');
      return cancel(...given);
    };
    venue.findOrder = (...given) => {
      asked.push('findOrder');
      bed.isOver = asked.length > 5;
      return asked.length < 4 || bed.isOver ? Promise.reject(new VenueError('rate', 'notPlaced', 'too many requests')) : find(...given);
    };
    await gateway.cancel(trade, order);
    expect(asked).toEqual(['cancel', 'findOrder', 'findOrder', 'findOrder']);
    await gateway.settle(trade, order, 'CANCELLED');
    expect(asked.slice(4)).toEqual(['findOrder', 'findOrder']);
  });

  it('asks nothing of a venue whose stream says that an order is filled, once each of its fills is told; until then it looks it up', async () => {
    const [trade, order] = opened();
    await gateway.submit(trade, order);
    const find = vi.spyOn(venue, 'findOrder');
    bed.knowsFills = false;
    await gateway.settle(trade, order, 'FILLED');
    expect([find.mock.calls.length, told.map(({ type }) => type)]).toEqual([1, ['RecordAccepted', 'RecordEnded']]);
    const [other, second] = [openedPair()[0], openedPair()[2]];
    bed.knowsFills = true;
    await gateway.settle(other, second, 'FILLED');
    expect([find.mock.calls.length, told.at(-1)]).toEqual([1, { type: 'RecordEnded', clientOrderId: second.clientOrderId, filled: second.quantity, reason: 'the venue says FILLED' }]);
  });

  it('looks up an order that its stream says is cancelled, since that does not say how much of it was filled, but not one whose end a look-up has told', async () => {
    venue.makerShare = new Decimal(0);
    const [trade, order] = opened();
    await gateway.submit(trade, order);
    await gateway.cancel(trade, order);
    const find = vi.spyOn(venue, 'findOrder');
    const before = told.length;
    await gateway.settle(trade, order, 'CANCELLED');
    expect([find.mock.calls.length, told.length]).toEqual([0, before]);
    const [other, second] = [openedPair()[0], openedPair()[2]];
    await gateway.submit(other, second);
    await venue.cancel({ accountId: 'account1', subaccount: 'account1' }, second.instrument, identityOf(second.clientOrderId));
    await gateway.settle(other, second, 'CANCELLED');
    expect([find.mock.calls.length, told.at(-1)?.type]).toEqual([1, 'RecordEnded']);
  });

  it('takes no order for lost whose copy the venue has called a duplicate: its history is behind', async () => {
    venue.faults = () => 'dropAnswer';
    const find = venue.findOrder.bind(venue);
    const [trade, order] = opened();
    venue.findOrder = (...asked) => (bed.clock.time <= order.receiveBy + 10_000 ? Promise.resolve(undefined) : find(...asked));
    await gateway.submit(trade, order);
    expect(told.map(({ type }) => type)).toEqual(['RecordUnknown', 'RecordAccepted', 'RecordEnded']);
  });

  it('looks up what it took for lost as often as it is asked: a history that was behind may have it by then', async () => {
    venue.faults = () => 'dropAnswer';
    const find = venue.findOrder.bind(venue);
    let isBehind = true;
    venue.findOrder = (...asked) => (isBehind ? Promise.resolve(undefined) : find(...asked));
    const [trade, order] = opened();
    await gateway.submit(trade, order);
    expect(told.map((command) => (command.type === 'RecordRejected' ? command.kind : command.type))).toEqual(['RecordUnknown', 'notFound']);
    isBehind = false;
    await gateway.recover(trade, order);
    expect(told.slice(2).map(({ type }) => type)).toEqual(['RecordAccepted', 'RecordEnded']);
  });

  it('asks a history that is behind again, some ten seconds long, about an order that the last process knew to be accepted', async () => {
    const [trade, order] = opened();
    await gateway.submit(trade, order);
    const find = venue.findOrder.bind(venue);
    let looks = 0;
    const isKnownFrom = (look: number): void => void (venue.findOrder = (...asked) => ((looks += 1) < look ? Promise.resolve(undefined) : find(...asked)));
    isKnownFrom(3);
    await gateway.recover(trade, { ...order, accepted: true, status: 'OPEN' });
    await vi.waitFor(() => expect([looks, told.map(({ type }) => type)]).toEqual([3, ['RecordAccepted', 'RecordEnded']]));
    const [other, second] = [openedPair()[0], openedPair()[2]];
    looks = 0;
    isKnownFrom(Infinity);
    await gateway.recover(other, { ...second, accepted: true, status: 'OPEN' });
    await vi.waitFor(() => expect(looks).toBe(11));
  });

  it('takes back what was asked back before it was sent again: the venue had not got it when it was asked', async () => {
    venue.makerShare = new Decimal(0);
    const [trade, order] = opened();
    const recovered = gateway.recover(trade, order);
    await gateway.cancel(trade, order);
    expect(venue.orders.size, 'nothing there to take back yet').toBe(0);
    await recovered;
    await gateway.settle(trade, order, 'CANCELLED');
    expect([...venue.orders.values()].map(({ state }) => state)).toEqual(['CANCELLED']);
    expect(told.map(({ type }) => type)).toEqual(expect.arrayContaining(['RecordAccepted', 'RecordEnded']));
  });

  it('tells a doubt once time has passed since the venue was first asked about it: what passed until then, or with a copy of it, in lock step waits for its answer', async () => {
    venue.faults = (_order, nth) => {
      bed.clock.time += 16;
      return nth === 1 ? 'dropAnswer' : undefined;
    };
    const find = venue.findOrder.bind(venue);
    let looks = 0;
    venue.findOrder = (...asked) => ((looks += 1) === 1 ? Promise.resolve(undefined) : find(...asked));
    await gateway.submit(...opened());
    expect([venue.placed.length, told.map(({ type }) => type)]).toEqual([2, ['RecordAccepted', 'RecordEnded']]);
    venue.findOrder = (...asked) => {
      bed.clock.time += 1;
      return find(...asked);
    };
    venue.orders.clear();
    venue.placed.length = 0;
    await gateway.submit(...opened());
    expect(told.slice(2).map(({ type }) => type)).toEqual(['RecordUnknown', 'RecordAccepted', 'RecordEnded']);
  });
});
