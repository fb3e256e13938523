import 'reflect-metadata';
import type { Ms } from '@ballast/domain';
import type { TradingStateChanged } from '@ballast/events';
import { VenueError } from '@ballast/venues';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PaperDesk, PARTITION } from './paper-desk.fixtures.js';
import { tradeDecider } from './trade/trade.decider.js';
import { ETH, limits, pair, sight } from './trade/trade.fixtures.js';

/** Entries rest until somebody takes them away. */
const PATIENT = { makerTimeoutMs: 300_000, orderTimeToLiveMs: 600_000 };

let desk: PaperDesk;
let placed: string[];
const halt = (): Promise<void> => desk.write('risk', 'trading-state', 'portfolio1', { type: 'TradingStateChanged', portfolioId: 'portfolio1', scope: 'PORTFOLIO', scopeId: 'portfolio1', state: 'HALTED', reason: 'the test', by: 'user:test' } satisfies TradingStateChanged);
const until = (at: Ms): Promise<void> => new Promise((resolve) => { desk.system.clock.at(at, resolve); });
const ends = async (): Promise<readonly unknown[]> => (await desk.of('TradeClosed')).map(({ outcome }) => outcome);

beforeEach(() => {
  desk = new PaperDesk({ limits: PATIENT });
  placed = [];
  const place = desk.venue.place.bind(desk.venue);
  desk.venue.place = (order) => {
    placed.push(order.instrument);
    return place(order);
  };
});
afterEach(() => desk.stop());

describe('An entry that is on its way when a stop comes', () => {
  it('is not sent by the next process where risk halted while none ran: the intent alone was in the log', async () => {
    const { streams: dead } = desk.system.platform('execution');
    await dead.execute(tradeDecider, { partition: PARTITION, id: 'trade1' }, { type: 'OpenTrade', approval: { ...pair, validUntil: desk.system.clock.now() + 30_000 }, limits: { ...limits, ...PATIENT }, tradingState: 'ACTIVE', sight }, { causationId: 'approval', correlationId: 'trade1', lane: 'account1' });
    await halt();
    await desk.start();
    await desk.run(20_000);
    expect([placed, await ends()]).toEqual([[], ['UNFILLED']]);
  });

  it('is not sent where the halt was recorded while its approval was on the way into the log', async () => {
    const { store, clock } = desk.system;
    const append = store.append.bind(store);
    let isSlow = true;
    store.append = async (partition, subject, ...rest) => {
      if (subject.endsWith('execution.trade.trade1') && isSlow) {
        isSlow = false;
        await until(clock.now() + 1_000);
      }
      return append(partition, subject, ...rest);
    };
    await desk.start();
    await desk.approve();
    await desk.run(500);
    await halt();
    await desk.run(20_000);
    expect([placed, await ends()]).toEqual([[], ['UNFILLED']]);
  });

  it.each(['halted', 'taken back'])('is not sent from behind a slow call of its account once its trade is %s', async (how) => {
    const { place } = desk.venue;
    desk.venue.place = async (order) => {
      if (order.instrument !== ETH || placed.length > 0) return place(order);
      placed.push(ETH);
      await until(desk.system.clock.now() + 3_000);
      throw new VenueError('band', 'notPlaced', 'refused after a while');
    };
    await desk.start();
    await desk.approve();
    await desk.run(500);
    if (how === 'halted') await halt();
    else void desk.system.requestsOf('cli').command('execution', PARTITION, 'cancel-all', {}, 'cancel-all-1');
    await desk.run(20_000);
    expect([placed, await ends()]).toEqual([[ETH], ['UNFILLED']]);
  });
});
