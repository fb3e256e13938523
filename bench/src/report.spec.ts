import { describe, expect, it } from 'vitest';
import type { Bench, BenchRow } from './bench.js';
import { reportPage, updatedPage } from './report.js';

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

  it('is written anew in the part of a bench that ran alone, and stays as it was elsewhere', () => {
    const other: Bench = { ...bench, name: 'append-postgres' };
    const row = (ours: string): BenchRow => ({ what: 'speed', ours, peer: '' });
    const report = { date: '2026-01-02', machine: ['one machine'], load: ['0.1', '0.2'] as const };
    const before = reportPage({ ...report, sections: [{ bench, rows: [row('1 /s')] }, { bench: other, rows: [row('2 /s')] }] });
    const again = { ...report, date: '2026-03-04' };
    const added: Bench = { ...bench, name: 'later' };
    const after = updatedPage(before, { ...again, sections: [{ bench, rows: [row('3 /s')] }, { bench: added, rows: [row('4 /s')] }] });
    expect(after).toBe(before.replace('Measured 2026-01-02', 'Measured 2026-03-04').replace('| 1 /s |', '| 3 /s |') + reportPage({ ...again, sections: [{ bench: added, rows: [row('4 /s')] }] }).replace(/^[^]*?(?=## )/, '\n'));
    expect(updatedPage(after, { ...report, sections: [] })).toBe(after);
  });
});
