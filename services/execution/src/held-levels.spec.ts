import 'reflect-metadata';
import { type Ms, notional, price, quantity, ratio } from '@ballast/domain';
import type { BallastEvent, ProtectionReductionRequested, TradingStateChanged } from '@ballast/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { levels, PaperDesk, PARTITION } from './paper-desk.fixtures.js';
import { approvalOf, ETH, plannedLeg } from './trade/trade.fixtures.js';

const held = approvalOf([{ ...plannedLeg(0, 'BUY', ['0.42']), stopPrice: price('2700'), targetPrice: price('2800') }], { outcome: 'SINGLE', imbalanceRatio: ratio('0') });

let desk: PaperDesk;
const quote = (bid: string, ask: string): void => { desk.market.quotes[ETH] = { bids: levels([bid, '50']), asks: levels([ask, '50']) }; };
const resting = async (): Promise<readonly string[]> => (await desk.venue.openOrders(desk.account)).map(({ instrument, quantity: size, filled }) => `${size.toString()} ${instrument}, ${filled.toString()} of it filled`);
const closed = async (): Promise<readonly unknown[]> => (await desk.of('TradeClosed')).map(({ outcome, legs }) => [outcome, legs[0]?.exited.toString(), legs[0]?.averageExitPrice?.toString()]);
const halt = (): Promise<void> => desk.write('risk', 'trading-state', 'portfolio1', { type: 'TradingStateChanged', portfolioId: 'portfolio1', scope: 'PORTFOLIO', scopeId: 'portfolio1', state: 'HALTED', reason: 'the test', by: 'user:test' } satisfies TradingStateChanged);
async function ask(verb: string): Promise<void> {
  const reply = desk.system.requestsOf('cli').command('execution', PARTITION, verb, {}, `${verb}-1`);
  await desk.run(1_500);
  await reply;
}

function reduction(size: string, reductionId = 'reduction1', at: Ms = desk.system.clock.now()): ProtectionReductionRequested {
  const saw = { instrument: ETH, side: 'LONG' as const, quantity: quantity('0.42'), price: price('2750'), priceTime: 1, stateTime: 1, trigger: ratio('0.1'), freeFunds: notional('0') as never };
  return { type: 'ProtectionReductionRequested', botId: 'bot1', accountId: 'account1', portfolioId: 'portfolio1', reductionId, instrument: ETH, side: 'SELL', quantity: quantity(size), reason: 'EXHAUSTED', at, saw } as ProtectionReductionRequested;
}

beforeEach(async () => {
  desk = new PaperDesk({ limits: { makerTimeoutMs: 1_000 } });
  await desk.start();
  await desk.approve(held);
  await desk.run(8_000);
});
afterEach(() => desk.stop());

describe('One leg with a stop and a target at the simulated exchange', () => {
  it('rests its target for hours, reduce-only, and is closed when the market trades through it', async () => {
    expect((await desk.of('OrderSubmitted')).at(-1)).toMatchObject({ purpose: 'TARGET', side: 'SELL', limitPrice: '2800', reduceOnly: true, postOnly: true });
    expect([await desk.positions(), await resting()]).toEqual([{ [ETH]: '0.42' }, ['0.42 ETH-PERP, 0 of it filled']]);
    await desk.run(3 * 3_600_000);
    expect(await resting()).toHaveLength(1);
    quote('2800.5', '2800.6');
    await desk.run(3_000);
    expect([await desk.positions(), await resting(), await closed()]).toEqual([{}, [], [['COMPLETED', '0.42', '2800']]]);
  });

  it('leaves by taking at the first price through its stop, also while trading is HALTED and the venue stopped for entries', async () => {
    await halt();
    await ask('halt-venue');
    await desk.run(5_000);
    quote('2699', '2699.1');
    await desk.run(5_000);
    expect([await desk.positions(), await resting(), (await closed()).length]).toEqual([{}, [], 1]);
    expect((await desk.of('ExitStarted')).map(({ urgent, reached }) => [urgent, reached?.level, reached?.touch.toString()])).toEqual([[true, 'STOP', '2699']]);
    expect((await desk.of('OrderSubmitted')).at(-1)).toMatchObject({ timeInForce: 'IOC', reduceOnly: true });
  });

  it('rests its target anew where a person has cancelled every order, for the stop and the target stay in force', async () => {
    await ask('cancel-all');
    await desk.run(5_000);
    expect(await resting()).toEqual(['0.42 ETH-PERP, 0 of it filled']);
  });

  it('takes back what protection asks for, once, and rests the target for what is left', async () => {
    for (let time = 0; time < 2; time += 1) {
      await desk.write('collateral', 'protection', 'bot1', reduction('0.15'));
      await desk.run(5_000);
    }
    expect([await desk.positions(), await resting()]).toEqual([{ [ETH]: '0.27' }, ['0.27 ETH-PERP, 0 of it filled']]);
    await desk.write('collateral', 'protection', 'bot1', reduction('0.27', 'reduction2') satisfies BallastEvent);
    await desk.run(5_000);
    expect([await desk.positions(), (await closed()).length]).toEqual([{}, 1]);
  });

  it('asks no other trade for what one has given that is over by now: a request that comes again after that takes nothing more', async () => {
    await desk.approve(approvalOf([{ ...plannedLeg(0, 'BUY', ['0.2']), stopPrice: price('2700'), targetPrice: price('2800') }], { outcome: 'SINGLE', imbalanceRatio: ratio('0'), tradeId: 'trade2' }));
    await desk.run(8_000);
    expect(await desk.positions()).toEqual({ [ETH]: '0.62' });
    const request = reduction('0.42');
    await desk.write('collateral', 'protection', 'bot1', request);
    await desk.run(5_000);
    expect([await desk.positions(), (await closed()).length]).toEqual([{ [ETH]: '0.2' }, 1]);
    expect((await desk.of('ExitStarted')).map(({ tradeId, reduction: part }) => [tradeId, part?.reductionId, String(part?.quantity)])).toEqual([['trade1', 'reduction1', '0.42']]);
    await desk.write('collateral', 'protection', 'bot1', request);
    await desk.run(5_000);
    expect([await desk.positions(), await resting()]).toEqual([{ [ETH]: '0.2' }, ['0.2 ETH-PERP, 0 of it filled']]);
  });

  it('takes nothing back for what protection asked two minutes ago or more: that was another market', async () => {
    await desk.write('collateral', 'protection', 'bot1', reduction('0.15', 'reduction1', desk.system.clock.now() - 120_000));
    await desk.run(5_000);
    expect([await desk.of('ReductionStarted'), await desk.positions(), await resting()]).toEqual([[], { [ETH]: '0.42' }, ['0.42 ETH-PERP, 0 of it filled']]);
  });

  it('is compared with the venue while its target rests: what nobody here did is told', async () => {
    const now = desk.system.clock.now();
    void desk.venue.place({ clientOrderId: 'foreign', account: desk.account, instrument: ETH, side: 'BUY', quantity: quantity('0.1'), limitPrice: price('2600'), timeInForce: 'GTC', postOnly: true, reduceOnly: false, receiveBy: now + 5_000, expiresAt: now + 3_600_000 });
    await desk.run(65_000);
    expect((await desk.of('ReconciliationDifferenceFound')).map(({ what, expected }) => `${what}: ${expected}`)).toEqual(['ORDER: no order']);
  });

  it('agrees with the venue while its target is met in part, and makes up for what of that it missed', async () => {
    const meet = async (): Promise<void> => {
      desk.market.quotes[ETH] = { bids: levels(['2800', '0.1'], ['2757', '50']), asks: levels(['2801', '50']) };
      await desk.run(500);
      quote('2757', '2801');
      await desk.run(2_000);
    };
    await meet();
    expect(await resting()).toEqual(['0.42 ETH-PERP, 0.1 of it filled']);
    await desk.run(125_000);
    desk.venue.pull();
    await meet();
    expect([await resting(), (await desk.of('OrderFilled')).length]).toEqual([['0.42 ETH-PERP, 0.2 of it filled'], 2]);
    await desk.run(125_000);
    expect([(await desk.of('OrderFilled')).length, await desk.of('ReconciliationDifferenceFound')]).toEqual([3, []]);
  });
});
