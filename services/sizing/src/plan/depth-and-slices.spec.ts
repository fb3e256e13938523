import fc from 'fast-check';
import { bps, Decimal, notional, price, quantity, signedQuantity, slippageBps, walk } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { quantityWithinSlippage } from './depth.js';
import type { ReadyLeg } from './legs.js';
import { bookOf, instrumentOf } from './plan.builders.js';
import { slicesOf } from './slices.js';

const texts = (values: readonly { toString(): string }[]): readonly string[] => values.map(String);
const terms = (max: string, min: string) => ({ lotSize: quantity('0.1'), referencePrice: price('100'), notionalMax: notional(max), notionalMin: notional(min) });

describe('the largest quantity within a slippage (R53)', () => {
  const leg = (side: 'BUY' | 'SELL', tick: string): ReadyLeg => {
    const book = bookOf('ETH-PERP', '1000', tick, '2');
    return { leg: 0, side, book, terms: instrumentOf('ETH-PERP', '0.001', '0.1'), reference: price('1000'), bestBid: price('1000'), bestAsk: price('1001'), residual: signedQuantity('0') };
  };

  it('is within the limit, and any more is not, on both sides', () => {
    fc.assert(fc.property(fc.constantFrom('BUY' as const, 'SELL' as const), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 100 }), (side, tick, limit) => {
      const ready = leg(side, (tick / 10).toFixed(1));
      const levels = side === 'BUY' ? ready.book.asks : ready.book.bids;
      const best = levels[0]!.price;
      const found = quantityWithinSlippage(ready, bps(String(limit)));
      const at = (size: Decimal) => walk(levels, quantity(size.toString()), side);
      expect(slippageBps(side, best, at(found).averagePrice!).lte(new Decimal(limit).plus('1e-6'))).toBe(true);
      const more = at(found.times('1.0001'));
      expect(more.exhausted || slippageBps(side, best, more.averagePrice!).gt(limit)).toBe(true);
    }));
  });
});

describe('slices (R29, W-16)', () => {
  it('are equal but for whole lots, and as few as the maximum allows', () => {
    expect(texts(slicesOf(quantity('1.1'), terms('40', '5')))).toEqual(['0.3', '0.4', '0.4']);
    expect(texts(slicesOf(quantity('1'), terms('100', '5')))).toEqual(['1']);
  });

  it('never leave one under the minimum: fewer and larger ones instead', () => {
    expect(texts(slicesOf(quantity('1.1'), terms('30', '50')))).toEqual(['0.5', '0.6']);
    expect(texts(slicesOf(quantity('0.9'), terms('30', '50')))).toEqual(['0.9']);
  });

  it('add up to the quantity exactly for any terms', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 900 }), (lots, max, min) => {
      const whole = quantity('0.1').times(lots);
      const slices = slicesOf(quantity(whole.toString()), terms(String(max), String(min)));
      expect(slices.reduce((sum, part) => sum.plus(part), new Decimal(0)).eq(whole)).toBe(true);
      if (slices.length > 1) for (const part of slices) expect(part.times(100).gte(min)).toBe(true);
      expect(slices.every((part) => part.gt(0))).toBe(true);
    }));
  });
});
