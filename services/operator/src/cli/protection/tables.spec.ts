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

/** A simulation's row: who it is of, and what came of it with each of the settings. */
interface Row {
  readonly day: string;
  readonly coin: string;
  readonly way: string;
  readonly side: string;
  readonly leverage: string;
  readonly without: string;
  readonly urgent: string;
  readonly reduce: string;
}

const rowsOf = (page: string): readonly Row[] => page.split('### ').slice(1).flatMap((table) => {
  const [, coin = '', day = '', way = ''] = /^(\w+) (\S+), (.*)/.exec(table) ?? [];
  return [...table.matchAll(/^\| (LONG|SHORT) .*$/gm)].map(([line]): Row => {
    const [side = '', leverage = '', , , without = '', , , urgent = '', reduce = ''] = line.slice(2).split(' | ');
    return { day, coin, way, side, leverage, without, urgent, reduce };
  });
});
const resultOf = (cell: string): string => /[+-]\$[\d,]+/.exec(cell)?.[0] ?? '';
const dollars = (cell: string): number => Number(resultOf(cell).replace(/[$,]/g, ''));

describe('what the page tells of its tables', () => {
  const rows = rowsOf(SIMULATED);
  const sold = rows.filter(({ reduce }) => reduce.includes('kept'));

  it('that `reduce` lost more than no protection wherever it sold, and how much was kept, is what they say', () => {
    expect(rows).toHaveLength(96);
    expect(sold.filter(({ without, reduce }) => dollars(reduce) >= dollars(without))).toEqual([]);
    expect(PAGE).toContain(`in each of the ${sold.length} rows in which it sold`);
    expect(PAGE).toContain(`it lost in ${sold.filter(({ urgent, reduce }) => dollars(reduce) > dollars(urgent)).length} of them`);
    const told = (day: string, isOver: boolean): readonly string[] => sold.filter((row) => row.day === day && row.way.startsWith('1 s') && row.reduce.startsWith('liquidated') === isOver)
      .map(({ coin, leverage, reduce, without }) => `${coin} at ${leverage} (${/[^;]* kept/.exec(reduce)?.[0].trim() ?? ''}, ${resultOf(reduce)} instead of ${resultOf(without)})`);
    expect([told('2025-02-03', true), told('2025-10-10', false)]).toEqual([[], []]);
    expect(PAGE).toContain(`with a cap of half of the initial margin, ${told('2025-02-03', false).join(', ')}.`);
    expect(PAGE).toContain(`liquidated all the same: ${told('2025-10-10', true).join(', ')}.`);
  });

  it('that shorts show nothing is so: none of their rows used a dollar', () => {
    const shorts = rows.filter(({ side }) => side === 'SHORT');
    expect(shorts.filter(({ without, urgent, reduce }) => !without.startsWith('survives') || !urgent.includes('used $0,') || !reduce.includes('used $0,'))).toEqual([]);
    expect(PAGE).toContain(`**The ${shorts.length} rows of shorts show nothing of protection.**`);
  });
});
