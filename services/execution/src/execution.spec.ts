import 'reflect-metadata';
import { MemorySystem, type Platform } from '@ballast/bus';
import { contentId, Decimal, type Decider, type Id, money, type Ms, partitionOf, quantity } from '@ballast/domain';
import type { BallastEvent, OrderSubmitted, TradeApproved } from '@ballast/events';
import { planHashOf } from '@ballast/policy';
import { afterEach, describe, expect, it } from 'vitest';
import { executionModule } from './execution.module.js';
import { tradeDecider } from './trade/trade.decider.js';
import { ETH, limits, pair, sight, SOL, START } from './trade/trade.fixtures.js';
import { MemoryVenue } from './venue/memory-venue.fixtures.js';
import { VirtualRetryTimer } from './venue/retry-timer.js';

const PARTITION = partitionOf('portfolio1');

/** Writes one event as its service would. */
const says = <Event extends BallastEvent>(writer: string, kind: string): Decider<number, Event, Event> => ({ kind, writer, initial: 0, decide: (_state, event) => [event], evolve: (state) => state + 1 });

class Desk {
  readonly system = new MemorySystem(START);
  readonly venue = new MemoryVenue(this.system.clock);
  private market: Platform['market'] | undefined;
  private platform: Platform | undefined;
  private sequence = 0;

  async start(): Promise<void> {
    this.market = this.system.platform('market-data').market;
    await this.write('operator', 'bot', 'bot1', { type: 'BotCreated', botId: 'bot1', portfolioId: 'portfolio1', accountId: 'account1', strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'test' } as BallastEvent);
    await this.system.add('execution', (platform) => {
      this.platform = platform;
      return executionModule({ venue: this.venue, limits, retryTimer: new VirtualRetryTimer(platform.clock), accountOf: (accountId) => ({ accountId, subaccount: accountId }) });
    });
  }

  async write(writer: string, kind: string, id: Id, event: BallastEvent): Promise<void> {
    const { streams } = this.system.platform(writer);
    await streams.execute(says(writer, kind), { partition: PARTITION, id }, event, { causationId: contentId(event.type, id), correlationId: id, lane: 'account1' });
  }

  approval(): TradeApproved {
    return { type: 'TradeApproved', ...pair, planHash: planHashOf(pair.planId, pair.legs), rules: [], bindingRule: 'none', grossBefore: pair.legs[0]?.notional, grossAfter: pair.legs[0]?.notional, planVolume: pair.legs[0]?.notional, validUntil: this.system.clock.now() + 30_000 } as unknown as TradeApproved;
  }

  approve(): Promise<void> {
    return this.write('risk', 'exposure', 'portfolio1', this.approval());
  }

  signalExit(): Promise<void> {
    return this.write('strategy-dn-pair', 'signal', 'signal2', { type: 'SignalRaised', signalId: 'signal2', tradeId: 'trade1', botId: 'bot1', accountId: 'account1', portfolioId: 'portfolio1', purpose: 'EXIT', legs: [], slippageBpsMax: limits.slippageBpsMax, reason: 'held long enough', seen: [], validUntil: START + 1e9 } as BallastEvent);
  }

  /** A fresh book of both legs every half second. */
  async trade(ms: Ms): Promise<void> {
    const end = this.system.clock.now() + ms;
    while (this.system.clock.now() < end) {
      this.sequence += 1;
      for (const instrument of [ETH, SOL]) {
        const touch = sight[instrument];
        if (touch) this.market?.publish('book', instrument, { instrument, bids: [{ price: touch.bid, quantity: quantity('100') }], asks: [{ price: touch.ask, quantity: quantity('100') }], exchangeTime: this.system.clock.now(), sequence: this.sequence });
      }
      await this.system.run(this.system.clock.now() + 500);
    }
  }

  async events(): Promise<readonly BallastEvent[]> {
    const events: BallastEvent[] = [];
    await this.system.store.read(PARTITION, { filters: [] }, (message) => { events.push(...(JSON.parse(new TextDecoder().decode(message.bytes)) as { events: BallastEvent[] }).events); });
    return events;
  }

  async phase(): Promise<string> {
    if (!this.platform) throw new Error('not started');
    return (await this.platform.streams.load(tradeDecider, { partition: PARTITION, id: 'trade1' })).state.phase;
  }
}

describe('Execution on the in-memory bus', () => {
  let desk: Desk;
  afterEach(() => desk.system.stop());

  it('enters the pair as approved, leaves it on the signal, and writes one position event per fill', async () => {
    desk = new Desk();
    await desk.start();
    await desk.trade(1_000);
    await desk.approve();
    await desk.trade(3_000);
    expect(await desk.phase()).toBe('HELD');
    await desk.signalExit();
    await desk.trade(3_000);
    expect(await desk.phase()).toBe('CLOSED');
    const events = await desk.events();
    const fills = events.filter((event) => event.type === 'OrderFilled').map((event) => event.fillId);
    const positions = events.filter((event) => event.type === 'PositionOpened' || event.type === 'PositionIncreased' || event.type === 'PositionReduced' || event.type === 'PositionClosed' || event.type === 'PositionFlipped').map((event) => event.fillId);
    expect(fills).toHaveLength(4);
    expect([...positions].sort()).toEqual([...fills].sort());
    expect(desk.venue.placed.map((order) => order.quantity.toString())).toEqual(['0.42', '10', '0.42', '10']);
  });

  it.each(['dropRequest', 'dropAnswer', 'refuse'] as const)('reaches balanced or flat with the venue answering "%s" to every third order, and every identity is at the venue once', async (fault) => {
    desk = new Desk();
    desk.venue.faults = (_order, nth) => (nth % 3 === 1 ? fault : undefined);
    desk.venue.makerShare = new Decimal('0.5');
    await desk.start();
    await desk.trade(1_000);
    await desk.approve();
    await desk.trade(60_000);
    await desk.signalExit();
    await desk.trade(120_000);
    expect(await desk.phase()).toBe('CLOSED');
    expect([...desk.venue.positions.values()].every((position) => position.isZero())).toBe(true);
    const events = await desk.events();
    expect(events.filter((event) => event.type === 'ReconciliationDifferenceFound')).toEqual([]);
    const rejected = new Set(events.flatMap((event) => (event.type === 'OrderRejected' ? [event.clientOrderId] : [])));
    const submitted = events.flatMap((event) => (event.type === 'OrderSubmitted' && !rejected.has(event.clientOrderId) ? [`venue-${event.clientOrderId}`] : []));
    expect([...desk.venue.orders.keys()].sort()).toEqual(submitted.sort());
  });

  it('sends after a start what was durable but never left, under the same identity', async () => {
    desk = new Desk();
    const { streams: dead } = desk.system.platform('execution');
    const opened = await dead.execute(tradeDecider, { partition: PARTITION, id: 'trade1' }, { type: 'OpenTrade', approval: { ...pair, validUntil: START + 30_000 }, limits, tradingState: 'ACTIVE', sight }, { causationId: 'approval', correlationId: 'trade1', lane: 'account1' });
    await desk.start();
    await desk.trade(3_000);
    const durable = opened.events.flatMap((event) => (event.type === 'OrderSubmitted' ? [event.clientOrderId] : []));
    expect(durable).toHaveLength(2);
    expect(desk.venue.placed.map((order) => order.clientOrderId)).toEqual(durable);
    expect(await desk.phase()).toBe('HELD');
  });

  it('applies a fill that came before anybody here knew its order, as soon as another process has recorded the order', async () => {
    desk = new Desk();
    await desk.start();
    await desk.trade(1_000);
    const { streams: other } = desk.system.platform('execution');
    const identify = (order: OrderSubmitted): string => {
      const { instrument, side, quantity: size, limitPrice } = order;
      desk.venue.tellFill('account1', { fillId: `early ${order.leg}`, venueOrderId: `elsewhere-${order.clientOrderId}`, instrument, side, quantity: size, price: limitPrice, fee: money('0'), liquidity: 'MAKER', time: desk.system.clock.now() });
      return `elsewhere-${order.clientOrderId}`;
    };
    await other.execute(tradeDecider, { partition: PARTITION, id: 'trade1' }, { type: 'OpenTrade', approval: { ...pair, validUntil: START + 30_000 }, limits, tradingState: 'ACTIVE', sight, identify }, { causationId: 'approval', correlationId: 'trade1', lane: 'account1' });
    await desk.trade(1_000);
    expect((await desk.events()).flatMap((event) => (event.type === 'OrderFilled' ? [event.fillId] : []))).toEqual(['early 0', 'early 1']);
    expect(await desk.phase()).toBe('HELD');
  });

  it('refuses an approval while trading is halted, and still leaves what is held (W-2)', async () => {
    desk = new Desk();
    await desk.start();
    await desk.trade(1_000);
    await desk.approve();
    await desk.trade(3_000);
    await desk.write('risk', 'trading-state', 'portfolio1', { type: 'TradingStateChanged', portfolioId: 'portfolio1', scope: 'PORTFOLIO', scopeId: 'portfolio1', state: 'HALTED', reason: 'test', by: 'test' } as BallastEvent);
    await desk.write('risk', 'exposure', 'portfolio2', { ...desk.approval(), tradeId: 'trade2' });
    await desk.signalExit();
    await desk.trade(3_000);
    expect(await desk.phase()).toBe('CLOSED');
    expect((await desk.events()).filter((event) => event.type === 'TradeRefused').map((event) => [event.tradeId, event.reason])).toEqual([['trade2', 'TRADING_HALTED: trading is HALTED']]);
  });

  it('sends nothing on stale books, and closes the trade unfilled when the approval ends', async () => {
    desk = new Desk();
    await desk.start();
    await desk.trade(1_000);
    await desk.system.run(desk.system.clock.now() + 10_000);
    await desk.approve();
    await desk.system.run(desk.system.clock.now() + 60_000);
    expect(desk.venue.placed).toEqual([]);
    expect((await desk.events()).filter((event) => event.type === 'TradeClosed').map((event) => event.outcome)).toEqual(['UNFILLED']);
  });
});
