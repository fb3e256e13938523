import fc from 'fast-check';
import { bps, Decimal, depthWithin, notional, price, quantity, ratio, signedQuantity, type Side } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { quantityWithinSlippage } from '../plan/depth.js';
import type { ReadyLeg } from '../plan/legs.js';
import { AT, instrumentOf } from '../plan/plan.builders.js';
import { largestExecutable, liquidityMax, unblockedMax } from './liquidity.js';

type Levels = readonly (readonly [string, string])[];
const EMPTY_SIDE: Levels = [['0.01', '1']];

/** A leg whose reference is 100; best level first. */
function legOf(side: Side, asks: Levels, bids: Levels = EMPTY_SIDE): ReadyLeg {
  const levels = (all: Levels) => all.map(([at, size]) => ({ price: price(at), quantity: quantity(size) }));
  return { leg: 0, side, book: { instrument: 'SOL-PERP', asks: levels(asks), bids: levels(bids), exchangeTime: AT, sequence: 1 }, terms: instrumentOf('SOL-PERP', '0.1', '0.01'), reference: price('100'), bestBid: price('99.99'), bestAsk: price('100'), residual: signedQuantity('0') };
}
const most = (legs: readonly ReadyLeg[]): string => liquidityMax(legs, bps('50'), ratio('3')).toString();

describe('the search for the largest size (R53)', () => {
  it('ends at $100 M, at 0, and on the last $10 that can execute', () => {
    expect([() => true, () => false].map((can) => largestExecutable(can).toString())).toEqual(['100000000', '0']);
    fc.assert(fc.property(fc.integer({ min: 0, max: 110_000_000 }), (limit) => {
      let asked = 0;
      const found = largestExecutable((size) => { asked += 1; return size.lte(limit); });
      expect(found.eq(Math.min(100_000_000, Math.floor(limit / 10) * 10)) && asked <= 24).toBe(true);
    }));
  });
});

describe('the largest size that the books bear (R52)', () => {
  it.each([['30.29', '1000'], ['30.299999', '1000'], ['30.3', '1010'], ['30.31', '1010']])('is a third of what %s units at $100 are worth: $%s', (size, expected) => {
    expect(most([legOf('BUY', [['100', size]])])).toBe(expected);
  });

  it('counts what is within the band only, not all levels (C-55)', () => {
    expect(most([legOf('BUY', [['100', '30'], ['100.5', '30'], ['100.51', '900']])])).toBe('2000');
    expect(most([legOf('BUY', [['100', '30'], ['100.49', '30'], ['100.5', '900']])])).not.toBe('2000');
  });

  it('reads asks for a buy and bids for a sell, and takes the thinner leg (R52, C-55)', () => {
    const deep = legOf('BUY', [['100', '600']], [['99.99', '3']]);
    expect([most([deep]), most([{ ...deep, side: 'SELL' }]), most([deep, legOf('SELL', [['100', '600']], [['99.99', '30']])])]).toEqual(['20000', '90', '990']);
  });

  it('finds nothing where there is no book to take', () => {
    expect(most([legOf('BUY', [])])).toBe('0');
  });

  it('is what the depth and the slippage leave, rounded down to $10, for any book', () => {
    const level = fc.record({ step: fc.integer({ min: 1, max: 40 }), size: fc.integer({ min: 1, max: 90 }) });
    fc.assert(fc.property(fc.array(level, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 80 }), (steps, multiple, band) => {
      let at = 100;
      const leg = legOf('BUY', steps.map(({ step, size }, index) => { at += index === 0 ? 0 : step / 100; return [at.toFixed(2), String(size)]; }));
      const found = liquidityMax([leg], bps(String(band)), ratio(String(multiple)));
      const solved = Decimal.min(depthWithin(leg.book, 'BUY', bps(String(band))).div(multiple), quantityWithinSlippage(leg, bps(String(band))).times(100));
      expect(found.lte(solved.plus('0.001')) && found.plus(10).gt(solved.minus('0.001'))).toBe(true);
    }));
  });
});

describe('the largest size below the slippage that blocks (R51)', () => {
  const leg = legOf('BUY', [['100', '10'], ['101', '1000']]);
  const at = (block: string): string => unblockedMax([leg], bps(block)).toString();

  it('stays below the limit, and never at it: 50 bps on average block at 50', () => {
    // 10 units at 100 and 10 at 101 are 50 bps on average.
    expect([at('50'), at('50.1'), at('30')]).toEqual(['1990', '2000', '1420']);
  });

  it('is what the best level holds where no slippage is allowed at all', () => {
    expect([at('0'), at('0.0001'), notional('1000').toString()]).toEqual(['0', '1000', '1000']);
  });
});
