import fc from 'fast-check';
import { notional, price, quantity, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { type BalanceInput, balancedQuantities, whyInfeasible } from './balanced-quantities.js';
import { everyPair } from './brute-force.js';

const text = (result: object | undefined): unknown => result && JSON.parse(JSON.stringify(result));
const GOLDEN: BalanceInput = { target: notional('100'), priceA: price('2756.9'), lotA: quantity('0.001'), priceB: price('115.86'), lotB: quantity('0.1') };

const decimalText = (min: number, max: number, places: number) => fc.integer({ min, max }).map((n) => (n / 10 ** places).toFixed(places));
const inputs = (steps: readonly string[], prices: fc.Arbitrary<string>): fc.Arbitrary<BalanceInput> =>
  fc.record(
    {
      target: decimalText(1, 4_000, 1).map(notional),
      priceA: prices.map(price),
      lotA: fc.constantFrom(...steps).map(quantity),
      priceB: prices.map(price),
      lotB: fc.constantFrom(...steps).map(quantity),
      maxDeviation: fc.constantFrom('0', '0.01', '0.1', '0.2', '0.25', '0.5').map(ratio),
      maxNotional: decimalText(1, 4_000, 1).map(notional),
      minNotionalA: decimalText(0, 1_500, 1).map(notional),
      minNotionalB: decimalText(0, 1_500, 1).map(notional),
    },
    { requiredKeys: ['target', 'priceA', 'lotA', 'priceB', 'lotB'] },
  );

const agrees = (input: BalanceInput): void => {
  const found = balancedQuantities(input);
  const expected = everyPair(input).result;
  expect(whyInfeasible(input).length > 0).toBe(found.outcome === 'INFEASIBLE');
  expect(text(found)).toEqual(expected ? text(expected) : { outcome: 'INFEASIBLE', quantityA: '0', quantityB: '0', notionalA: '0', notionalB: '0', imbalanceRatio: '0' });
};

describe('balancedQuantities', () => {
  it('gives 0.042 and 1.0 for the golden case, never 0.036 and 0.9 (R35)', () => {
    const result = balancedQuantities(GOLDEN);
    expect(text(result)).toEqual({ outcome: 'BALANCED', quantityA: '0.042', quantityB: '1', notionalA: '115.7898', notionalB: '115.86', imbalanceRatio: '0.000606271019' });
    expect(text(result)).toEqual(text(everyPair(GOLDEN).result));
  });

  it('is constrained by the maximum notional: below the golden pair it is only a best effort (C-32)', () => {
    const result = balancedQuantities({ ...GOLDEN, maxNotional: notional('110') });
    expect(result.outcome).toBe('BEST_EFFORT');
    expect(result.notionalA.lte(110) && result.notionalB.lte(110)).toBe(true);
    agrees({ ...GOLDEN, maxNotional: notional('110') });
  });

  it('is infeasible where a minimum is above the maximum, and where one lot is too much', () => {
    expect(balancedQuantities({ ...GOLDEN, minNotionalA: notional('130') }).outcome).toBe('INFEASIBLE');
    expect(balancedQuantities({ ...GOLDEN, lotA: quantity('1') }).outcome).toBe('INFEASIBLE');
  });

  it('names the field that is out of range', () => {
    expect(() => balancedQuantities({ ...GOLDEN, lotB: quantity('0') })).toThrow('lotB: found 0');
    expect(() => balancedQuantities({ ...GOLDEN, maxDeviation: ratio('1') })).toThrow('maxDeviation: found 1');
  });

  it('equals brute force over prices of cents', () => {
    fc.assert(fc.property(inputs(['0.001', '0.01', '0.1', '1'], decimalText(100, 30_000, 2)), (input) => {
      fc.pre(Number(input.target) / Number(input.priceA.times(input.lotA)) < 150 && Number(input.target) / Number(input.priceB.times(input.lotB)) < 150);
      agrees(input);
    }), { numRuns: 2_000 });
  });

  it('equals brute force where round numbers make ties', () => {
    fc.assert(fc.property(inputs(['0.5', '1', '2', '3'], fc.constantFrom('1', '2', '3', '5', '10', '12.5', '25')), (input) => {
      fc.pre(Number(input.target) / Number(input.priceA.times(input.lotA)) < 120 && Number(input.target) / Number(input.priceB.times(input.lotB)) < 120);
      agrees(input);
    }), { numRuns: 2_000 });
  });

  it('equals brute force with one lot coarse and the other a thousand times finer', () => {
    fc.assert(fc.property(decimalText(500, 2_000, 1), decimalText(9_000, 30_000, 2), decimalText(10, 300, 2), (target, coarse, fine) => {
      agrees({ target: notional(target), priceA: price(coarse), lotA: quantity('0.5'), priceB: price(fine), lotB: quantity('0.1'), maxDeviation: ratio('0.02') });
    }), { numRuns: 300 });
  });

  it('swaps with its legs', () => {
    fc.assert(fc.property(inputs(['0.001', '0.07', '0.1'], decimalText(100, 30_000, 2)), (input) => {
      const { target, priceA, lotA, priceB, lotB } = input;
      const straight = balancedQuantities({ target, priceA, lotA, priceB, lotB });
      const swapped = balancedQuantities({ target, priceA: priceB, lotA: lotB, priceB: priceA, lotB: lotA });
      expect([straight.outcome, String(straight.imbalanceRatio)]).toEqual([swapped.outcome, String(swapped.imbalanceRatio)]);
    }), { numRuns: 1_000 });
  });

  it('answers at $1,000,000 a leg within the deviation, also where the lots are a few dollars', () => {
    const input: BalanceInput = { target: notional('1000000'), priceA: price('60123.5'), lotA: quantity('0.00005'), priceB: price('2756.9'), lotB: quantity('0.001'), maxDeviation: ratio('0.2') };
    const result = balancedQuantities(input);
    expect(result.outcome).toBe('BALANCED');
    expect(result.notionalA.minus('1000000').abs().lt(4) && result.notionalB.minus('1000000').abs().lt(4)).toBe(true);
  });
});
