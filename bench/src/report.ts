import { type Bench, type BenchRow, holds } from './bench.js';

export interface Report {
  readonly date: string;
  readonly machine: readonly string[];
  /** Load average at the start and at the end. */
  readonly load: readonly [string, string];
  readonly sections: readonly { readonly bench: Bench; readonly rows: readonly BenchRow[] }[];
}

export const ratioText = ({ ratio }: BenchRow): string => (ratio ? `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} – ${ratio.high.toFixed(2)})` : '');
export const boundText = ({ bound }: BenchRow): string => (!bound ? '' : 'atLeast' in bound ? `≥ ${bound.atLeast}` : `≤ ${bound.atMost}`);
export const verdictText = (row: BenchRow): string => ({ true: 'yes', false: '**no**', undefined: '' })[String(holds(row)) as 'true' | 'false' | 'undefined'];

const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

/** The page docs/benchmarks.md. */
export function reportPage({ date, machine, load, sections }: Report): string {
  return [
    '# Benchmarks',
    '',
    'Written by `make bench`; do not edit. Ratios are what counts: both sides are measured in one run, in interleaved pairs, the side that',
    'starts changing with every pair, after one pair that does not count. A ratio is the median of the pairs, with its 95 % bootstrap interval in',
    'brackets. `node bench/dist/main.js --only <name>` runs one of them, `--quick` is a short look and writes no page. A run ends with exit code 1',
    'where a bound does not hold.',
    '',
    ...machine.map((fact) => `- ${fact}`),
    `- ${date}; load average ${load[0]} at the start, ${load[1]} at the end`,
    '',
    ...sections.flatMap(({ bench, rows }) => [`## ${bench.name}`, '', bench.about, '', line(['what', 'ours', 'peer', 'ratio', 'bound', 'holds', 'note']), line(Array.from({ length: 7 }, () => '---')), ...rows.map((row) => line([row.what, row.ours, row.peer, ratioText(row), boundText(row), verdictText(row), row.note ?? ''])), '']),
  ].join('\n');
}
