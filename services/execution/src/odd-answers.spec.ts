import 'reflect-metadata';
import { price, quantity } from '@ballast/domain';
import { VenueError } from '@ballast/venues';
import { afterEach, describe, expect, it } from 'vitest';
import { PaperDesk, type PaperDeskOptions } from './paper-desk.fixtures.js';
import { ETH, SOL } from './trade/trade.fixtures.js';

/** Both legs take after a second: nobody else trades in this market. */
const BRISK: PaperDeskOptions = { limits: { makerTimeoutMs: 1_000 } };

let desk: PaperDesk;
const started = async (): Promise<void> => {
  desk = new PaperDesk(BRISK);
  await desk.start();
};
/** The venue answers the next calls of this name with what nobody expects of it. */
const odd = (method: 'cancel' | 'place' | 'findOrder' | 'accountState' | 'fillsSince', errors: VenueError[]): void => {
  const real = desk.venue[method].bind(desk.venue) as (...given: unknown[]) => Promise<never>;
  Object.assign(desk.venue, {
    [method]: (...given: unknown[]) => {
      const error = errors.shift();
      return error ? Promise.reject(error) : real(...given);
    },
  });
};
const unlisted = (): VenueError => new VenueError('unknown', 'notPlaced', 'nado refused with 4711: never heard of', '4711');
afterEach(() => desk.stop());

describe('An answer of the venue that nobody expects', () => {
  it.each([
    ['a cancel', 'cancel', [unlisted(), new VenueError('auth', 'notPlaced', 'nado refused with 2024')]],
    ['a look-up', 'findOrder', [unlisted(), unlisted(), unlisted()]],
    ['a question for missed fills', 'fillsSince', [unlisted()]],
  ] as const)('to %s is asked for again, and the pair is held all the same', async (_what, method, errors) => {
    await started();
    odd(method, [...errors]);
    await desk.approve();
    await desk.run(20_000);
    expect([(await desk.trade()).phase, await desk.positions()]).toEqual(['HELD', { [ETH]: '0.42', [SOL]: '-10' }]);
    await desk.signalExit();
    await desk.run(20_000);
    expect((await desk.of('TradeClosed')).map(({ outcome }) => outcome)).toEqual(['COMPLETED']);
  });

  it('to a comparison of the account is asked for again, and the comparison made', async () => {
    await started();
    odd('accountState', [new VenueError('auth', 'notPlaced', 'nado refused with 2024')]);
    const now = desk.system.clock.now();
    void desk.venue.place({ clientOrderId: 'foreign', account: desk.account, instrument: ETH, side: 'BUY', quantity: quantity('0.1'), limitPrice: price('2700'), timeInForce: 'GTC', postOnly: true, reduceOnly: false, receiveBy: now + 5_000, expiresAt: now + 3_600_000 });
    await desk.run(65_000);
    expect((await desk.of('ReconciliationDifferenceFound')).map(({ what }) => what)).toEqual(['ORDER']);
  });

  it('is recorded as far as an event takes it, however long it is', async () => {
    await started();
    odd('place', [new VenueError('margin', 'notPlaced', `nado refused with 2006: ${'x'.repeat(5_000)}`, '2006')]);
    await desk.approve();
    await desk.run(5_000);
    expect((await desk.of('OrderRejected')).map(({ kind, message }) => [kind, message.length <= 2_000])).toContainEqual(['margin', true]);
    expect((await desk.of('TradeClosed')).map(({ tradeId }) => tradeId)).toEqual(['trade1']);
  });
});
