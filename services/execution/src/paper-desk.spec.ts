import 'reflect-metadata';
import { Decimal, price, quantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { NADO_INSTRUMENTS, type SignedOrder, x18 } from '@ballast/venues';
import { afterEach, describe, expect, it } from 'vitest';
import { levels, PaperDesk, type PaperDeskOptions, PARTITION } from './paper-desk.fixtures.js';
import { approvalOf, ETH, plannedLeg, SOL } from './trade/trade.fixtures.js';

/** Both legs take after a second: nobody else trades in this market. */
const BRISK = { makerTimeoutMs: 1_000 };
const PATIENT = { makerTimeoutMs: 300_000, orderTimeToLiveMs: 600_000 };

describe('Execution against the simulated exchange', () => {
  let desk: PaperDesk;
  const started = async (options: PaperDeskOptions = { limits: BRISK }): Promise<void> => {
    desk = new PaperDesk(options);
    await desk.start();
  };
  const held = async (): Promise<void> => {
    await desk.approve();
    await desk.run(3_000);
    expect((await desk.trade()).phase).toBe('HELD');
  };
  const foreign = (changes: Partial<SignedOrder> = {}): SignedOrder => {
    const now = desk.system.clock.now();
    return { clientOrderId: 'foreign', account: desk.account, instrument: ETH, side: 'BUY', quantity: quantity('0.1'), limitPrice: price('2700'), timeInForce: 'GTC', postOnly: true, reduceOnly: false, receiveBy: now + 5_000, expiresAt: now + 3_600_000, ...changes };
  };
  const oneEventPerFill = async (): Promise<void> => {
    const fills = (await desk.of('OrderFilled')).map(({ fillId }) => fillId);
    const moves = [...(await desk.of('PositionOpened')), ...(await desk.of('PositionIncreased')), ...(await desk.of('PositionReduced')), ...(await desk.of('PositionClosed')), ...(await desk.of('PositionFlipped'))].map(({ fillId }) => fillId);
    expect([...moves].sort()).toEqual([...fills].sort());
  };
  const findings = async (): Promise<readonly string[]> =>
    [...(await desk.of('ReconciliationDifferenceFound')).map(({ what, expected, found }) => `${what}: ${expected} / ${found}`), ...(await desk.of('ReconciliationAgreed')).map(({ what }) => `${what} agreed`)];
  afterEach(() => desk.stop());

  it('records every intent with the identity that the venue then knows the order by', async () => {
    await started();
    await held();
    const orders = await desk.of('OrderSubmitted');
    expect(orders.length).toBeGreaterThanOrEqual(4);
    for (const { venueOrderId, instrument } of orders) expect(await desk.venue.findOrder(desk.account, instrument, venueOrderId ?? 'none')).toBeDefined();
  });

  it('makes up for fills that it missed while the account’s stream was down', async () => {
    await started();
    await desk.approve();
    desk.venue.pull();
    await desk.run(10_000);
    expect(await desk.positions()).toEqual({ [ETH]: '0.42', [SOL]: '-10' });
    desk.venue.plugIn();
    await desk.run(2_000);
    expect((await desk.trade()).phase).toBe('HELD');
    await oneEventPerFill();
    expect(new Set((await desk.of('OrderFilled')).map(({ fillId }) => fillId)).size).toBe((await desk.venue.fillsSince(desk.account, 0)).length);
  });

  it('leaves every position when a person asks for it', async () => {
    await started();
    await held();
    await desk.write('operator', 'bot', 'bot1', { type: 'BotCloseAllRequested', botId: 'bot1', accountId: 'account1', reason: 'enough', by: 'test' });
    await desk.run(4_000);
    expect(await desk.positions()).toEqual({});
    expect(await desk.of('TradeClosed')).toMatchObject([{ tradeId: 'trade1', outcome: 'COMPLETED', reason: 'close-all by test: enough' }]);
  });

  it.each(['cancel-all', 'halt-venue'])('cancels every open order at the venue on %s, and records each end', async (verb) => {
    await started({ limits: PATIENT });
    await desk.approve();
    await desk.run(1_000);
    const resting = await desk.venue.openOrders(desk.account);
    expect(resting).toHaveLength(2);
    const reply = desk.system.requestsOf('cli').command('execution', PARTITION, verb, {}, `${verb}-1`);
    await desk.run(1_000);
    expect(await reply).toMatchObject({ ok: true, data: { accounts: 1, cancelled: 2 } });
    for (const { instrument, venueOrderId } of resting) expect((await desk.venue.findOrder(desk.account, instrument, venueOrderId))?.state).toBe('CANCELLED');
    const ended = (await desk.of('OrderCancelled')).map(({ clientOrderId }) => clientOrderId);
    const submitted = (await desk.of('OrderSubmitted')).slice(0, 2).map(({ clientOrderId }) => clientOrderId);
    expect([...ended].sort()).toEqual([...submitted].sort());
  });

  it('tells of an order that nobody here sent, and agrees again when it is gone', async () => {
    await started();
    void desk.venue.place(foreign());
    await desk.run(65_000);
    expect(await findings()).toEqual([`ORDER: no order / ${ETH} 0.1`]);
    void desk.venue.cancelAll(desk.account);
    await desk.run(65_000);
    expect(await findings()).toEqual([`ORDER: no order / ${ETH} 0.1`, 'ORDER agreed']);
  });

  it('tells of an order of its own that it took for ended, cancels it, and agrees again', async () => {
    await started({ limits: { ...PATIENT, nakedTimeoutMs: 600_000 } });
    const find = desk.venue.findOrder.bind(desk.venue);
    await desk.approve();
    await desk.run(1_000);
    const victim = (await desk.venue.openOrders(desk.account)).find(({ instrument }) => instrument === ETH);
    desk.venue.findOrder = async (...asked) => {
      const view = await find(...asked);
      return view && { ...view, state: view.venueOrderId === victim?.venueOrderId ? 'CANCELLED' : view.state };
    };
    desk.venue.plugIn();
    await desk.run(1_000);
    desk.venue.findOrder = find;
    await desk.write('operator', 'bot', 'bot1', { type: 'BotCloseAllRequested', botId: 'bot1', accountId: 'account1', reason: 'enough', by: 'test' });
    await desk.run(20_000);
    expect([(await desk.trade()).phase, (await desk.venue.openOrders(desk.account)).length]).toEqual(['CLOSED', 1]);
    await desk.run(120_000);
    expect(await desk.venue.openOrders(desk.account)).toEqual([]);
    expect(await findings()).toEqual([`ORDER: ended: an order of trade trade1 / ${ETH} 0.42`, 'ORDER agreed']);
  });

  it('tells of a position that nobody here took, and agrees again when it is gone; a fill without its order stays told', async () => {
    await started();
    const taking = { timeInForce: 'IOC', postOnly: false } as const;
    void desk.venue.place(foreign({ ...taking, limitPrice: price('2757') }));
    await desk.run(65_000);
    expect([...(await findings())].sort()).toEqual([`FILL: no fill / BUY 0.1 ${ETH}`, 'POSITION: 0 / 0.1']);
    void desk.venue.place(foreign({ ...taking, clientOrderId: 'back', side: 'SELL', limitPrice: price('2756.9') }));
    await desk.run(65_000);
    expect([...(await findings())].sort()).toEqual([`FILL: no fill / BUY 0.1 ${ETH}`, `FILL: no fill / SELL 0.1 ${ETH}`, 'POSITION agreed', 'POSITION: 0 / 0.1']);
  });

  it('finds nothing to tell while it trades', async () => {
    await started();
    await held();
    await desk.run(130_000);
    await desk.signalExit();
    await desk.run(130_000);
    expect(await findings()).toEqual([]);
  });

  it('records a funding payment once, however often the venue tells it', async () => {
    await started();
    for (const productId of [4, 8]) desk.market.say((time) => ({ type: 'fundingRate', time, productId, rateHourly: x18('0.0001') }));
    await held();
    await desk.run(60_000);
    desk.venue.plugIn();
    await desk.run(5_000);
    desk.venue.plugIn();
    await desk.run(5_000);
    const payments = await desk.venue.fundingSince(desk.account, 0);
    expect(payments).toHaveLength(2);
    expect((await desk.of('FundingSettled')).map(({ paymentId }) => paymentId).sort()).toEqual(payments.map(({ paymentId }) => paymentId).sort());
  });

  it('unwinds what a liquidation left, ends UNWOUND, and holds what the venue holds', async () => {
    await started({ limits: BRISK, deposit: '60' });
    await held();
    desk.market.quotes[ETH] = { bids: levels(['2668', '50']), asks: levels(['2668.1', '50']) };
    desk.market.say((time) => ({ type: 'oracle', time, productId: 4, price: x18('2668') }));
    await desk.run(20_000);
    const taken = await desk.venue.liquidationsSince(desk.account, 0);
    expect(taken.length).toBeGreaterThan(0);
    expect(await desk.positions()).toEqual({});
    expect((await desk.of('PositionLiquidated')).map(({ liquidationId }) => liquidationId)).toEqual(taken.map(({ liquidationId }) => liquidationId));
    expect((await desk.of('LegLiquidated')).map(({ liquidationId, quantity: size }) => [liquidationId, size])).toEqual(taken.map(({ liquidationId, quantity: size }) => [liquidationId, size.toString()]));
    expect((await desk.of('TradeClosed')).map(({ outcome }) => outcome)).toEqual(['UNWOUND']);
    await oneEventPerFill();
    const orders = (await desk.of('OrderSubmitted')).length;
    await desk.run(120_000);
    expect((await desk.of('OrderSubmitted')).length).toBe(orders);
    expect(await findings()).toEqual([]);
  });

  it('takes a liquidation from every trade that held a part of the position, each once', async () => {
    await started({ limits: BRISK, deposit: '120' });
    await held();
    await desk.approve(approvalOf([plannedLeg(0, 'BUY', ['0.42']), plannedLeg(1, 'SELL', ['10'])], { tradeId: 'trade2' }));
    await desk.run(3_000);
    expect((await desk.trade('trade2')).phase).toBe('HELD');
    desk.market.say((time) => ({ type: 'oracle', time, productId: 4, price: x18('2668') }));
    await desk.run(20_000);
    const taken = await desk.venue.liquidationsSince(desk.account, 0);
    const told = await desk.of('LegLiquidated');
    for (const { liquidationId, quantity: size } of taken) {
      const parts = told.filter((event) => event.liquidationId === liquidationId).reduce((sum, event) => sum.plus(event.quantity), new Decimal(0));
      expect([liquidationId, parts.toString()]).toEqual([liquidationId, size.toString()]);
    }
    expect(told.filter(({ instrument }) => instrument === SOL).map(({ tradeId, quantity: size }) => [tradeId, size])).toEqual([['trade1', '10'], ['trade2', '10']]);
    expect((await desk.of('TradeClosed')).map(({ tradeId, outcome }) => [tradeId, outcome]).sort()).toEqual([['trade1', 'UNWOUND'], ['trade2', 'UNWOUND']]);
    expect(await desk.positions()).toEqual({});
  });

  it('records as a residual what the venue’s minimum leaves open, and closes the trade (W-16)', async () => {
    await started({ limits: BRISK, engine: { instruments: NADO_INSTRUMENTS.map((terms) => ({ ...terms, minNotionalBinds: 'all' as const })) } });
    await desk.approve(approvalOf([plannedLeg(0, 'BUY', ['0.042']), plannedLeg(1, 'SELL', ['1'])]));
    await desk.run(3_000);
    expect((await desk.trade()).phase).toBe('HELD');
    desk.market.quotes[ETH] = { bids: levels(['2756.9', '0.02'], ['2700', '50']), asks: levels(['2757', '50']) };
    await desk.run(1_000);
    await desk.signalExit();
    await desk.run(30_000);
    expect(await desk.positions()).toEqual({ [ETH]: '0.022' });
    const [residual] = await desk.of('PairResidual');
    expect(residual).toMatchObject({ instrument: ETH, quantity: '0.022' });
    expect(new Decimal(residual?.notional ?? 0).lt(100)).toBe(true);
    expect((await desk.of('TradeClosed')).map(({ outcome }) => outcome)).toEqual(['COMPLETED']);
    const told: BallastEvent[] = [...(await desk.of('PairResidual'))];
    expect(told).toHaveLength(1);
  });
});
