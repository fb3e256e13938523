import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { appendBench } from './append.bench.js';
import { appendPostgresBench } from './append-postgres.bench.js';
import { balanceBench } from './balance.bench.js';
import { budgetBench } from './budget.bench.js';
import { type Bench, type BenchRow, broken, holds } from './bench.js';
import { capacityBench } from './capacity.bench.js';
import { dispatchBench } from './dispatch.bench.js';
import { load, machineFacts } from './machine.js';
import { observabilityBench } from './observability.bench.js';
import { protectionBench } from './protection.bench.js';
import { rebuildBench } from './rebuild.bench.js';
import { rulesBench } from './rules.bench.js';
import { stormBench } from './storm.bench.js';
import { tickBench } from './tick.bench.js';
import { boundText, ratioText, reportPage, updatedPage } from './report.js';

const BENCHES: readonly Bench[] = [appendBench, appendPostgresBench, rebuildBench, dispatchBench, tickBench, rulesBench, budgetBench, balanceBench, protectionBench, stormBench, observabilityBench, capacityBench];
const PAGE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

function chosen(): { readonly benches: readonly Bench[]; readonly quick: boolean; readonly whole: boolean } {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: [] } } });
  const unknown = values.only.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) throw new Error(`--only: found ${unknown.join(', ')}, allowed are ${BENCHES.map(({ name }) => name).join(', ')}`);
  return { benches: values.only.length === 0 ? BENCHES : BENCHES.filter(({ name }) => values.only.includes(name)), quick: values.quick, whole: values.only.length === 0 && !values.quick };
}

function print(rows: readonly BenchRow[]): void {
  for (const row of rows) {
    const kept = holds(row);
    const parts = [
      row.ours && (row.peer ? `${row.ours} against ${row.peer}` : row.ours),
      row.ratio && `ratio ${ratioText(row)}`,
      kept === undefined ? '' : `bound ${boundText(row)} ${kept ? 'holds' : 'DOES NOT HOLD'}`,
      row.note,
    ];
    process.stdout.write(`  ${row.what}: ${parts.filter(Boolean).join('; ')}\n`);
  }
}

const { benches, quick, whole } = chosen();
const machine = machineFacts();
const loadBefore = load();
process.stdout.write(`${machine.join('\n')}\nload ${loadBefore}\n`);
const sections = [];
for (const bench of benches) {
  process.stdout.write(`\n${bench.name}: ${bench.about}\n`);
  const rows = await bench.run({ quick, progress: (text) => process.stdout.write(`    ${text}\n`) });
  print(rows);
  sections.push({ bench, rows });
}
if (!quick) {
  const report = { date: new Date().toISOString().slice(0, 10), machine, load: [loadBefore, load()] as const, sections };
  writeFileSync(PAGE, whole ? reportPage(report) : updatedPage(readFileSync(PAGE, 'utf8'), report));
  process.stdout.write('\nwrote docs/benchmarks.md\n');
}

const failed = broken(sections.flatMap(({ rows }) => rows));
if (failed.length > 0) {
  process.stderr.write(`\n${failed.map((row) => `${row.what}: ratio ${ratioText(row)}, bound ${boundText(row)} does not hold`).join('\n')}\n`);
  process.exitCode = 1;
}
