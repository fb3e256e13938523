import { describe, expect, it } from 'vitest';
import { type BenchRow, broken } from './bench.js';

const row = (median: number, bound?: BenchRow['bound']): BenchRow => ({ what: String(median), ours: '', peer: '', ratio: { median, low: 0, high: 9 }, ...(bound ? { bound } : {}) });

describe('the rows that make a run fail', () => {
  it('are those whose median is on the wrong side of their bound', () => {
    const rows = [row(0.84, { atLeast: 0.85 }), row(0.85, { atLeast: 0.85 }), row(2, { atMost: 2 }), row(2.01, { atMost: 2 })];
    expect(broken(rows).map(({ what }) => what)).toEqual(['0.84', '2.01']);
  });

  it('are none of those without a bound, or with nothing to compare', () => {
    expect(broken([row(0.01), { what: 'no peer', ours: '', peer: '', bound: { atLeast: 1 } }])).toEqual([]);
  });
});
