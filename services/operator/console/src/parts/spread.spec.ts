import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { spread } from './spread.js';

const spot = (left: number, top: number) => ({ left, top });

describe('marks in a picture', () => {
  it('stay where they are where each is seen', () => {
    const seen = [spot(10, 50), spot(30, 50), spot(30, 80)];
    expect(spread(seen)).toEqual(seen);
  });

  it('at one place stand above one another, and below where the picture ends', () => {
    expect(spread([spot(10, 50), spot(12, 50), spot(11, 50)]).map(({ top }) => top)).toEqual([50, 34, 18]);
    expect(spread([spot(10, 20), spot(12, 20), spot(11, 20)]).map(({ top }) => top)).toEqual([20, 36, 52]);
  });

  it('never lie on one another, and never leave the picture above', () => {
    fc.assert(fc.property(fc.array(fc.record({ left: fc.integer({ min: 0, max: 40 }), top: fc.integer({ min: 9, max: 60 }) }), { maxLength: 12 }), (spots) => {
      const placed = spread(spots);
      expect(placed.map(({ left }) => left)).toEqual(spots.map(({ left }) => left));
      for (const [index, one] of placed.entries()) {
        expect(one.top).toBeGreaterThanOrEqual(9);
        for (const other of placed.slice(index + 1)) expect(Math.abs(one.left - other.left) >= 16 || Math.abs(one.top - other.top) >= 16).toBe(true);
      }
    }));
  });
});
