import fc from 'fast-check';
import { Decimal, money, price, quantity, type Side, signOf } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { type ApplyFill, positionDecider, type PositionEvent, type PositionState } from './position.decider.js';

const context = { decisionId: 'd', at: 1 };
const fill = (fillId: string, side: Side, size: string, at: string): ApplyFill => ({ type: 'ApplyFill', accountId: 'account1', instrument: 'ETH-PERP', fillId, tradeId: 'trade1', side, quantity: quantity(size), price: price(at), fee: money('0'), venueTime: 1 });
const run = (commands: readonly ApplyFill[]): { readonly state: PositionState; readonly events: readonly PositionEvent[] } => {
  const events: PositionEvent[] = [];
  const state = commands.reduce((now, command) => {
    const decided = positionDecider.decide(now, command, context);
    events.push(...decided);
    return decided.reduce((next, event) => positionDecider.evolve(next, event), now);
  }, positionDecider.initial);
  return { state, events };
};

describe('A position', () => {
  it('opens, grows at the average price, shrinks with its result, flips, and closes', () => {
    const { events, state } = run([fill('1', 'BUY', '1', '100'), fill('2', 'BUY', '1', '110'), fill('3', 'SELL', '0.5', '115'), fill('4', 'SELL', '2', '95'), fill('5', 'BUY', '0.5', '90')]);
    expect(events.map((event) => event.type)).toEqual(['PositionOpened', 'PositionIncreased', 'PositionReduced', 'PositionFlipped', 'PositionClosed']);
    expect(events.map((event) => ('realisedPnl' in event ? event.realisedPnl.toString() : ''))).toEqual(['0', '0', '5', '-15', '2.5']);
    expect(state.quantity.isZero()).toBe(true);
    expect(state.entryPrice).toBeUndefined();
  });

  it('counts a fill once', () => {
    expect(run([fill('1', 'BUY', '1', '100'), fill('1', 'BUY', '1', '100')]).events).toHaveLength(1);
  });

  it('holds the sum of its fills, and realises exactly the cash of a round trip to flat (quantities and cash, architecture)', () => {
    const fills = fc.array(fc.record({ side: fc.constantFrom<Side>('BUY', 'SELL'), lots: fc.integer({ min: 1, max: 500 }), ticks: fc.integer({ min: 900, max: 1_100 }) }), { minLength: 1, maxLength: 20 });
    fc.assert(fc.property(fills, (rows) => {
      const commands = rows.map(({ side, lots, ticks }, index) => fill(String(index), side, new Decimal(lots).div(10).toString(), new Decimal(ticks).div(10).toString()));
      const held = commands.reduce((sum, { side, quantity: size }) => sum.plus(size.times(signOf(side))), new Decimal(0));
      if (!held.isZero()) commands.push(fill('last', held.gt(0) ? 'SELL' : 'BUY', held.abs().toString(), '100'));
      const cash = commands.reduce((sum, { side, quantity: size, price: at }) => sum.minus(size.times(at).times(signOf(side))), new Decimal(0));
      const { state, events } = run(commands);
      const realised = events.reduce((sum, event) => sum.plus('realisedPnl' in event ? event.realisedPnl : 0), new Decimal(0));
      expect(state.quantity.isZero()).toBe(true);
      expect(realised.toString()).toBe(cash.toString());
      expect(state.cost.isZero()).toBe(true);
    }), { numRuns: 300 });
  });

  it('rounds only the cost that a partial close takes along, to 10^-18 against us, and a full close takes what is left (requirement 3: cash to the smallest unit)', () => {
    const long = run([fill('1', 'BUY', '1', '100'), fill('2', 'BUY', '2', '100.1'), fill('3', 'SELL', '1', '101'), fill('4', 'SELL', '2', '101')]);
    expect(long.events.map((event) => ('realisedPnl' in event ? event.realisedPnl.toString() : ''))).toEqual(['0', '0', '0.933333333333333333', '1.866666666666666667']);
    const short = run([fill('1', 'SELL', '1', '100'), fill('2', 'SELL', '2', '100.1'), fill('3', 'BUY', '1', '99'), fill('4', 'BUY', '2', '99')]);
    expect(short.events.map((event) => ('realisedPnl' in event ? event.realisedPnl.toString() : ''))).toEqual(['0', '0', '1.066666666666666666', '2.133333333333333334']);
  });

  it('takes the results that a log has recorded as they are: what an older rule rounded comes back at the full close', () => {
    const [opened, increased, reduced] = run([fill('1', 'BUY', '1', '100'), fill('2', 'BUY', '2', '100.1'), fill('3', 'SELL', '1', '101')]).events;
    const recorded = [opened!, increased!, { ...reduced!, realisedPnl: money('0.93333333333333333266') } as PositionEvent].reduce((state, event) => positionDecider.evolve(state, event), positionDecider.initial);
    expect(positionDecider.decide(recorded, fill('4', 'SELL', '2', '101'), context)).toMatchObject([{ realisedPnl: new Decimal('1.86666666666666666734') }]);
  });

  it('settles a funding payment once, at the position it was paid on', () => {
    const { state } = run([fill('1', 'SELL', '2', '100')]);
    const settle = { type: 'SettleFunding', accountId: 'account1', instrument: 'ETH-PERP', paymentId: 'p1', amount: money('-0.3'), rateHourly: money('0.0001') as never, venueTime: 2 } as const;
    const [settled] = positionDecider.decide(state, settle, context);
    expect(settled).toMatchObject({ type: 'FundingSettled', position: new Decimal('-2') });
    expect(positionDecider.decide(positionDecider.evolve(state, settled!), settle, context)).toEqual([]);
  });
});
