import { bps, money, type Ms, price, quantity } from '@ballast/domain';
import { planHashOf } from '@ballast/policy';
import { beforeEach, describe, expect, it } from 'vitest';
import { approvalOf, limits, pair, plannedLeg, sight, START, TradeStream } from './trade.fixtures.js';

const EXIT_AT: Ms = START + 60_000;

describe('What a signal and an approval allow', () => {
  let trade: TradeStream;
  const orders = () => trade.of('OrderSubmitted');
  const end = (index: number, at: Ms): void => { trade.run({ type: 'RecordEnded', clientOrderId: orders()[index]!.clientOrderId, filled: quantity('0'), reason: 'ended', sight }, at); };
  /** The limit prices of both legs when they take, all that rested having ended unfilled. */
  const taking = (at: Ms): readonly string[] => {
    const from = orders().length - 2;
    trade.run({ type: 'ReachDeadline', sight }, at);
    end(from, at + 10);
    end(from + 1, at + 10);
    return orders().slice(from + 2).filter(({ timeInForce }) => timeInForce === 'IOC').map(({ limitPrice }) => limitPrice.toString());
  };
  const held = (): void => {
    trade.run({ type: 'OpenTrade', approval: pair, limits, tradingState: 'ACTIVE', sight }, START);
    for (const [index, { clientOrderId, quantity: size, limitPrice }] of orders().entries()) trade.run({ type: 'RecordFill', clientOrderId, fill: { fillId: `fill${index}`, quantity: size, price: limitPrice, fee: money('0'), liquidity: 'MAKER', venueTime: START + 1_000 }, sight }, START + 1_000);
  };
  const exit = (slippage: string | undefined, at: Ms): void => { trade.run({ type: 'ExitTrade', reason: 'time', ...(slippage === undefined ? {} : { signalId: 'exit', slippageBpsMax: bps(slippage) }), sight }, at); };
  beforeEach(() => { trade = new TradeStream(); });

  it.each([['4', ['2758.1', '115.82']], ['10', ['2759.7', '115.75']], ['15', ['2759.7', '115.75']]])('takes an entry within the plan’s %s bps and execution’s own 10 bps, whichever is less (R36)', (slippage, prices) => {
    trade.run({ type: 'OpenTrade', approval: approvalOf(pair.legs, { slippageBpsMax: bps(slippage) }), limits, tradingState: 'ACTIVE', sight }, START);
    expect(taking(START + 20_000)).toEqual(prices);
  });

  it.each([['4', ['2755.8', '115.91']], ['10', ['2754.2', '115.98']], ['15', ['2754.2', '115.98']]])('takes an exit within its signal’s %s bps and execution’s own 10 bps, whichever is less', (slippage, prices) => {
    held();
    exit(slippage, EXIT_AT);
    expect(trade.of('ExitStarted')[0]?.slippageBpsMax?.toString()).toBe(slippage);
    expect(taking(EXIT_AT + 20_000)).toEqual(prices);
  });

  it('keeps the limit of the signal when the exit is told again', () => {
    held();
    exit('4', EXIT_AT);
    trade.run({ type: 'ReachDeadline' }, EXIT_AT + 60_000);
    expect(trade.of('ExitStarted').map(({ slippageBpsMax }) => slippageBpsMax?.toString())).toEqual(['4', '4']);
  });

  it('lifts the limit of the signal when a person wants to leave, and in an unwind', () => {
    held();
    exit('0.1', EXIT_AT);
    exit(undefined, EXIT_AT + 1_000);
    exit(undefined, EXIT_AT + 2_000);
    expect(trade.of('ExitStarted').map(({ slippageBpsMax }) => slippageBpsMax?.toString())).toEqual(['0.1', undefined]);
    expect(taking(EXIT_AT + 20_000)).toEqual(['2754.2', '115.98']);
  });

  it('refuses an approval whose hash is not that of its legs, with a code (R36)', () => {
    const approved = planHashOf(pair.planId, pair.legs);
    const [first] = pair.legs;
    const altered = [first!, plannedLeg(1, 'SELL', ['10.1'])];
    const found = planHashOf(pair.planId, altered);
    trade.run({ type: 'OpenTrade', approval: approvalOf(altered), planHash: { approved, found }, limits, tradingState: 'ACTIVE', sight }, START);
    expect(trade.events).toMatchObject([{ type: 'TradeRefused', reason: `APPROVAL_OF_ANOTHER_PLAN: plan hash ${approved} is approved, its legs are ${found}` }]);
    const other = new TradeStream();
    other.run({ type: 'OpenTrade', approval: pair, planHash: { approved, found: approved }, limits, tradingState: 'ACTIVE', sight: { 'ETH-PERP': { bid: price('1'), ask: price('2'), sequence: 1 } } }, START);
    expect(other.of('TradeOpened')).toHaveLength(1);
  });
});
