import 'reflect-metadata';
import { MemorySystem, type Platform } from '@ballast/bus';
import { type Clock, contentId, Decimal, type Decider, type Id, type Ms, partitionOf, quantity } from '@ballast/domain';
import type { BallastEvent, TradeApproved } from '@ballast/events';
import { planHashOf } from '@ballast/policy';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { executionModule } from './execution.module.js';
import { tradeDecider } from './trade/trade.decider.js';
import { ETH, limits, pair, sight, SOL, START } from './trade/trade.fixtures.js';
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

describe('While entries rest at the venue', () => {
  let system: MemorySystem;
  let venue: MemoryVenue;
  let execution: Platform;
  let market: Platform['market'];
  let riskAnswers: boolean;
  let back: () => void;
  let onStopOrders: 'keep' | 'cancel' = 'keep';

  const write = async (writer: string, kind: string, id: Id, event: BallastEvent): Promise<void> => {
    await system.platform(writer).streams.execute(says(writer, kind), { partition: PARTITION, id }, event, { causationId: contentId(event.type, id), correlationId: id, lane: id });
  };
  const approve = (nth: number): Promise<void> =>
    write('risk', 'exposure', `portfolio${nth}`, { type: 'TradeApproved', ...pair, tradeId: `trade${nth}`, accountId: `account${nth}`, planHash: planHashOf(pair.planId, pair.legs), rules: [], bindingRule: 'none', grossBefore: pair.legs[0]?.notional, grossAfter: pair.legs[0]?.notional, planVolume: pair.legs[0]?.notional, validUntil: system.clock.now() + 30_000 } as unknown as TradeApproved);
  const run = async (ms: Ms): Promise<void> => {
    for (const end = system.clock.now() + ms; system.clock.now() < end;) {
      for (const [instrument, touch] of Object.entries(sight)) market.publish('book', instrument, { instrument, bids: [{ price: touch.bid, quantity: quantity('100') }], asks: [{ price: touch.ask, quantity: quantity('100') }], exchangeTime: system.clock.now(), sequence: 1 });
      await system.run(system.clock.now() + 500);
    }
  };
  const open = (which: 'entries' | 'reductions'): readonly string[] =>
    [...venue.orders.values()].filter(({ state, payload }) => state === 'OPEN' && payload.reduceOnly === (which === 'reductions')).map(({ payload }) => payload.instrument).sort();
  const phase = async (id: string): Promise<string> => (await execution.streams.load(tradeDecider, { partition: PARTITION, id })).state.phase;
  /** The store takes nothing and says nothing, until `back`. */
  const silenceStore = (): void => {
    const silence = new Promise<void>((resolve) => { back = resolve; });
    const { append, lastSequence } = system.store;
    vi.spyOn(system.store, 'append').mockImplementation((...given) => silence.then(() => append.apply(system.store, given)));
    vi.spyOn(system.store, 'lastSequence').mockImplementation((partition) => silence.then(() => lastSequence.call(system.store, partition)));
  };

  const desk = async (): Promise<void> => {
    system = new MemorySystem(START);
    venue = new MemoryVenue(system.clock);
    riskAnswers = true;
    back = () => undefined;
    market = system.platform('market-data').market;
    for (const nth of [1, 2]) await write('operator', 'bot', `bot${nth}`, { type: 'BotCreated', botId: `bot${nth}`, portfolioId: 'portfolio1', accountId: `account${nth}`, strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'test' });
    await system.add('execution', (platform) => {
      execution = platform;
      return executionModule({
        venue, onStopOrders, limits: { ...limits, makerTimeoutMs: 300_000 }, retryTimer: new VirtualWall(platform.clock), accountOf: (accountId) => ({ accountId, subaccount: accountId }),
        feeds: { log: (partition) => system.store.lastSequence(partition), risk: () => (riskAnswers ? Promise.resolve() : Promise.reject(new Error('nobody answers'))) },
      });
    });
    await run(1_000);
    await approve(1);
    await run(1_000);
    venue.makerShare = new Decimal(0);
    await write('strategy-dn-pair', 'signal', 'signal2', { type: 'SignalRaised', signalId: 'signal2', tradeId: 'trade1', botId: 'bot1', accountId: 'account1', portfolioId: 'portfolio1', purpose: 'EXIT', legs: [], slippageBpsMax: limits.slippageBpsMax, reason: 'held long enough', seen: [], validUntil: START + 1e9 } as BallastEvent);
    await approve(2);
    await run(1_000);
    expect(open('entries')).toEqual([ETH, SOL]);
    expect(open('reductions')).toEqual([ETH, SOL]);
  };
  beforeEach(desk);
  afterEach(async () => {
    back();
    onStopOrders = 'keep';
    await system.stop();
    vi.restoreAllMocks();
  });

  it('a log that does not answer for 5 s has them cancelled at the venue, and leaves what reduces (architecture, "The outside")', async () => {
    silenceStore();
    await run(4_500);
    expect(open('entries')).toEqual([ETH, SOL]);
    await run(3_500);
    expect(open('entries')).toEqual([]);
    expect(open('reductions')).toEqual([ETH, SOL]);
    back();
    await run(1_000);
    const cancelled: string[] = [];
    await system.store.read(PARTITION, { filters: [] }, (message) => { cancelled.push(...(JSON.parse(new TextDecoder().decode(message.bytes)) as { events: BallastEvent[] }).events.flatMap((event) => (event.type === 'OrderCancelled' ? [event.tradeId] : []))); });
    expect(cancelled).toEqual(['trade2', 'trade2']);
  });

  it('a risk that does not answer for 5 s has them cancelled as well, and the entry is over', async () => {
    riskAnswers = false;
    await run(4_500);
    expect(await phase('trade2')).toBe('ENTERING');
    await run(3_500);
    expect(open('entries')).toEqual([]);
    expect(open('reductions')).toEqual([ETH, SOL]);
    expect(await phase('trade2')).toBe('CLOSED');
    expect(await phase('trade1')).toBe('EXITING');
  });

  it('a process that stops in order leaves them for the next one, and cancels them where it is told so: what reduces stays', async () => {
    await system.stop();
    expect([open('entries'), open('reductions')]).toEqual([[ETH, SOL], [ETH, SOL]]);
    onStopOrders = 'cancel';
    await desk();
    await system.stop();
    expect([open('entries'), open('reductions')]).toEqual([[], [ETH, SOL]]);
  });
});
