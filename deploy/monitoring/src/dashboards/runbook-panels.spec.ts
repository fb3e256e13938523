import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BOARDS } from './boards.js';

const FOLDER = fileURLToPath(new URL('../../../../docs/runbooks/', import.meta.url));
const RUNBOOKS = readdirSync(FOLDER).filter((file) => file !== 'README.md');
const PANELS = new Map(BOARDS.map(({ title, rows }) => [title.replace('Ballast: ', ''), rows.flatMap(({ panels }) => panels.map((panel) => panel.title))]));

/** Names in italics that are neither a dashboard nor a panel of a dashboard named in the same line. */
function missingIn(line: string): readonly string[] {
  const named = [...line.matchAll(/(?<!\*)\*([^*]+)\*(?!\*)/g)].map(([, name = '']) => name);
  const panels = named.flatMap((name) => PANELS.get(name) ?? []);
  return named.filter((name) => !PANELS.has(name) && !panels.includes(name));
}

describe('the panels that runbooks send people to', () => {
  it.each(RUNBOOKS)('are on the dashboards that %s names', (file) => {
    expect(readFileSync(`${FOLDER}${file}`, 'utf8').split('\n').flatMap(missingIn)).toEqual([]);
  });

  it('would be found missing: of no dashboard, or of another one', () => {
    expect(missingIn('Dashboard *trading overview*: *Slippage*, *Maker share*')).toEqual(['Slippage']);
    expect(missingIn('*Maker share*')).toEqual(['Maker share']);
    expect(missingIn('Dashboard *services and SLOs*: *Maker share*')).toEqual(['Maker share']);
  });
});
