import { Pacer } from '@ballast/bus';
import { Clock, Decimal, type Disarm, type Ms } from '@ballast/domain';
import { VenueError } from '@ballast/venues';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { settingsOf } from '../options.js';
import { limits, pair, sight, START, TradeStream } from '../trade/trade.fixtures.js';
import type { OrderState, TradeState } from '../trade/trade.state.js';
import { MemoryVenue } from './memory-venue.fixtures.js';
import type { EntryGate } from './entry-gate.js';
import { GatewayContext, OrderGateway } from './order.gateway.js';
import type { OutsideFacts } from './outside-facts.js';
import { RetryTimer } from './retry-timer.js';
import { VenueCalls } from './venue-calls.js';

class SteppedClock extends Clock {
  time: Ms = START;
  now(): Ms {
    return this.time;
  }
  at(): Disarm {
    return () => undefined;
  }
}

class OpenPacer extends Pacer {
  whenOpen(run: () => void): void {
    run();
  }
  busy(): () => void {
    return () => undefined;
  }
}

/** Every pause is a second of market time. */
class SecondTimer extends RetryTimer {
  readonly wall = false;
  constructor(private readonly clock: SteppedClock) {
    super();
  }
  wait(): Promise<void> {
    this.clock.time += 1_000;
    return Promise.resolve();
  }
}

const clock = new SteppedClock();
let venue: MemoryVenue;
let closed: string | undefined;
let isOver: boolean;
let told: Parameters<OutsideFacts['outcome']>[0][];
let gateway: OrderGateway;

beforeEach(() => {
  clock.time = START;
  venue = new MemoryVenue(clock);
  closed = undefined;
  isOver = false;
  told = [];
  const facts: Pick<OutsideFacts, 'outcome' | 'knowsFilled' | 'isOver'> = { outcome: (command) => void told.push(command), knowsFilled: () => Promise.resolve(true), isOver: () => isOver };
  const settings = settingsOf({ venue, limits, retryTimer: new SecondTimer(clock), accountOf: (accountId) => ({ accountId, subaccount: accountId }) });
  gateway = new OrderGateway(venue, new VenueCalls(new OpenPacer(), new SecondTimer(clock)), facts as OutsideFacts, new GatewayContext(settings, clock, { closedFor: () => closed } as unknown as EntryGate));
});

function opened(identityOf: (clientOrderId: string) => string): readonly [TradeState, OrderState] {
  const trade = new TradeStream();
  trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState: 'ACTIVE', sight, identify: ({ clientOrderId }) => identityOf(clientOrderId) }, START);
  return [trade.state, Object.values(trade.state.orders)[0]!];
}
const identityOf = (clientOrderId: string): string => `venue-${clientOrderId}`;

describe('The gateway to the venue', () => {
  it('sends no payload whose identity at the venue is not the recorded one', async () => {
    await expect(gateway.submit(...opened(() => 'another key'))).rejects.toThrow(/found identity venue-.*, the recorded one is another key/);
    expect(venue.placed).toEqual([]);
  });

  it('sends nothing that adds risk where that is stopped: it is refused as if the venue were closed', async () => {
    closed = 'trading is HALTED';
    await gateway.submit(...opened(identityOf));
    expect([venue.placed, told.map((command) => command.type === 'RecordRejected' && command.kind)]).toEqual([[], ['withheld']]);
  });

  it('sends nothing that waited for the call budget when the stop came', async () => {
    const place = venue.place.bind(venue);
    venue.place = async (order, leaves?: () => void) => {
      await Promise.resolve((closed = 'trading is HALTED'));
      leaves?.();
      return place(order);
    };
    await gateway.submit(...opened(identityOf));
    expect([venue.placed, told.map((command) => command.type === 'RecordRejected' && [command.kind, command.message])]).toEqual([[], [['withheld', 'trading is HALTED']]]);
  });

  it('sends nothing again that got lost before the stop, and takes it for refused no sooner than it may no longer arrive', async () => {
    venue.faults = () => {
      closed = 'trading is HALTED';
      return 'dropRequest';
    };
    const [trade, order] = opened(identityOf);
    await gateway.submit(trade, order);
    expect(venue.placed).toHaveLength(1);
    expect(told.map((command) => (command.type === 'RecordRejected' ? command.kind : command.type))).toEqual(['RecordUnknown', 'notFound']);
    expect(clock.time).toBeGreaterThan(order.receiveBy);
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
    await gateway.submit(...opened(identityOf));
    expect([copies, told.map(({ type }) => type)]).toEqual([2, ['RecordUnknown', 'RecordAccepted', 'RecordEnded']]);
  });

  it('sends nothing again that was refused while a look for it was under way: later it could still get in', async () => {
    venue.faults = (_order, nth) => (nth === 1 ? 'refuse' : undefined);
    const [trade, order] = opened(identityOf);
    const looked = gateway.recover(trade, order);
    await gateway.submit(trade, order);
    await looked;
    await gateway.settle(trade, order);
    expect([venue.placed.length, told.map(({ type }) => type)]).toEqual([1, ['RecordRejected']]);
  });

  it('asks an order back once, however often it has to ask what became of it, and not at all any more once the log has that', async () => {
    const [trade, order] = opened(identityOf);
    const [cancel, find] = [venue.cancel.bind(venue), venue.findOrder.bind(venue)];
    const asked: string[] = [];
    venue.cancel = (...given) => {
      asked.push('cancel');
      return cancel(...given);
    };
    venue.findOrder = (...given) => {
      asked.push('findOrder');
      isOver = asked.length > 5;
      return asked.length < 4 || isOver ? Promise.reject(new VenueError('rate', 'notPlaced', 'too many requests')) : find(...given);
    };
    await gateway.cancel(trade, order);
    expect(asked).toEqual(['cancel', 'findOrder', 'findOrder', 'findOrder']);
    await gateway.settle(trade, order);
    expect(asked.slice(4)).toEqual(['findOrder', 'findOrder']);
  });

  it('takes no order for lost whose copy the venue has called a duplicate: its history is behind', async () => {
    venue.faults = () => 'dropAnswer';
    const find = venue.findOrder.bind(venue);
    const [trade, order] = opened(identityOf);
    venue.findOrder = (...asked) => (clock.time <= order.receiveBy + 10_000 ? Promise.resolve(undefined) : find(...asked));
    await gateway.submit(trade, order);
    expect(told.map(({ type }) => type)).toEqual(['RecordUnknown', 'RecordAccepted', 'RecordEnded']);
  });

  it('looks up what it took for lost as often as it is asked: a history that was behind may have it by then', async () => {
    venue.faults = () => 'dropAnswer';
    const find = venue.findOrder.bind(venue);
    let isBehind = true;
    venue.findOrder = (...asked) => (isBehind ? Promise.resolve(undefined) : find(...asked));
    const [trade, order] = opened(identityOf);
    await gateway.submit(trade, order);
    expect(told.map((command) => (command.type === 'RecordRejected' ? command.kind : command.type))).toEqual(['RecordUnknown', 'notFound']);
    isBehind = false;
    await gateway.recover(trade, order);
    expect(told.slice(2).map(({ type }) => type)).toEqual(['RecordAccepted', 'RecordEnded']);
  });

  it('takes back what was asked back before it was sent again: the venue had not got it when it was asked', async () => {
    venue.makerShare = new Decimal(0);
    const [trade, order] = opened(identityOf);
    const recovered = gateway.recover(trade, order);
    await gateway.cancel(trade, order);
    expect(venue.orders.size, 'nothing there to take back yet').toBe(0);
    await recovered;
    await gateway.settle(trade, order);
    expect([...venue.orders.values()].map(({ state }) => state)).toEqual(['CANCELLED']);
    expect(told.map(({ type }) => type)).toEqual(expect.arrayContaining(['RecordAccepted', 'RecordEnded']));
  });

  it('sends in the order of its decisions what met a venue that was gone for a while, and doubts only what may have left', async () => {
    const [trade, first] = opened(identityOf);
    const second = Object.values(trade.orders)[1]!;
    const isAway = goneOnce('place');
    await Promise.all([gateway.submit(trade, first), gateway.submit(trade, second)]);
    expect(isAway()).toBe(false);
    expect(venue.placed.map(({ clientOrderId }) => clientOrderId)).toEqual([first.clientOrderId, second.clientOrderId]);
    expect(told.map(({ type, clientOrderId }) => [type, clientOrderId === first.clientOrderId])).toEqual([['RecordUnknown', true], ['RecordAccepted', true], ['RecordEnded', true], ['RecordAccepted', false]]);
  });

  it('tells a doubt once time has passed since the venue was first asked about it: what passed until then is the market’s, which in lock step waits for the answer', async () => {
    venue.faults = () => {
      clock.time += 16;
      return 'dropAnswer';
    };
    await gateway.submit(...opened(identityOf));
    expect(told.map(({ type }) => type)).toEqual(['RecordAccepted', 'RecordEnded']);
    const find = venue.findOrder.bind(venue);
    venue.findOrder = (...asked) => {
      clock.time += 1;
      return find(...asked);
    };
    venue.orders.clear();
    await gateway.submit(...opened(identityOf));
    expect(told.slice(2).map(({ type }) => type)).toEqual(['RecordUnknown', 'RecordAccepted', 'RecordEnded']);
  });

  it('asks orders back in the order of its decisions where the venue was gone for a while', async () => {
    venue.makerShare = new Decimal(0);
    const [trade, first] = opened(identityOf);
    const second = Object.values(trade.orders)[1]!;
    await Promise.all([gateway.submit(trade, first), gateway.submit(trade, second)]);
    goneOnce('cancel');
    const asked = vi.spyOn(venue, 'cancel');
    await Promise.all([gateway.cancel(trade, first), gateway.cancel(trade, second)]);
    expect(asked.mock.calls.map(([, , venueOrderId]) => venueOrderId)).toEqual([first, first, second].map(({ clientOrderId }) => identityOf(clientOrderId)));
    expect([...venue.orders.values()].map(({ state }) => state)).toEqual(['CANCELLED', 'CANCELLED']);
  });

  it('asks an order back once more where nobody has answered, unless it is gone by then', async () => {
    venue.makerShare = new Decimal(0);
    const [trade, first] = opened(identityOf);
    const second = Object.values(trade.orders)[1]!;
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
});

/** The venue goes away under the first of these calls, and can't be reached by the four after it. */
function goneOnce(lost: 'place' | 'cancel'): () => boolean {
  let calls = 0;
  const away = <Given extends readonly unknown[], Answer>(name: string, call: (...given: Given) => Promise<Answer>) => (...given: Given): Promise<Answer> => {
    if (name === lost || calls > 0) calls += 1;
    if (calls === 1) return Promise.reject(new VenueError('unknown', 'unknown', 'the connection broke'));
    return calls > 1 && calls < 6 ? Promise.reject(new VenueError('unreachable', 'notPlaced', 'nobody listens')) : call(...given);
  };
  venue.place = away('place', venue.place.bind(venue));
  venue.cancel = away('cancel', venue.cancel.bind(venue));
  venue.findOrder = away('findOrder', venue.findOrder.bind(venue));
  return () => calls < 6;
}
