import 'reflect-metadata';
import type { Ms } from '@ballast/domain';
import { type OrderView, VenueError } from '@ballast/venues';
import { afterEach, describe, expect, it } from 'vitest';
import { levels, PaperDesk } from './paper-desk.fixtures.js';
import { approvalOf, ETH, plannedLeg, SOL } from './trade/trade.fixtures.js';

let desk: PaperDesk;
afterEach(() => desk.stop());

/** The venue takes orders and tells of fills as ever; of what is over it says by `history` what its archive does. */
function archiveSays(history: (view: OrderView) => Promise<OrderView | undefined>): void {
  const find = desk.venue.findOrder.bind(desk.venue);
  desk.venue.findOrder = async (...asked) => {
    const view = await find(...asked);
    return view === undefined || view.state === 'OPEN' ? view : history(view);
  };
}

describe('A venue whose archive is away', () => {
  it('has the leg that stands alone taken back when its time is over: what became of other orders is asked behind that', async () => {
    desk = new PaperDesk({ limits: { makerTimeoutMs: 300_000, orderTimeToLiveMs: 600_000 } });
    let isAway = true;
    archiveSays((view) => (isAway ? Promise.reject(new VenueError('unknown', 'unknown', 'archive orders: no answer')) : Promise.resolve(view)));
    await desk.start();
    await desk.approve();
    await desk.run(1_000);
    desk.market.quotes[ETH] = { bids: levels(['2756.5', '50']), asks: levels(['2756.6', '50']) };
    await desk.run(2_000);
    expect(await desk.positions(), 'the maker of one leg is met').toEqual({ [ETH]: '0.42' });
    expect((await desk.venue.openOrders(desk.account)).map(({ instrument }) => instrument), 'the other one makes way').toEqual([]);
    await desk.run(18_000);
    expect(await desk.positions()).toEqual({});
    isAway = false;
    await desk.run(10_000);
    expect((await desk.of('TradeClosed')).map(({ outcome }) => outcome)).toEqual(['UNWOUND']);
  });
});

describe('A venue whose archive is a second behind', () => {
  it('is asked again what became of a taking order that was met in part: the rest is taken within the time of a leg alone', async () => {
    desk = new PaperDesk({ limits: { makerTimeoutMs: 1_000 } });
    const over = new Map<string, Ms>();
    archiveSays(async (view) => {
      const now = desk.system.clock.now();
      const since = over.get(view.venueOrderId) ?? now;
      over.set(view.venueOrderId, since);
      return now - since >= 1_000 ? view : undefined;
    });
    await desk.start();
    desk.market.quotes[SOL] = { bids: levels(['115.86', '4'], ['110', '5000']), asks: levels(['115.87', '5000']) };
    await desk.approve();
    await desk.run(14_000);
    expect([(await desk.trade()).phase, await desk.positions()]).toEqual(['HELD', { [ETH]: '0.42', [SOL]: '-10' }]);
  });
});

describe('An order that was taken for ended, and that the venue does not cancel for want of an answer', () => {
  it('holds up no other order of its account', async () => {
    desk = new PaperDesk({ limits: { makerTimeoutMs: 300_000, nakedTimeoutMs: 600_000, orderTimeToLiveMs: 600_000 } });
    const find = desk.venue.findOrder.bind(desk.venue);
    const cancel = desk.venue.cancel.bind(desk.venue);
    await desk.start();
    await desk.approve();
    await desk.run(1_000);
    const victim = (await desk.venue.openOrders(desk.account)).find(({ instrument }) => instrument === ETH)?.venueOrderId;
    desk.venue.cancel = (...asked) => (asked[2] === victim ? Promise.reject(new VenueError('unknown', 'unknown', 'no answer')) : cancel(...asked));
    desk.venue.findOrder = async (...asked) => {
      const view = await find(...asked);
      return view && { ...view, state: view.venueOrderId === victim ? 'CANCELLED' : view.state };
    };
    desk.venue.plugIn();
    await desk.run(1_000);
    desk.venue.findOrder = find;
    await desk.write('operator', 'bot', 'bot1', { type: 'BotCloseAllRequested', botId: 'bot1', accountId: 'account1', reason: 'enough', by: 'test' });
    await desk.run(120_000);
    expect((await desk.of('ReconciliationDifferenceFound')).map(({ what }) => what)).toEqual(['ORDER']);
    await desk.write('operator', 'bot', 'bot1', { type: 'BotStarted', botId: 'bot1', by: 'test' });
    await desk.approve(approvalOf([plannedLeg(0, 'BUY', ['0.1']), plannedLeg(1, 'SELL', ['2'])], { tradeId: 'trade2' }));
    await desk.run(3_000);
    expect((await desk.venue.openOrders(desk.account)).map(({ quantity }) => quantity.toString()).sort()).toEqual(['0.1', '0.42', '2']);
  });
});
