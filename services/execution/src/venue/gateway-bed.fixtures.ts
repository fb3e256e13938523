import { Pacer } from '@ballast/bus';
import { Clock, type Disarm, type Ms } from '@ballast/domain';
import { settingsOf } from '../options.js';
import { limits, pair, sight, START, TradeStream } from '../trade/trade.fixtures.js';
import type { OrderState, TradeState } from '../trade/trade.state.js';
import type { EntryGate } from './entry-gate.js';
import { MemoryVenue } from './memory-venue.fixtures.js';
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

/** A gateway by itself: on a venue in memory, and what it tells in a list. */
export class GatewayBed {
  readonly clock = new SteppedClock();
  readonly venue = new MemoryVenue(this.clock);
  readonly told: Parameters<OutsideFacts['outcome']>[0][] = [];
  readonly gateway: OrderGateway;
  /** Why nothing that adds risk may leave. */
  closed: string | undefined;
  /** Is every fill told or recorded? */
  knowsFills = true;
  /** Has the log the end of every order? */
  isOver = false;

  constructor() {
    const { clock, venue } = this;
    const facts: Pick<OutsideFacts, 'outcome' | 'fill' | 'knowsFilled' | 'isOver'> = { outcome: (command) => void this.told.push(command), fill: () => undefined, knowsFilled: () => Promise.resolve(this.knowsFills), isOver: () => this.isOver };
    const settings = settingsOf({ venue, limits, retryTimer: new SecondTimer(clock), accountOf: (accountId) => ({ accountId, subaccount: accountId }) });
    this.gateway = new OrderGateway(venue, new VenueCalls(new OpenPacer(), new SecondTimer(clock)), facts as OutsideFacts, new GatewayContext(settings, clock, { closedFor: () => this.closed } as unknown as EntryGate));
  }
}

export const identityOf = (clientOrderId: string): string => `venue-${clientOrderId}`;

/** A pair that has been opened, and the first order of each leg. */
export function openedPair(identity: (clientOrderId: string) => string = identityOf): readonly [TradeState, OrderState, OrderState] {
  const trade = new TradeStream();
  trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState: 'ACTIVE', sight, identify: ({ clientOrderId }) => identity(clientOrderId) }, START);
  const [first, second] = Object.values(trade.state.orders) as [OrderState, OrderState];
  return [trade.state, first, second];
}
