import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, medianInterval, pairRatios, quantile } from './statistics.js';

const VALUES = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 40 });

describe('statistics of a benchmark', () => {
  it('takes the middle value, or the mean of the two middle ones', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  it('interpolates quantiles between neighbours', () => {
    expect(quantile([10, 20, 30, 40, 50], 0.25)).toBe(20);
    expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9, 10);
    expect([quantile([3, 1, 2], 0), quantile([3, 1, 2], 1)]).toEqual([1, 3]);
  });

  it('refuses nothing to measure, a share that is none, and pairs that are none', () => {
    expect(() => median([])).toThrow('no values');
    expect(() => quantile([1], 1.5)).toThrow('share 1.5');
    expect(() => pairRatios([1, 2], [1])).toThrow('2 and 1 values');
  });

  it('does not change the order of what it is given', () => {
    const given = [3, 1, 2];
    median(given);
    expect(given).toEqual([3, 1, 2]);
  });

  it('has half of the values on either side of the median', () => {
    fc.assert(fc.property(VALUES, (values) => {
      const middle = median(values);
      expect(values.filter((value) => value <= middle).length * 2).toBeGreaterThanOrEqual(values.length);
      expect(values.filter((value) => value >= middle).length * 2).toBeGreaterThanOrEqual(values.length);
    }));
  });

  it('puts the interval around the median and inside what was measured, the same on every run', () => {
    fc.assert(fc.property(VALUES, (values) => {
      const { low, median: middle, high } = medianInterval(values);
      expect(low).toBeLessThanOrEqual(middle);
      expect(high).toBeGreaterThanOrEqual(middle);
      expect(low).toBeGreaterThanOrEqual(Math.min(...values));
      expect(high).toBeLessThanOrEqual(Math.max(...values));
      expect(medianInterval(values)).toEqual({ low, median: middle, high });
    }), { numRuns: 30 });
  });

  it('narrows the interval where the values agree', () => {
    const width = (values: readonly number[]): number => {
      const { low, high } = medianInterval(values);
      return high - low;
    };
    const spread = Array.from({ length: 30 }, (_, index) => index);
    expect(width(spread)).toBeGreaterThan(width(spread.map((value) => 15 + value / 100)));
    expect(medianInterval([2, 2, 2, 2])).toEqual({ low: 2, median: 2, high: 2 });
  });

  it('divides pair by pair', () => {
    expect(pairRatios([2, 9], [1, 3])).toEqual([2, 3]);
  });
});
