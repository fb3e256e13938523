import 'reflect-metadata';
import { MemorySystem, type Platform } from '@ballast/bus';
import { type Clock, contentId, Decimal, type Decider, type Id, type Ms, partitionOf, quantity } from '@ballast/domain';
import type { BallastEvent, TradeApproved } from '@ballast/events';
import { planHashOf } from '@ballast/policy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { executionModule } from './execution.module.js';
import { limits, pair, sight, START } from './trade/trade.fixtures.js';
import { MemoryVenue } from './venue/memory-venue.fixtures.js';
import { RetryTimer } from './venue/retry-timer.js';

const PARTITION = partitionOf('portfolio1');
const says = <Event extends BallastEvent>(writer: string, kind: string): Decider<number, Event, Event> => ({ kind, writer, initial: 0, decide: (_state, event) => [event], evolve: (state) => state + 1 });

/** The wall, as the virtual clock has it. */
class VirtualWall extends RetryTimer {
  readonly wall = true;
  constructor(private readonly clock: Clock) { super(); }
  wait(ms: Ms): Promise<void> { return new Promise((resolve) => { this.clock.at(this.clock.now() + ms, resolve); }); }
}

let system: MemorySystem;
let venue: MemoryVenue;
let market: Platform['market'];

beforeEach(() => {
  system = new MemorySystem(START);
  venue = new MemoryVenue(system.clock);
  // Entries rest until their time is over: then both holders are about to do the same.
  venue.makerShare = new Decimal(0);
  market = system.platform('market-data').market;
});
afterEach(() => system.stop());

const addHolder = (): Promise<void> => system.add('execution', (platform) => executionModule({ venue, limits, retryTimer: new VirtualWall(platform.clock), accountOf: (accountId) => ({ accountId, subaccount: accountId }) }));
const write = async (writer: string, kind: string, id: Id, event: BallastEvent): Promise<void> => {
  await system.platform(writer).streams.execute(says(writer, kind), { partition: PARTITION, id }, event, { causationId: contentId(event.type, id), correlationId: id, lane: id });
};
const run = async (ms: Ms): Promise<void> => {
  for (const end = system.clock.now() + ms; system.clock.now() < end;) {
    for (const [instrument, touch] of Object.entries(sight)) market.publish('book', instrument, { instrument, bids: [{ price: touch.bid, quantity: quantity('100') }], asks: [{ price: touch.ask, quantity: quantity('100') }], exchangeTime: system.clock.now(), sequence: 1 });
    await system.run(system.clock.now() + 500);
  }
};
const recorded = async (): Promise<readonly BallastEvent[]> => {
  const events: BallastEvent[] = [];
  await system.store.read(PARTITION, { filters: [] }, ({ bytes }) => { events.push(...(JSON.parse(new TextDecoder().decode(bytes)) as { events: BallastEvent[] }).events); });
  return events;
};

it('two processes that both act on a partition write each event once and send no order twice: the lease saves work, the log keeps it right', async () => {
  await write('operator', 'bot', 'bot1', { type: 'BotCreated', botId: 'bot1', portfolioId: 'portfolio1', accountId: 'account1', strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'test' });
  await addHolder();
  await run(1_000);
  await write('risk', 'exposure', 'portfolio1', { type: 'TradeApproved', ...pair, tradeId: 'trade1', accountId: 'account1', planHash: planHashOf(pair.planId, pair.legs), rules: [], bindingRule: 'none', grossBefore: pair.legs[0]?.notional, grossAfter: pair.legs[0]?.notional, planVolume: pair.legs[0]?.notional, validUntil: system.clock.now() + 30_000 } as unknown as TradeApproved);
  await run(1_000);
  await addHolder();
  await run(40_000);
  const events = await recorded();
  const fills = events.flatMap((event) => (event.type === 'OrderFilled' ? [event.fillId] : []));
  const placed = events.flatMap((event) => (event.type === 'OrderSubmitted' ? [event.clientOrderId] : []));
  expect(fills.length).toBeGreaterThan(1);
  expect([new Set(fills).size, new Set(placed).size]).toEqual([fills.length, placed.length]);
  expect([...venue.orders.values()].map(({ payload }) => payload.clientOrderId).sort()).toEqual([...placed].sort());
});
