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

type Section = Report['sections'][number];

const headingOf = ({ bench }: Section): string => `## ${bench.name}`;

function sectionText(section: Section, measured: string): string {
  const rows = section.rows.map((row) => line([row.what, row.ours, row.peer, ratioText(row), boundText(row), verdictText(row), row.note ?? '']));
  return [headingOf(section), '', section.bench.about, '', `Measured ${measured}.`, '', line(['what', 'ours', 'peer', 'ratio', 'bound', 'holds', 'note']), line(Array.from({ length: 7 }, () => '---')), ...rows, ''].join('\n');
}

const measuredAt = ({ date, load }: Report): string => `${date}, load average ${load[0]} before and ${load[1]} after the run`;

/** The page docs/benchmarks.md. */
export function reportPage(report: Report): string {
  return [
    '# Benchmarks',
    '',
    'Written by `make bench`; do not edit. Ratios are what counts: both sides are measured in one run, in interleaved pairs, the side that',
    'starts changing with every pair, after one pair that does not count. A ratio is the median of the pairs, with its 95 % bootstrap interval in',
    'brackets. `node bench/dist/main.js --only <name>` runs one of them and writes its part of this page anew, `--quick` is a short look and writes',
    'nothing. A run ends with exit code 1 where a bound does not hold.',
    '',
    ...report.machine.map((fact) => `- ${fact}`),
    '',
    ...report.sections.map((section) => sectionText(section, measuredAt(report))),
  ].join('\n');
}

/** The page with these sections written anew, each where it was, a new one at the end; the others stay as they were measured. */
export function updatedPage(page: string, report: Report): string {
  const parts = page.split(/^(?=## )/m);
  const old = (section: Section): number => parts.findIndex((part) => part.startsWith(`${headingOf(section)}\n`));
  for (const section of report.sections) {
    const text = sectionText(section, measuredAt(report));
    const at = old(section);
    if (at < 0) parts.push(text);
    else parts[at] = text;
  }
  return parts.map((part) => `${part.trimEnd()}\n`).join('\n');
}
