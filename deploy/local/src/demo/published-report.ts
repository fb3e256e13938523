import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './outcome.js';

/**
 * Copies a finished report to where people look, each file put in place at once: until then the report of the run before stays there.
 * @returns the paths of the copies, by file name
 */
export function publishedReport(files: Outcome['files'], outDir: string): Outcome['files'] {
  mkdirSync(outDir, { recursive: true });
  const copies = Object.entries(files).map(([name, path]) => ({ name, path: join(outDir, name), aside: join(outDir, `.${name}.part`), from: path }));
  for (const { from, aside } of copies) copyFileSync(from, aside);
  for (const { aside, path } of copies) renameSync(aside, path);
  return Object.fromEntries(copies.map(({ name, path }) => [name, path]));
}
