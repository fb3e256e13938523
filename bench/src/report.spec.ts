import { describe, expect, it } from 'vitest';
import type { Bench, BenchRow } from './bench.js';
import { reportPage } from './report.js';

const bench: Bench = { name: 'append', about: 'What is compared.', run: () => Promise.resolve([]) };
const page = (...rows: readonly BenchRow[]): string => reportPage({ date: '2026-01-02', machine: ['one machine'], load: ['0.1', '0.2'], sections: [{ bench, rows }] });

describe('the page of the benchmarks', () => {
  it('shows a bound that does not hold as plainly as one that does', () => {
    const ratio = { median: 0.5, low: 0.4, high: 0.6 };
    const text = page({ what: 'slow', ours: '1 /s', peer: '2 /s', ratio, bound: { atLeast: 0.85 } }, { what: 'fast', ours: '1 /s', peer: '2 /s', ratio, bound: { atMost: 2 } });
    expect(text).toContain('| slow | 1 /s | 2 /s | 0.50 (0.40 – 0.60) | ≥ 0.85 | **no** |  |');
    expect(text).toContain('| fast | 1 /s | 2 /s | 0.50 (0.40 – 0.60) | ≤ 2 | yes |  |');
  });

  it('has a row for what could not be measured, with the reason', () => {
    expect(page({ what: 'append', ours: '', peer: '', note: 'no PostgreSQL found' })).toContain('| append |  |  |  |  |  | no PostgreSQL found |');
  });
});
