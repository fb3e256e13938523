import Table from 'cli-table3';
import type { Ms } from '@ballast/domain';
import type { CliIo } from './io.js';

/** One JSON document with --json, else text for a person. */
export function show(io: CliIo, json: boolean | undefined, document: object, text: () => string): void {
  io.out(json === true ? JSON.stringify(document, null, 2) : text());
}

/** A table without colours; a line instead where there are no rows. */
export function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[], nothing: string): string {
  if (rows.length === 0) return nothing;
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  table.push(...rows.map((row) => row.map(String)));
  return table.toString();
}

export const timeText = (time: Ms): string => new Date(time).toISOString();
export const linesOf = (...lines: readonly string[]): string => lines.join('\n');
