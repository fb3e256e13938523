import 'reflect-metadata';
import type { TradingStateChanged } from '@ballast/events';
import type { Reply } from '@ballast/bus';
import { afterEach, describe, expect, it } from 'vitest';
import { PaperDesk, type PaperDeskOptions, PARTITION } from './paper-desk.fixtures.js';
import { approvalOf, ETH, plannedLeg, SOL } from './trade/trade.fixtures.js';

/** Both legs take after a second: nobody else trades in this market. */
const BRISK = { makerTimeoutMs: 1_000 };
/** Entries rest until somebody takes them away. */
const PATIENT = { makerTimeoutMs: 300_000, orderTimeToLiveMs: 600_000 };

let desk: PaperDesk;
const started = async (options: PaperDeskOptions = { limits: PATIENT }): Promise<void> => {
  desk = new PaperDesk(options);
  await desk.start();
};
const again = (): Promise<void> => desk.approve(approvalOf([plannedLeg(0, 'BUY', ['0.42']), plannedLeg(1, 'SELL', ['10'])], { tradeId: 'trade2' }));
const ask = async (verb: string, payload: object = {}): Promise<Reply> => {
  const reply = desk.system.requestsOf('cli').command('execution', PARTITION, verb, payload, `${verb}-1`);
  await desk.run(1_500);
  return reply;
};
const says = (scope: TradingStateChanged['scope'], scopeId: string, state: TradingStateChanged['state']): Promise<void> =>
  desk.write('risk', 'trading-state', 'portfolio1', { type: 'TradingStateChanged', portfolioId: 'portfolio1', scope, scopeId, state, reason: 'the test', by: 'user:test' });
const refusals = async (): Promise<readonly string[]> => (await desk.of('TradeRefused')).map(({ tradeId, reason }) => `${tradeId} ${reason}`);
afterEach(() => desk.stop());

describe('A stop at the venue', () => {
  it.each(['cancel-all', 'halt-venue'])('takes back an entry whose orders %s cancels: nothing rests again', async (verb) => {
    await started();
    await desk.approve();
    await desk.run(1_000);
    expect(await desk.venue.openOrders(desk.account)).toHaveLength(2);
    expect(await ask(verb)).toMatchObject({ ok: true, data: { accounts: 1, cancelled: 2 } });
    await desk.run(10_000);
    expect(await desk.venue.openOrders(desk.account)).toEqual([]);
    expect((await desk.of('OrderSubmitted')).length).toBe(2);
    expect((await desk.of('TradeClosed')).map(({ outcome, reason }) => [outcome, reason])).toEqual([['UNFILLED', `${verb} by cli`]]);
  });

  it.each([['PORTFOLIO', 'portfolio1'], ['BOT', 'bot1']] as const)('refuses what is approved after it, until the %s is resumed', async (scope, scopeId) => {
    await started();
    await ask('halt-venue', { accountId: 'account1' });
    await desk.approve();
    await desk.run(1_000);
    expect(await refusals()).toEqual(['trade1 TRADING_HALTED: trading is HALTED']);
    expect(await desk.of('OrderSubmitted')).toEqual([]);
    await says(scope, scopeId, 'ACTIVE');
    await desk.run(1_000);
    await again();
    await desk.run(1_000);
    expect((await desk.of('OrderSubmitted')).map(({ tradeId }) => tradeId)).toEqual(['trade2', 'trade2']);
  });

  it('leaves other accounts alone, and goes on until what is resumed is its own', async () => {
    await started();
    await ask('halt-venue', { accountId: 'account2' });
    await desk.approve();
    await desk.run(1_000);
    expect(await desk.venue.openOrders(desk.account)).toHaveLength(2);
    await ask('halt-venue', { accountId: 'account1' });
    await says('BOT', 'bot2', 'ACTIVE');
    await again();
    await desk.run(1_000);
    expect(await refusals()).toEqual(['trade2 TRADING_HALTED: trading is HALTED']);
  });

  it('leaves what a pair holds to be reduced', async () => {
    await started({ limits: BRISK });
    await desk.approve();
    await desk.run(3_000);
    await ask('halt-venue');
    expect(await desk.positions()).toEqual({ [ETH]: '0.42', [SOL]: '-10' });
    await desk.signalExit();
    await desk.run(5_000);
    expect(await desk.positions()).toEqual({});
  });
});
