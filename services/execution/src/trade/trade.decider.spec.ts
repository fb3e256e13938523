import { Decimal, money, type Ms, price, quantity } from '@ballast/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OrderSubmitted } from '@ballast/events';
import type { FillFacts } from './trade.commands.js';
import { tradeDecider, wouldAct } from './trade.decider.js';
import { approvalOf, ETH, limits, pair, plannedLeg, sight, SOL, START, TradeStream } from './trade.fixtures.js';

const fillOf = (fillId: string, size: string, at: string, venueTime: Ms = START + 1_000): FillFacts => ({ fillId, quantity: quantity(size), price: price(at), fee: money('0.1'), liquidity: 'MAKER', venueTime });

describe('A trade', () => {
  let trade: TradeStream;
  const open = (approval = pair, at = START): void => { trade.run({ type: 'OpenTrade', approval, limits, tradingState: 'ACTIVE', sight }, at); };
  const orders = () => trade.of('OrderSubmitted');
  const orderOf = (index: number): string => orders()[index]?.clientOrderId ?? 'none';
  const fill = (order: number, id: string, size: string, at: Ms = START + 1_000): void => { trade.run({ type: 'RecordFill', clientOrderId: orderOf(order), fill: fillOf(id, size, order % 2 === 0 ? '2756.9' : '115.87', at), sight }, at); };
  const end = (order: number, filled: string, at: Ms): void => { trade.run({ type: 'RecordEnded', clientOrderId: orderOf(order), filled: quantity(filled), reason: 'cancelled', sight }, at); };
  const held = (): void => { open(); fill(0, 'a', '0.42'); fill(1, 'b', '10'); };
  beforeEach(() => { trade = new TradeStream(); });

  it('sends both legs at once, post-only at the touch, with exactly the planned quantities (R20, R36)', () => {
    open();
    expect(orders().map(({ side, quantity: size, limitPrice, postOnly }) => [side, size.toString(), limitPrice.toString(), postOnly])).toEqual([['BUY', '0.42', '2756.9', true], ['SELL', '10', '115.87', true]]);
  });

  it('refuses a quantity off the lot grid instead of rounding it (R36)', () => {
    open(approvalOf([plannedLeg(0, 'BUY', ['0.4205']), plannedLeg(1, 'SELL', ['10'])]));
    expect(trade.events).toMatchObject([{ type: 'OrderDenied' }, { type: 'TradeRefused', reason: 'ORDER_DENIED: an order of the plan may not leave as it is' }]);
    expect(trade.of('OrderDenied')[0]).toMatchObject({ reason: 'QUANTITY_OFF_LOT', found: '0.4205' });
  });

  it('orders each slice of a plan as it is, never one lot more or less: a re-rounding execution fails here (R36)', () => {
    open(approvalOf([plannedLeg(0, 'BUY', ['0.219', '0.201']), plannedLeg(1, 'SELL', ['5.3', '4.7'])]));
    expect(orders().map((order) => order.quantity.toString())).toEqual(['0.219', '0.201', '5.3', '4.7']);
  });

  it('takes over the remainder of each equal slice once, when both come back', () => {
    open(approvalOf([plannedLeg(0, 'BUY', ['0.21', '0.21']), plannedLeg(1, 'SELL', ['10'])]));
    const [first, second] = [orderOf(0), orderOf(1)];
    end(0, '0', START + 500);
    end(1, '0', START + 500);
    trade.run({ type: 'SeeMarket', sight }, START + 5_000);
    const again = orders().slice(3).map(({ quantity: size, replaces }) => [size.toString(), replaces]);
    expect(again).toEqual([['0.21', first], ['0.21', second]]);
  });

  it('refuses slices that do not add up to what was approved', () => {
    open(approvalOf([{ ...plannedLeg(0, 'BUY', ['0.42']), quantity: quantity('0.43') }, plannedLeg(1, 'SELL', ['10'])]));
    expect(trade.of('OrderDenied')[0]?.reason).toBe('BEYOND_APPROVAL');
    expect(orders()).toEqual([]);
  });

  it.each(['REDUCING', 'HALTED'] as const)('refuses an approval while trading is %s', (tradingState) => {
    trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState, sight }, START);
    expect(trade.events).toMatchObject([{ type: 'TradeRefused', reason: `TRADING_${tradingState}: trading is ${tradingState}` }]);
  });

  it('refuses an approval that came too late, with a reason that begins with a code and tells times as a person reads them', () => {
    open(pair, START + 30_001);
    const iso = (at: Ms): string => new Date(at).toISOString();
    expect(trade.events).toMatchObject([{ type: 'TradeRefused', reason: `APPROVAL_ENDED: the approval ended at ${iso(START + 30_000)}, now is ${iso(START + 30_001)}` }]);
  });

  it('opens once, however often the approval is delivered', () => {
    open();
    expect(trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState: 'ACTIVE', sight }, START + 5)).toEqual([]);
  });

  it('waits without a book of each leg, and gives up when the approval ends', () => {
    trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState: 'ACTIVE', sight: { [ETH]: sight[ETH]! } }, START);
    expect(orders()).toEqual([]);
    expect(tradeDecider.deadline?.(trade.state)?.at).toBe(START + 30_001);
    trade.run({ type: 'ReachDeadline' }, START + 30_001);
    expect(trade.of('TradeClosed')[0]?.outcome).toBe('UNFILLED');
  });

  it('follows the leader by its fills: cancels the lagging order, then takes in proportion (R39)', () => {
    open();
    fill(0, 'a', '0.21');
    expect(trade.of('HedgeStarted')[0]?.leaderLeg).toBe(0);
    expect(trade.of('OrderCancelRequested').map((event) => event.clientOrderId)).toEqual([orderOf(1)]);
    expect(orders()).toHaveLength(2);
    end(1, '0', START + 1_100);
    expect(orders()[2]).toMatchObject({ purpose: 'HEDGE', side: 'SELL', timeInForce: 'IOC', instrument: SOL });
    expect(orders()[2]?.quantity.toString()).toBe('5');
  });

  it('waits for a promised fill before it orders the rest', () => {
    open();
    fill(0, 'a', '0.42');
    end(1, '4', START + 1_100);
    expect(orders()).toHaveLength(2);
    fill(1, 'b', '4', START + 1_200);
    expect(orders()[2]?.quantity.toString()).toBe('6');
    expect(orders()[2]?.replaces).toBe(orderOf(1));
  });

  it('takes the remainder of both legs when the maker time limit has passed', () => {
    open();
    expect(tradeDecider.deadline?.(trade.state)?.at).toBe(START + 20_000);
    trade.run({ type: 'ReachDeadline' }, START + 20_000);
    expect(trade.of('OrderCancelRequested')).toHaveLength(2);
    end(0, '0', START + 20_100);
    end(1, '0', START + 20_100);
    expect(orders().slice(2).map(({ timeInForce, quantity: size, limitPrice }) => [timeInForce, size.toString(), limitPrice.toString()])).toEqual([['IOC', '0.42', '2759.7'], ['IOC', '10', '115.75']]);
    expect(orders()[2]?.replaces).toBe(orderOf(0));
  });

  it('unwinds reduce-only to flat when one leg stays naked beyond its limit (R39)', () => {
    open();
    fill(0, 'a', '0.42');
    expect(tradeDecider.deadline?.(trade.state)?.at).toBe(START + 16_000);
    trade.run({ type: 'ReachDeadline' }, START + 16_000);
    end(1, '0', START + 16_100);
    expect(orders()[2]).toMatchObject({ purpose: 'UNWIND', side: 'SELL', reduceOnly: true, instrument: ETH });
    fill(2, 'c', '0.42', START + 16_200);
    expect(trade.of('TradeClosed')[0]?.outcome).toBe('UNWOUND');
    expect(trade.of('TradeClosed')[0]?.nakedNotionalSeconds.toString()).toBe(new Decimal('0.42').times('2756.9').times('15.2').toString());
  });

  it('is balanced when both legs are filled as planned, with the imbalance at reference and at fill', () => {
    held();
    expect(trade.state.phase).toBe('HELD');
    expect(trade.of('TradeBalanced')[0]).toMatchObject({ legs: [{ filled: quantity('0.42') }, { filled: quantity('10') }] });
    expect(trade.of('TradeBalanced')[0]?.imbalanceAtReference.toString()).toBe(new Decimal('1158.6').minus('1157.898').div('1157.898').toDecimalPlaces(12).toString());
  });

  it('leaves with the quantities that it holds, reduce-only on both legs, and tells the result', () => {
    held();
    trade.run({ type: 'ExitTrade', reason: 'time', signalId: 'signal2', sight }, START + 60_000);
    expect(orders().slice(2).map(({ side, quantity: size, reduceOnly, postOnly }) => [side, size.toString(), reduceOnly, postOnly])).toEqual([['SELL', '0.42', true, true], ['BUY', '10', true, true]]);
    fill(2, 'c', '0.42', START + 61_000);
    fill(3, 'd', '10', START + 61_500);
    expect(trade.of('TradeClosed')[0]).toMatchObject({ outcome: 'COMPLETED', realisedPnl: money('0'), fees: money('0.4') });
  });

  it('tells an overfill and trims it reduce-only', () => {
    held();
    trade.run({ type: 'RecordFill', clientOrderId: orderOf(0), fill: fillOf('late', '0.05', '2756.9', START + 2_000), sight }, START + 2_000);
    expect(trade.of('LegOverfilled')[0]?.surplus.toString()).toBe('0.05');
    expect(orders()[2]).toMatchObject({ purpose: 'TRIM', side: 'SELL', reduceOnly: true });
    expect(orders()[2]?.quantity.toString()).toBe('0.05');
  });

  it('corrects what an order left unfilled when a fill comes after its cancel', () => {
    open();
    trade.run({ type: 'StopEntry', reason: 'halted', sight }, START + 500);
    end(0, '0', START + 600);
    end(1, '0', START + 600);
    fill(0, 'late', '0.1', START + 700);
    expect(trade.of('OrderCancelled').at(-1)).toMatchObject({ clientOrderId: orderOf(0), unfilled: quantity('0.32') });
    expect(orders()[2]).toMatchObject({ purpose: 'UNWIND', side: 'SELL', reduceOnly: true });
  });

  it('stops an entry when new risk is no longer allowed, and lets an exit go on (W-2)', () => {
    held();
    expect(trade.run({ type: 'StopEntry', reason: 'halted', sight }, START + 2_000)).toEqual([]);
    trade.run({ type: 'ExitTrade', reason: 'time', sight }, START + 3_000);
    expect(orders()).toHaveLength(4);
  });

  it('records with every intent the identity that the venue will give it (architecture, "The outside")', () => {
    const identify = (order: OrderSubmitted): string => `digest of ${order.clientOrderId} at ${order.limitPrice.toString()}`;
    trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState: 'ACTIVE', sight, identify }, START);
    expect(orders().map((order) => order.venueOrderId)).toEqual(orders().map((order) => identify(order)));
    expect(Object.values(trade.state.orders).map((order) => [order.venueOrderId, order.accepted])).toEqual(orders().map((order) => [order.venueOrderId, false]));
    trade.run({ type: 'RecordAccepted', clientOrderId: orderOf(0), venueOrderId: orders()[0]?.venueOrderId ?? '', sight }, START + 10);
    expect(trade.of('OrderAccepted')).toHaveLength(1);
    trade.run({ type: 'RecordRejected', clientOrderId: orderOf(1), kind: 'postOnly', message: 'would take', sight }, START + 10);
    expect(trade.of('OrderRejected')).toHaveLength(1);
  });

  describe('whose leg the venue liquidates', () => {
    const liquidate = (size: string, at = START + 5_000): void => { trade.run({ type: 'RecordLiquidation', liquidationId: 'l1', instrument: ETH, side: 'SELL', quantity: quantity(size), price: price('2700'), fee: money('1'), venueTime: at, sight }, at); };

    it('unwinds what is left of the pair and ends UNWOUND, with what the liquidation cost', () => {
      held();
      liquidate('0.42');
      expect(trade.of('LegLiquidated')).toMatchObject([{ leg: 0, liquidationId: 'l1', quantity: quantity('0.42') }]);
      expect(orders().slice(2)).toMatchObject([{ purpose: 'UNWIND', instrument: SOL, side: 'BUY', quantity: quantity('10'), reduceOnly: true }]);
      fill(2, 'c', '10', START + 5_100);
      expect(trade.state.phase).toBe('CLOSED');
      const [closed] = trade.of('TradeClosed');
      expect(closed).toMatchObject({ outcome: 'UNWOUND', fees: money('1.3') });
      expect(closed?.legs.map((leg) => leg.exited.toString())).toEqual(['0.42', '10']);
      expect(closed?.realisedPnl.toString()).toBe(new Decimal('0.42').times('2700').minus(new Decimal('0.42').times('2756.9')).plus(new Decimal('10').times('115.87').minus(new Decimal('10').times('2756.9'))).toString());
    });

    it('takes back the rest of a leg that was liquidated in part', () => {
      held();
      liquidate('0.2');
      expect(orders().slice(2).map((order) => [order.instrument, order.quantity.toString()])).toEqual([[ETH, '0.22'], [SOL, '10']]);
    });

    it('takes what liquidations brought to the last digit, whatever their average price is', () => {
      const part = (liquidationId: string, size: string, at: string): void => { trade.run({ type: 'RecordLiquidation', liquidationId, instrument: ETH, side: 'SELL', quantity: quantity(size), price: price(at), fee: money('0'), venueTime: START + 5_000, sight }, START + 5_000); };
      held();
      part('l1', '0.13', '2700.01');
      part('l2', '0.29', '2700.03');
      for (const [index, order] of orders().entries()) if (index >= 2 && order.instrument === SOL) fill(index, `unwind${index}`, order.quantity.toString(), START + 5_100);
      for (const [index, order] of orders().entries()) if (index >= 2 && order.instrument === ETH) end(index, '0', START + 5_200);
      const bought = new Decimal('0.42').times('2756.9');
      const sol = trade.events.reduce((cash, event) => (event.type === 'OrderFilled' && event.instrument === SOL ? cash.plus(event.quantity.times(event.price).times(event.side === 'SELL' ? 1 : -1)) : cash), new Decimal(0));
      expect(trade.of('TradeClosed')[0]?.realisedPnl.toString()).toBe(new Decimal('0.13').times('2700.01').plus(new Decimal('0.29').times('2700.03')).minus(bought).plus(sol).toString());
    });

    it('counts a liquidation once', () => {
      held();
      liquidate('0.2');
      liquidate('0.2', START + 6_000);
      expect(trade.of('LegLiquidated')).toHaveLength(1);
    });

    it('is flat also where the fills that were liquidated arrive after that word', () => {
      open();
      liquidate('0.1', START + 500);
      expect(trade.state.phase).toBe('UNWINDING');
      end(0, '0.1', START + 600);
      end(1, '0', START + 600);
      fill(0, 'late', '0.1', START + 700);
      expect(trade.state.phase).toBe('CLOSED');
      expect(orders()).toHaveLength(2);
    });
  });

  describe('with patience before it hedges', () => {
    const patient = { ...limits, hedgePatienceMs: 2_000 };
    beforeEach(() => { trade.run({ type: 'OpenTrade', approval: pair, limits: patient, tradingState: 'ACTIVE', sight }, START); });

    it('lets the lagging order be met until patience is over, then follows by taking', () => {
      fill(0, 'a', '0.42');
      expect(trade.of('OrderCancelRequested')).toEqual([]);
      expect(tradeDecider.deadline?.(trade.state)?.at).toBe(START + 3_000);
      trade.run({ type: 'SeeMarket', sight }, START + 2_999);
      expect(trade.of('OrderCancelRequested')).toEqual([]);
      trade.run({ type: 'ReachDeadline' }, START + 3_000);
      expect(trade.of('OrderCancelRequested').map((event) => event.clientOrderId)).toEqual([orderOf(1)]);
      end(1, '0', START + 3_100);
      expect(orders()[2]).toMatchObject({ purpose: 'HEDGE', timeInForce: 'IOC', quantity: quantity('10') });
    });

    it('takes nothing where the lagging order is met in time', () => {
      fill(0, 'a', '0.42');
      fill(1, 'b', '10', START + 2_000);
      expect(trade.state.phase).toBe('HELD');
      expect(orders()).toHaveLength(2);
      expect(tradeDecider.deadline?.(trade.state)).toBeUndefined();
    });
  });

  it('knows a fill by its id', () => {
    open();
    fill(0, 'a', '0.2');
    const before = trade.events.length;
    fill(0, 'a', '0.2');
    expect(trade.events).toHaveLength(before);
  });

  it('keeps reducing with longer pauses when every reduction fails', () => {
    open();
    fill(0, 'a', '0.42');
    trade.run({ type: 'ReachDeadline' }, START + 16_000);
    end(1, '0', START + 16_000);
    let at = START + 16_000;
    for (let attempt = 0; attempt < 12; attempt += 1) {
      trade.run({ type: 'RecordRejected', clientOrderId: orders().at(-1)?.clientOrderId ?? '', kind: 'noCross', message: 'nothing to take', sight }, at);
      const pause = (trade.of('OrderRejected').at(-1)?.retryAt ?? 0) - at;
      expect(pause).toBe(Math.min(250 * 2 ** Math.min(attempt, 10), 30_000));
      at += pause;
      trade.run({ type: 'SeeMarket', sight }, at);
      expect(orders()).toHaveLength(4 + attempt);
    }
    expect(new Set(orders().map((order) => order.clientOrderId)).size).toBe(orders().length);
    let looks = 0;
    const watched = new Proxy(trade.state.orders, { get: (found, id: string) => { looks += 1; return found[id]; }, ownKeys: () => { throw new Error('looks at every order there ever was'); } });
    expect(wouldAct({ ...trade.state, orders: watched }, sight, at)).toBe(false);
    expect(looks).toBeLessThan(orders().length);
  });
});
