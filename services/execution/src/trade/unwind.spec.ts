import { money, type Ms, price, quantity } from '@ballast/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { tradeDecider, wouldAct } from './trade.decider.js';
import { ETH, limits, pair, sight, SOL, START, TradeStream } from './trade.fixtures.js';

/** Half of ETH is held, SOL is not, and the unwind has begun without a book of ETH. */
const BEGUN: Ms = START + 2_000;
const ALARM_MS = 60_000;

describe('An unwind that does not end', () => {
  let trade: TradeStream;
  const told = () => trade.of('UnwindStarted');
  const last = () => trade.of('OrderSubmitted').at(-1);
  const reject = (at: Ms, kind = 'noCross'): void => { trade.run({ type: 'RecordRejected', clientOrderId: last()?.clientOrderId ?? 'none', kind, message: kind, sight }, at); };
  const deadline = (): Ms | undefined => tradeDecider.deadline?.(trade.state)?.at;
  beforeEach(() => {
    trade = new TradeStream();
    trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState: 'ACTIVE', sight }, START);
    const [eth, sol] = trade.of('OrderSubmitted');
    trade.run({ type: 'RecordFill', clientOrderId: eth!.clientOrderId, fill: { fillId: 'a', quantity: quantity('0.21'), price: price('2756.9'), fee: money('0.1'), liquidity: 'MAKER', venueTime: START + 1_000 }, sight }, START + 1_000);
    trade.run({ type: 'StopEntry', reason: 'the test says so', sight: {} }, BEGUN);
    for (const [order, filled] of [[eth, '0.21'], [sol, '0']] as const) trade.run({ type: 'RecordEnded', clientOrderId: order!.clientOrderId, filled: quantity(filled), reason: 'cancelled', sight: {} }, BEGUN + 100);
  });

  it('has a deadline from its first moment, and says at it what it holds and what it waits for', () => {
    expect([told().length, told()[0]?.againAt, deadline()]).toEqual([1, BEGUN + ALARM_MS, BEGUN + ALARM_MS]);
    expect(trade.run({ type: 'ReachDeadline' }, BEGUN + ALARM_MS - 1)).toEqual([]);
    trade.run({ type: 'ReachDeadline' }, BEGUN + ALARM_MS);
    expect(told()[1]).toMatchObject({ reason: `the unwind has not ended for another 60000 ms: 0.21 ${ETH} waits for a fresh book`, againAt: BEGUN + 2 * ALARM_MS });
    expect(deadline()).toBe(BEGUN + 2 * ALARM_MS);
    expect(trade.run({ type: 'ReachDeadline' }, BEGUN + ALARM_MS)).toEqual([]);
  });

  it('goes on with the first fresh book, however often it was told', () => {
    for (const round of [1, 2, 3]) trade.run({ type: 'ReachDeadline' }, BEGUN + round * ALARM_MS);
    const at = BEGUN + 8 * ALARM_MS - 1;
    expect(wouldAct(trade.state, { [ETH]: sight[ETH]! }, at)).toBe(true);
    trade.run({ type: 'SeeMarket', sight: { [ETH]: sight[ETH]! } }, at);
    expect(last()).toMatchObject({ purpose: 'UNWIND', side: 'SELL', reduceOnly: true, instrument: ETH });
    expect(last()?.quantity.toString()).toBe('0.21');
  });

  it('names an order whose end is missing, and never sends another beside it', () => {
    trade.run({ type: 'SeeMarket', sight }, BEGUN + 200);
    const sent = trade.of('OrderSubmitted').length;
    trade.run({ type: 'ReachDeadline', sight }, BEGUN + ALARM_MS);
    expect(told()[1]?.reason).toContain(`0.21 ${ETH} waits for the end of order ${last()?.clientOrderId ?? ''}`);
    trade.run({ type: 'SeeMarket', sight }, BEGUN + ALARM_MS + 1);
    expect(trade.of('OrderSubmitted')).toHaveLength(sent);
  });

  it('says that it pauses after failures, and goes on when the pause is over', () => {
    let at = BEGUN + 200;
    trade.run({ type: 'SeeMarket', sight }, at);
    for (let failure = 0; failure < 7; failure += 1) {
      reject(at += 10);
      trade.run({ type: 'SeeMarket', sight }, at = trade.state.legs[0]!.retryAt);
    }
    reject(at += 10);
    const { retryAt } = trade.state.legs[0]!;
    expect(retryAt).toBeGreaterThan(BEGUN + ALARM_MS);
    const sent = trade.of('OrderSubmitted').length;
    trade.run({ type: 'ReachDeadline', sight }, BEGUN + ALARM_MS);
    expect(told().at(-1)?.reason).toContain('pauses after 8 failures');
    expect([trade.of('OrderSubmitted').length, wouldAct(trade.state, sight, retryAt - 1), wouldAct(trade.state, sight, retryAt)]).toEqual([sent, false, true]);
  });

  it('keeps the reason that it was first unwound for, and asks no more of what is recorded as a residual', () => {
    trade.run({ type: 'ReachDeadline' }, BEGUN + ALARM_MS);
    trade.run({ type: 'SeeMarket', sight }, BEGUN + ALARM_MS + 1);
    trade.run({ type: 'RecordFill', clientOrderId: last()!.clientOrderId, fill: { fillId: 'b', quantity: quantity('0.18'), price: price('2756.9'), fee: money('0.1'), liquidity: 'TAKER', venueTime: BEGUN + ALARM_MS + 20 }, sight }, BEGUN + ALARM_MS + 20);
    trade.run({ type: 'RecordEnded', clientOrderId: last()!.clientOrderId, filled: quantity('0.18'), reason: 'ended', sight }, BEGUN + ALARM_MS + 30);
    trade.run({ type: 'SeeMarket', sight }, BEGUN + ALARM_MS + 5_000);
    reject(BEGUN + ALARM_MS + 5_050, 'minimum');
    expect(trade.of('PairResidual').map(({ quantity: left }) => left.toString())).toEqual(['0.03']);
    expect(trade.of('TradeClosed')[0]).toMatchObject({ reason: 'the test says so', outcome: 'UNWOUND' });
    expect([deadline(), wouldAct(trade.state, sight, BEGUN + 10 * ALARM_MS)]).toEqual([undefined, false]);
  });

  it('takes its time from the limits of the trade', () => {
    const other = new TradeStream();
    other.run({ type: 'OpenTrade', approval: pair, limits: { ...limits, unwindAlarmMs: 5_000 }, tradingState: 'ACTIVE', sight: { [SOL]: sight[SOL]! } }, START);
    const [order] = other.of('OrderSubmitted');
    expect(order).toBeUndefined();
    other.run({ type: 'ExitTrade', reason: 'before it began', sight: {} }, START + 10);
    expect(other.of('UnwindStarted')[0]?.againAt).toBe(START + 5_010);
  });
});
