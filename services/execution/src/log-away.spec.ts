import 'reflect-metadata';
import { AppendOutcomeUnknown, StoreUnreachable } from '@ballast/bus';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PaperDesk, PARTITION } from './paper-desk.fixtures.js';
import { approvalOf, ETH, plannedLeg, SOL } from './trade/trade.fixtures.js';

/** Entries rest until somebody takes them away. */
const PATIENT = { makerTimeoutMs: 300_000, orderTimeToLiveMs: 600_000 };
const AWAY_MS = 90_000;

let desk: PaperDesk;
let back: () => void;

/** From now on the store can't be asked, as after a loss of every server that outlasts the patience of its connection. */
const loseLog = (): void => {
  const spies = [
    vi.spyOn(desk.system.store, 'append').mockImplementation(() => Promise.reject(new AppendOutcomeUnknown('no connection'))),
    vi.spyOn(desk.system.store, 'readSubject').mockImplementation(() => Promise.reject(new StoreUnreachable('no connection'))),
  ];
  back = () => spies.forEach((spy) => spy.mockRestore());
};
const started = async (limits: object): Promise<void> => {
  desk = new PaperDesk({ limits });
  await desk.start();
  await desk.approve();
  await desk.run(500);
};
const endings = async (): Promise<readonly string[]> => (await desk.of('TradeClosed')).map(({ outcome, reason }) => `${outcome} ${reason}`);

beforeEach(() => { back = () => undefined; });
afterEach(() => desk.stop());

describe('While the log is away for longer than anybody waits for it', () => {
  it.each(['halt-venue', 'cancel-all'])('%s cancels at the venue and says so; the entries are over once the log is back', async (verb) => {
    await started(PATIENT);
    expect(await desk.venue.openOrders(desk.account)).toHaveLength(2);
    loseLog();
    const reply = desk.system.requestsOf('cli').command('execution', PARTITION, verb, {}, `${verb}-1`);
    await desk.run(1_500);
    expect(await reply).toEqual({ ok: true, data: { accounts: 1, cancelled: 2 } });
    await desk.run(AWAY_MS);
    expect(await desk.venue.openOrders(desk.account)).toEqual([]);
    expect(await endings()).toEqual([]);
    back();
    await desk.run(5_000);
    expect(await endings()).toEqual([`UNFILLED ${verb} by cli`]);
  });

  it('a stop at the venue stays: what is approved once the log is back is refused', async () => {
    await started(PATIENT);
    loseLog();
    void desk.system.requestsOf('cli').command('execution', PARTITION, 'halt-venue', {}, 'stop');
    await desk.run(AWAY_MS);
    back();
    await desk.run(5_000);
    await desk.approve(approvalOf([plannedLeg(0, 'BUY', ['0.42']), plannedLeg(1, 'SELL', ['10'])], { tradeId: 'trade2' }));
    await desk.run(1_000);
    expect((await desk.of('TradeRefused')).map(({ tradeId, reason }) => `${tradeId} ${reason}`)).toEqual(['trade2 TRADING_HALTED: trading is HALTED']);
  });

  it('what the venue does and what the market asks for is not lost: the trade goes on once the log is back', async () => {
    await started({ makerTimeoutMs: 1_000 });
    loseLog();
    await desk.run(AWAY_MS);
    expect(await desk.of('TradeBalanced')).toEqual([]);
    back();
    await desk.run(10_000);
    expect([(await desk.trade()).phase, await desk.positions()]).toEqual(['HELD', { [ETH]: '0.42', [SOL]: '-10' }]);
    const fills = (await desk.of('OrderFilled')).map(({ fillId }) => fillId);
    expect(new Set(fills).size).toBe(fills.length);
    expect((await desk.of('ReconciliationDifferenceFound')).map(({ what }) => what)).toEqual([]);
  });
});
