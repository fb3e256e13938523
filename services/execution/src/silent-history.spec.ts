import 'reflect-metadata';
import { type OrderView, VenueError } from '@ballast/venues';
import { afterEach, describe, expect, it } from 'vitest';
import { levels, PaperDesk } from './paper-desk.fixtures.js';
import { ETH } from './trade/trade.fixtures.js';

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
    archiveSays((view) => (isAway ? Promise.reject(new VenueError('unreachable', 'notPlaced', 'archive orders: no answer')) : Promise.resolve(view)));
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
