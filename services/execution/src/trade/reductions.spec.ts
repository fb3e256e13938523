import { money, type Ms, price, quantity } from '@ballast/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Sight } from './trade.commands.js';
import { approvalOf, ETH, limits, pair, plannedLeg, sight, SOL, START, TradeStream } from './trade.fixtures.js';

const EXIT_AT: Ms = START + 60_000;
/** ETH 4 % below what the plan was priced at. */
const lower: Sight = { [ETH]: { bid: price('2640'), ask: price('2640.1'), sequence: 20 }, [SOL]: { bid: price('111.86'), ask: price('111.87'), sequence: 21 } };
const MINIMUM = 100;

describe('A reduction and the venue’s minimum', () => {
  let trade: TradeStream;
  let fills = 0;
  const orders = () => trade.of('OrderSubmitted');
  const last = () => orders().at(-1)!;
  const fill = (order: number, size: string, at: Ms, seen: Sight = sight): void => {
    fills += 1;
    trade.run({ type: 'RecordFill', clientOrderId: orders()[order]!.clientOrderId, fill: { fillId: `fill${fills}`, quantity: quantity(size), price: orders()[order]!.limitPrice, fee: money('0.1'), liquidity: 'MAKER', venueTime: at }, sight: seen }, at);
  };
  const end = (order: number, filled: string, at: Ms, seen: Sight = sight): void => { trade.run({ type: 'RecordEnded', clientOrderId: orders()[order]!.clientOrderId, filled: quantity(filled), reason: 'ended', sight: seen }, at); };
  const refuse = (at: Ms, seen: Sight = sight): void => { trade.run({ type: 'RecordRejected', clientOrderId: last().clientOrderId, kind: 'minimum', message: 'too small', sight: seen }, at); };
  const held = (approval = pair): void => {
    trade = new TradeStream();
    trade.run({ type: 'OpenTrade', approval, limits, tradingState: 'ACTIVE', sight }, START);
    for (const [index, order] of orders().entries()) fill(index, order.quantity.toString(), START + 1_000);
    expect(trade.state.phase).toBe('HELD');
  };
  const leave = (seen: Sight): void => { trade.run({ type: 'ExitTrade', reason: 'time', sight: seen }, EXIT_AT); };
  beforeEach(() => { held(); });

  it('follows the leader out with an order worth the minimum at the price it may get, when the market has fallen since the plan', () => {
    leave(lower);
    fill(3, '0.9', EXIT_AT + 1_000, lower);
    end(2, '0', EXIT_AT + 1_100, lower);
    expect(last()).toMatchObject({ instrument: ETH, side: 'SELL', timeInForce: 'IOC', reduceOnly: true });
    expect(last().quantity.times(last().limitPrice).gte(MINIMUM)).toBe(true);
    expect(last().quantity.lt('0.05')).toBe(true);
    expect(trade.of('PairResidual')).toEqual([]);
  });

  it('tries on where the venue calls a part of the leg too small: the rest of the leg is no residual', () => {
    leave(sight);
    fill(3, '0.9', EXIT_AT + 1_000);
    end(2, '0', EXIT_AT + 1_100);
    expect(last().quantity.lt('0.42')).toBe(true);
    refuse(EXIT_AT + 1_200);
    expect(trade.of('PairResidual')).toEqual([]);
    trade.run({ type: 'ReachDeadline', sight }, EXIT_AT + 20_000);
    end(3, '0.9', EXIT_AT + 20_100);
    trade.run({ type: 'SeeMarket', sight }, EXIT_AT + 21_000);
    expect(trade.of('TradeClosed')).toEqual([]);
    expect(orders().slice(-2).map(({ instrument, quantity: size }) => [instrument, size.toString()]).sort()).toEqual([[ETH, '0.42'], [SOL, '9.1']]);
  });

  it('tries on where the venue calls a whole leg too small that is not, and tells it each minute', () => {
    leave(sight);
    const whole = orders()[2]!;
    expect(whole.quantity.toString()).toBe('0.42');
    trade.run({ type: 'RecordRejected', clientOrderId: whole.clientOrderId, kind: 'minimum', message: 'too small', sight }, EXIT_AT + 10);
    expect(trade.of('PairResidual')).toEqual([]);
    trade.run({ type: 'SeeMarket', sight }, EXIT_AT + 10_000);
    expect(last()).toMatchObject({ instrument: ETH, quantity: quantity('0.42') });
  });

  it('leaves in one order where the slices of the plan have fallen below the minimum', () => {
    held(approvalOf([plannedLeg(0, 'BUY', ['0.037', '0.037']), plannedLeg(1, 'SELL', ['0.9', '0.9'])]));
    leave(lower);
    const leaving = orders().filter(({ reduceOnly }) => reduceOnly);
    expect(leaving.map(({ instrument, quantity: size }) => [instrument, size.toString()])).toEqual([[ETH, '0.074'], [SOL, '0.9'], [SOL, '0.9']]);
  });

  it('records what is left of a leg as a residual where that is refused, at the price of the refusal', () => {
    held(approvalOf([plannedLeg(0, 'BUY', ['0.037']), plannedLeg(1, 'SELL', ['0.9'])]));
    leave(lower);
    const [whole] = orders().slice(-2);
    trade.run({ type: 'RecordRejected', clientOrderId: whole!.clientOrderId, kind: 'minimum', message: 'too small', sight: lower }, EXIT_AT + 10);
    const [residual] = trade.of('PairResidual');
    expect([residual?.quantity.toString(), residual?.notional.toString()]).toEqual(['0.037', whole!.limitPrice.times('0.037').toString()]);
    expect(residual?.notional.lt(MINIMUM)).toBe(true);
  });

  it('takes back in whole lots what liquidations have left, and records less than one lot as a residual', () => {
    trade.run({ type: 'RecordLiquidation', liquidationId: 'l1', instrument: ETH, side: 'SELL', quantity: quantity('0.2105'), price: price('2700'), fee: money('1'), venueTime: EXIT_AT, sight }, EXIT_AT);
    expect(orders().slice(2).map(({ instrument, quantity: size }) => [instrument, size.toString()])).toEqual([[ETH, '0.209'], [SOL, '10']]);
    fill(2, '0.209', EXIT_AT + 100);
    expect(trade.of('PairResidual').map(({ instrument, quantity: size }) => [instrument, size.toString()])).toEqual([[ETH, '0.0005']]);
    fill(3, '10', EXIT_AT + 200);
    expect(trade.of('TradeClosed')).toHaveLength(1);
  });
});
