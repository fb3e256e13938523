import 'reflect-metadata';
import type { Ms } from '@ballast/domain';
import { type OrderView, type SignedOrder, type VenueAccount, VenueError, type VenueOrderId } from '@ballast/venues';
import { afterEach, describe, expect, it } from 'vitest';
import { PaperDesk } from './paper-desk.fixtures.js';
import { ETH, SOL } from './trade/trade.fixtures.js';

const ARRIVES_AFTER_MS: Ms = 2_000;

describe('An order that arrives while it is looked up', () => {
  const desk = new PaperDesk({ limits: { makerTimeoutMs: 300_000, orderTimeToLiveMs: 600_000 } });
  afterEach(() => desk.stop());

  it('is not taken for lost because its last moment passes before the answer comes', async () => {
    const { venue, system: { clock } } = desk;
    const [place, findOrder] = [venue.place.bind(venue), venue.findOrder.bind(venue)];
    const until = (at: Ms): Promise<void> => new Promise((resolve) => { clock.at(at, resolve); });
    let slow: SignedOrder | undefined;
    let answers = 0;
    venue.place = (order) => {
      if (slow !== undefined || order.instrument !== ETH) return place(order);
      slow = order;
      void until(clock.now() + ARRIVES_AFTER_MS).then(() => place(order));
      return Promise.reject(new VenueError('unknown', 'unknown', 'no answer'));
    };
    venue.findOrder = async (account: VenueAccount, instrument: string, id: VenueOrderId): Promise<OrderView | undefined> => {
      if (slow === undefined || id !== venue.identify(slow) || answers > 0) return findOrder(account, instrument, id);
      answers += 1;
      const asItStood = await findOrder(account, instrument, id);
      await until(slow.receiveBy + 1);
      return asItStood;
    };
    await desk.start();
    await desk.approve();
    await desk.run(30_000);
    expect([slow?.instrument, answers]).toEqual([ETH, 1]);
    expect((await desk.of('OrderRejected')).filter(({ clientOrderId }) => clientOrderId === slow?.clientOrderId)).toEqual([]);
    expect((await venue.openOrders(desk.account)).map(({ instrument }) => instrument).sort()).toEqual([ETH, SOL]);
  });
});
