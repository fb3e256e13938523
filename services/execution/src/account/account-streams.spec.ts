import 'reflect-metadata';
import { VenueError, x18 } from '@ballast/venues';
import { describe, expect, it, vi } from 'vitest';
import { PaperDesk } from '../paper-desk.fixtures.js';

describe('the stream of an account at the venue', () => {
  it('is named as a concern while it is away, and no longer once it is back', async () => {
    const concerns: (readonly [string, string | undefined])[] = [];
    const desk = new PaperDesk({ concern: (check, detail) => concerns.push([check, detail]) });
    await desk.start();
    try {
      desk.venue.pull();
      desk.venue.plugIn();
      await desk.run(1_000);
      expect(concerns.filter(([check]) => check === 'account-streams').slice(-2)).toEqual([['account-streams', 'account1 DOWN: the test'], ['account-streams', undefined]]);
    } finally {
      await desk.stop();
    }
  });

  it('is made up for from the newest funding that is in the log, however many fills are younger: a payment that nobody heard of is read', async () => {
    const desk = new PaperDesk();
    await desk.start();
    try {
      for (const productId of [4, 8]) desk.market.say((time) => ({ type: 'fundingRate', time, productId, rateHourly: x18('0.0001') }));
      await desk.approve();
      await desk.run(120_000);
      const [paid] = (await desk.of('FundingSettled')).map(({ venueTime }) => venueTime);
      await desk.run(600_000);
      await desk.signalExit();
      await desk.run(60_000);
      const fills = (await desk.of('OrderFilled')).map(({ venueTime }) => venueTime);
      const asked = vi.spyOn(desk.venue, 'fundingSince');
      desk.venue.pull();
      desk.venue.plugIn();
      await desk.run(1_000);
      expect([asked.mock.calls.map(([, from]) => from), Math.max(...fills) > Number(paid) + 600_000]).toEqual([[Number(paid) - 60_000], true]);
    } finally {
      await desk.stop();
    }
  });

  it('holds up no stop where the venue has not answered for it, and is followed no more when it does', async () => {
    const desk = new PaperDesk();
    await desk.start();
    const silent = vi.spyOn(desk.venue, 'subscribeAccount').mockImplementation(() => Promise.reject(new VenueError('unreachable', 'notPlaced', 'nobody listens')));
    await desk.write('operator', 'bot', 'bot2', { type: 'BotCreated', botId: 'bot2', portfolioId: 'portfolio1', accountId: 'account2', strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'test' });
    await desk.run(5_000);
    const asked = silent.mock.calls.length;
    expect(asked).toBeGreaterThan(1);
    await desk.stop();
    await desk.run(5_000);
    expect(silent.mock.calls.length, 'it is asked for no more').toBe(asked);
  });
});
