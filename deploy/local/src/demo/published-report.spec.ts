import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { publishedReport } from './published-report.js';

it('keeps the report of the run before until the next one is whole, and leaves what else is in the folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'ballast-report-'));
  const [from, outDir] = [join(root, 'run'), join(root, 'out')];
  for (const dir of [from, outDir]) mkdirSync(dir);
  for (const [name, text] of Object.entries({ 'run/report.md': 'new', 'run/summary.json': '{}', 'out/report.md': 'old', 'out/notes.txt': 'mine' })) writeFileSync(join(root, name), text);
  expect(() => publishedReport({ 'report.md': join(from, 'report.md'), 'trades.csv': join(from, 'trades.csv') }, outDir)).toThrow('trades.csv');
  expect(readFileSync(join(outDir, 'report.md'), 'utf8')).toBe('old');
  expect(publishedReport({ 'report.md': join(from, 'report.md'), 'summary.json': join(from, 'summary.json') }, outDir)).toEqual({ 'report.md': join(outDir, 'report.md'), 'summary.json': join(outDir, 'summary.json') });
  expect(readFileSync(join(outDir, 'report.md'), 'utf8')).toBe('new');
  expect(readdirSync(outDir).sort()).toEqual(['notes.txt', 'report.md', 'summary.json']);
});
