import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beaten, emptyTable, given, type LeaseTable, surplusOf, unitsOf, without } from './lease-table.js';
import { setsAhead } from './sets-ahead.js';

const settled = (table: LeaseTable, order: readonly string[]): LeaseTable => {
  let now = table;
  for (let round = 0; round < 4; round += 1) {
    for (const id of order) {
      now = beaten(now, id, { beat: (now.replicas[id] ?? 0) + 1, dead: [] });
      now = given(now, id, surplusOf(now, id));
    }
  }
  return now;
};
const texts = (table: LeaseTable): readonly string[] => setsAhead(table).map((units) => units.join(''));

describe('the sets of partitions that a replica may come to own', () => {
  it('are all of them and either half where two replicas share, with what a death leaves first', () => {
    const sets = texts(settled(emptyTable(8), ['a', 'b']));
    expect(sets[0]).toBe('01234567');
    expect(sets).toEqual(expect.arrayContaining(['0123', '4567']));
  });

  it('are all of them where one replica is alone, and what it keeps and gives when another comes', () => {
    expect(texts(settled(emptyTable(8), ['a']))).toEqual(['01234567', '0123', '4567']);
  });

  it('are all of them where nobody is there yet: the first that comes takes them', () => {
    expect(texts(emptyTable(8))).toEqual(['01234567']);
  });

  it('hold what each owns after any one of them is gone, has come or was replaced, whoever is first to look', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 1 }), fc.nat(), fc.constantFrom('gone', 'come', 'replaced'), (units, crew, pick, change) => {
        const table = settled(emptyTable(units), crew);
        const gone = crew[pick % crew.length] ?? '';
        const left = crew.filter((id) => id !== gone);
        const rotated = (ids: readonly string[]): readonly string[] => [...ids.slice(pick % (ids.length || 1)), ...ids.slice(0, pick % (ids.length || 1))];
        const bereft = change === 'come' ? table : settled(without(table, [gone]), rotated(left));
        const now = change === 'gone' ? bereft : settled(bereft, rotated([...(change === 'come' ? crew : left), 'new']));
        const known = texts(table);
        for (const id of Object.keys(now.replicas)) if (unitsOf(now, id).length > 0) expect(known).toContain(unitsOf(now, id).join(''));
      }),
    );
  });
});
