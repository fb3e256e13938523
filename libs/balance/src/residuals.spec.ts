import fc from 'fast-check';
import { Decimal, isMultipleOf, quantity, type Quantity, SIDES, signOf, type Side, type SignedQuantity, signedQuantity } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import { beforeEach, describe, expect, it } from 'vitest';
import { absorbable, alongLeg, orderTowards, positionAfter } from './absorption.js';
import { ResidualFold } from './residuals.projection.js';

const lots = (count: number, lot: string): Quantity => quantity(lot).times(count) as Quantity;

describe('taking over a residual', () => {
  it('orders what is missing to the target, on the lot grid, whatever side the residual is on (W-16)', () => {
    fc.assert(fc.property(fc.constantFrom(...SIDES), fc.constantFrom('0.001', '0.1', '2'), fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: -5_000, max: 5_000 }), fc.integer({ min: 0, max: 9 }), (side, lot, target, left, tenths) => {
      const residual = lots(1, lot).times(left).plus(lots(1, lot).times(tenths).div(10).times(left < 0 ? -1 : 1)) as Decimal as SignedQuantity;
      const absorbed = absorbable(residual, quantity(lot));
      const order = orderTowards(side, lots(target, lot), absorbed);
      expect(isMultipleOf(absorbed, quantity(lot)) && isMultipleOf(order, quantity(lot))).toBe(true);
      expect(absorbed.abs().lte(residual.abs()) && residual.abs().minus(absorbed.abs()).lt(lot)).toBe(true);
      expect(positionAfter(side, order, absorbed).toString()).toBe(lots(target, lot).toString());
      expect(order.gt(lots(target, lot))).toBe(alongLeg(side, absorbed).lt(0));
    }), { numRuns: 2_000 });
  });
});

describe('what closed trades have left open', () => {
  let fold: ResidualFold;
  beforeEach(() => { fold = new ResidualFold(); });
  const left = (instrument = 'ETH-PERP'): string => fold.of('a1', instrument).toString();
  const see = (event: object): void => { fold.apply({ event, index: 0, decision: {} } as Recorded); };
  const leg = (side: Side, rest: object): object => ({ leg: 0, instrument: 'ETH-PERP', side, ...rest });
  const opened = (tradeId: string, side: Side, absorbed?: string): void => see({ type: 'TradeOpened', tradeId, accountId: 'a1', legs: [leg(side, absorbed === undefined ? {} : { residualAbsorbed: signedQuantity(absorbed) })] });
  const closed = (tradeId: string, side: Side, filled: string, exited: string): void => see({ type: 'TradeClosed', tradeId, accountId: 'a1', legs: [leg(side, { filled: quantity(filled), exited: quantity(exited) })] });

  it('counts what a trade ended with, and nothing of one under way', () => {
    opened('t1', 'SELL');
    expect(left()).toBe('0');
    closed('t1', 'SELL', '0.42', '0.4');
    expect([left(), left('SOL-PERP'), fold.of('a2', 'ETH-PERP').toString()]).toEqual(['-0.02', '0', '0']);
  });

  it('passes a residual on to the trade that takes it over, and back with what that one leaves', () => {
    closed('t1', 'BUY', '0.42', '0.4');
    opened('t2', 'SELL', '0.02');
    expect(left()).toBe('0');
    closed('t2', 'SELL', '0.3', '0.29');
    expect(left()).toBe('0.01');
  });

  it('gives a residual back where its trade never filled anything', () => {
    closed('t1', 'BUY', '0.42', '0.4');
    opened('t2', 'BUY', '0.02');
    closed('t2', 'BUY', '0', '0');
    expect(left()).toBe('0.02');
  });

  it('counts a trade that was reopened by what it left at last', () => {
    opened('t1', 'BUY');
    closed('t1', 'BUY', '0.42', '0.4');
    closed('t1', 'BUY', '0.42', '0.41');
    expect(left()).toBe('0.01');
  });

  it('follows a late fill of a residual, and what the venue took where no trade holds the instrument', () => {
    opened('t1', 'BUY');
    closed('t1', 'BUY', '0.42', '0.4');
    see({ type: 'OrderFilled', tradeId: 't1', leg: 0, side: 'SELL', quantity: quantity('0.005') });
    expect(left()).toBe('0.015');
    see({ type: 'PositionLiquidated', accountId: 'a1', instrument: 'ETH-PERP', position: signedQuantity('0.001') });
    expect(left()).toBe('0.001');
    opened('t2', 'SELL');
    see({ type: 'PositionLiquidated', accountId: 'a1', instrument: 'ETH-PERP', position: signedQuantity('0') });
    expect(left()).toBe('0.001');
  });

  it('adds up to the position that no open trade holds, for any rounds in any order', () => {
    const round = fc.record({ side: fc.constantFrom(...SIDES), filled: fc.integer({ min: 0, max: 50 }), kept: fc.integer({ min: -3, max: 3 }), absorbs: fc.boolean() });
    fc.assert(fc.property(fc.array(round, { maxLength: 20 }), (rounds) => {
      fold = new ResidualFold();
      let position = new Decimal(0);
      rounds.forEach(({ side, filled, kept, absorbs }, index) => {
        const taken = absorbs ? fold.of('a1', 'ETH-PERP') : signedQuantity('0');
        const exited = Math.max(0, filled - kept);
        opened(`t${index}`, side, taken.toString());
        closed(`t${index}`, side, String(filled), String(exited));
        position = position.plus((filled - exited) * signOf(side));
      });
      expect(left()).toBe(position.toString());
    }), { numRuns: 300 });
  });
});
