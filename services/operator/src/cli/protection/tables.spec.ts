import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tablesOf } from './tables.js';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const DATA = process.env['BALLAST_DATA'] ?? join(ROOT, '../shared/data');
const PAGE = readFileSync(join(ROOT, 'docs/protection.md'), 'utf8');
const SIMULATED = PAGE.slice(PAGE.indexOf('<!-- simulated: begin -->'), PAGE.indexOf('<!-- simulated: end -->'));

/** Six positions in five ways take a second or more by steps of a second; those that jump are quick. One of each is made anew. */
const MADE_ANEW = [/^### ETH 2025-10-10, one jump .* margin$/, /^### SOL 2025-10-10, 1 s steps, .* notional$/, /^### SOL 2025-02-03, one jump .* notional$/];

describe.runIf(existsSync(DATA))('the page of protection shows what the simulation says today', () => {
  const tables = tablesOf({ data: join(DATA, 'candles'), funding: join(DATA, 'funding') });

  it('every table that the command makes is on the page, in its order, and no other', () => {
    expect(tables).toHaveLength(16);
    expect([...SIMULATED.matchAll(/^### .*$/gm)].map(([title]) => title)).toEqual(tables.map(({ title }) => title));
  });

  it.each(MADE_ANEW)('the table that is made anew is there line by line: %s', (title) => {
    const [table, ...others] = tables.filter((each) => title.test(each.title));
    expect(others).toEqual([]);
    expect(SIMULATED).toContain(table!.lines().join('\n'));
  }, 60_000);
});
