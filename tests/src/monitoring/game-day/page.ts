import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKING_COPY } from '@ballast/local';

/** How one fault went. */
export interface Row {
  readonly what: string;
  readonly alert: string;
  readonly severity: string;
  readonly withinS: number;
  /** Infinity = not in the time allowed. */
  readonly firedS: number;
  /** Pages that follow from the fault. */
  readonly others: readonly string[];
  /** Pages that do not. */
  readonly unrelated: readonly string[];
  /** Infinity = not in the time that a run waits. */
  readonly clearedS: number;
}

const PAGE = join(WORKING_COPY, 'docs', 'game-day.md');
const [BEGIN, END] = ['<!-- begin of the table -->', '<!-- end of the table -->'];
const wall = (seconds: number): string => (seconds === Infinity ? '**not**' : `${seconds.toFixed(1)} s`);

const lineOf = ({ what, alert, severity, withinS, firedS, others, unrelated, clearedS }: Row): string =>
  `| ${what} | [${alert}](runbooks/${alert}.md) (${severity}) | ${withinS} s | ${wall(firedS)} | ${[...others, ...unrelated.map((name) => `**${name}**`)].join(', ') || 'none'} | ${wall(clearedS)} |`;

/** Puts the table of a whole run into docs/game-day.md, in bold what went wrong. */
export function writeTable(rows: readonly Row[], begun: number, minutes: number): void {
  const text = readFileSync(PAGE, 'utf8');
  const table = [`${rows.length === begun ? begun : `${rows.length} of ${begun}`} faults in ${minutes.toFixed(1)} minutes.`, '', '| fault | alert | allowed | fires after | others that page with it | clears after |', '|---|---|---|---|---|---|', ...rows.map(lineOf)].join('\n');
  writeFileSync(PAGE, `${text.slice(0, text.indexOf(BEGIN) + BEGIN.length)}\n\n${table}\n\n${text.slice(text.indexOf(END))}`);
}
