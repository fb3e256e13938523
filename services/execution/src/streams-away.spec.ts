import 'reflect-metadata';
import { VenueError } from '@ballast/venues';
import { afterEach, expect, it } from 'vitest';
import { PaperDesk } from './paper-desk.fixtures.js';
import { ETH, SOL } from './trade/trade.fixtures.js';

const desk = new PaperDesk({ limits: { makerTimeoutMs: 1_000 } });
afterEach(() => desk.stop());

it('a start waits for the account’s stream where that is out of reach, and trades once it is there', async () => {
  const subscribe = desk.venue.subscribeAccount.bind(desk.venue);
  let refusals = 3;
  desk.venue.subscribeAccount = (...asked) => {
    refusals -= 1;
    return refusals < 0 ? subscribe(...asked) : Promise.reject(new VenueError('unreachable', 'notPlaced', 'stream: connect ECONNREFUSED'));
  };
  const start = desk.start();
  await Promise.race([start, desk.system.run(desk.system.clock.now() + 2_000)]);
  await desk.system.run(desk.system.clock.now() + 2_000);
  await start;
  await desk.approve();
  await desk.run(5_000);
  expect(await desk.positions()).toEqual({ [ETH]: '0.42', [SOL]: '-10' });
});
