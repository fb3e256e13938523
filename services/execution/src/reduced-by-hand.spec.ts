import 'reflect-metadata';
import { price, quantity } from '@ballast/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { PaperDesk } from './paper-desk.fixtures.js';
import { SOL } from './trade/trade.fixtures.js';

describe('An account that a person has reduced by hand', () => {
  const desk = new PaperDesk({ limits: { makerTimeoutMs: 1_000 } });
  afterEach(() => desk.stop());

  it('is flat after an exit: what the venue does not have is recorded once, and no order is refused for ever', async () => {
    await desk.start();
    await desk.approve();
    await desk.run(3_000);
    const now = desk.system.clock.now();
    await Promise.all([
      desk.venue.place({ clientOrderId: 'hand', account: desk.account, instrument: SOL, side: 'BUY', quantity: quantity('5'), limitPrice: price('115.87'), timeInForce: 'IOC', postOnly: false, reduceOnly: false, receiveBy: now + 5_000, expiresAt: now + 3_600_000 }),
      desk.run(2_000),
    ]);
    expect((await desk.positions())[SOL]).toBe('-5');
    await desk.signalExit();
    await desk.run(60_000);
    expect(await desk.positions()).toEqual({});
    expect((await desk.of('PairResidual')).map(({ instrument, quantity: size, missing }) => [instrument, String(size), missing])).toEqual([[SOL, '-5', true]]);
    expect((await desk.of('TradeClosed')).map(({ outcome }) => outcome)).toEqual(['UNWOUND']);
    expect((await desk.of('OrderRejected')).length).toBeLessThan(15);
    expect((await desk.of('ReconciliationDifferenceFound')).map(({ what, subject }) => [what, subject])).toContainEqual(['POSITION', SOL]);
  });
});
