import { balancedQuantities, type BalanceInput, everyPair } from '@ballast/balance';
import { notional, price, quantity, ratio } from '@ballast/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bruteForce } from './brute-force.js';

const INPUTS: fc.Arbitrary<BalanceInput> = fc.record({
  target: fc.integer({ min: 50, max: 400 }).map((value) => notional(String(value))),
  priceA: fc.integer({ min: 100, max: 3_000 }).map((value) => price((value / 100).toFixed(2))),
  lotA: fc.constantFrom('0.1', '1').map(quantity),
  priceB: fc.integer({ min: 100, max: 3_000 }).map((value) => price((value / 100).toFixed(2))),
  lotB: fc.constantFrom('0.5', '1').map(quantity),
  maxDeviation: fc.constantFrom('0.01', '0.05', '0.2').map(ratio),
});

describe('brute force of the benchmark', () => {
  it('gives what every pair in decimals gives, from as many pairs', () => {
    fc.assert(fc.property(INPUTS, (input) => {
      const fast = bruteForce(input);
      const slow = everyPair(input);
      expect(JSON.stringify(fast)).toBe(JSON.stringify(slow));
    }), { numRuns: 100 });
  });

  it('agrees with the search of the product (R35)', () => {
    const golden: BalanceInput = { target: notional('100'), priceA: price('2756.9'), lotA: quantity('0.001'), priceB: price('115.86'), lotB: quantity('0.1') };
    expect(JSON.stringify(bruteForce(golden).result)).toBe(JSON.stringify(balancedQuantities(golden)));
  });

  it('refuses numbers that a double cannot hold exactly', () => {
    expect(() => bruteForce({ target: notional('1000000'), priceA: price('2756.91234567'), lotA: quantity('0.00001'), priceB: price('1'), lotB: quantity('1') })).toThrow('fits a double exactly');
  });
});
