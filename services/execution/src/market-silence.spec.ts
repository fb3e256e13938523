import { afterEach, describe, expect, it } from 'vitest';
import { PaperDesk } from './paper-desk.fixtures.js';
import { ETH } from './trade/trade.fixtures.js';

const MINUTE_MS = 60_000;

describe('A market that falls silent while a trade is left', () => {
  let desk: PaperDesk;
  afterEach(() => desk.stop());

  it('is told every minute, and the exit goes on with the first fresh book and ends flat', async () => {
    desk = new PaperDesk();
    await desk.start();
    await desk.approve();
    await desk.run(40_000);
    expect((await desk.trade()).phase).toBe('HELD');
    const quotes = desk.market.quotes[ETH]!;
    delete desk.market.quotes[ETH];
    await desk.run(6_000);
    await desk.signalExit();
    await desk.run(8 * MINUTE_MS);
    const stuck = (await desk.of('ExitStarted')).filter(({ reason }) => reason.includes('has not ended'));
    expect([(await desk.trade()).phase, stuck.length]).toEqual(['EXITING', 8]);
    expect(stuck.every(({ reason }) => reason.includes(`0.42 ${ETH} waits for a fresh book`))).toBe(true);
    desk.market.quotes[ETH] = quotes;
    await desk.run(40_000);
    expect([(await desk.trade()).phase, await desk.positions()]).toEqual(['CLOSED', {}]);
  });
});
