import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beaten, decodeTable, emptyTable, encodeTable, given, type LeaseTable, LifeSigns, shareOf, surplusOf, unitsOf, without } from './lease-table.js';

/** The next sign of life of this replica. */
const beat = (table: LeaseTable, replica: string, dead: readonly string[]): LeaseTable => beaten(table, replica, { beat: (table.replicas[replica] ?? 0) + 1, dead });

const REPLICAS = ['a', 'b', 'c', 'd', 'e'] as const;
/** A sign of life of each, twice round: whoever has too much gives it up in between. */
const settled = (table: LeaseTable, alive: readonly string[]): LeaseTable => {
  let now = table;
  for (let round = 0; round < 3; round += 1) for (const id of alive) now = given(beat(now, id, []), id, surplusOf(beat(now, id, []), id));
  return now;
};
const counts = (table: LeaseTable, ids: readonly string[]): readonly number[] => ids.map((id) => unitsOf(table, id).length).sort();

describe('a lease table', () => {
  it('gives each of the living as much as the others, whoever came and went before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.subarray([...REPLICAS], { minLength: 1 }), { minLength: 1, maxLength: 6 }), (units, crews) => {
        let table = emptyTable(units);
        for (const crew of crews) {
          const gone = REPLICAS.filter((id) => !crew.includes(id));
          table = settled(without(table, gone), crew);
          expect(table.owners.filter((owner) => owner === ''), 'nothing is free').toEqual([]);
          const each = counts(table, crew);
          expect((each.at(-1) ?? 0) - (each[0] ?? 0), `${each.join()} is even`).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('moves nothing once it is even', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.subarray([...REPLICAS], { minLength: 1 }), (units, crew) => {
        const table = settled(emptyTable(units), crew);
        expect(settled(table, crew).owners).toEqual(table.owners);
      }),
    );
  });

  it('lets those that start together divide before any of them takes', () => {
    const both = beat(beat(emptyTable(8), 'a', []), 'b', []);
    expect(both.owners.every((owner) => owner === '')).toBe(true);
    const table = beat(beat(both, 'a', []), 'b', []);
    expect([unitsOf(table, 'a'), unitsOf(table, 'b')]).toEqual([[0, 1, 2, 3], [4, 5, 6, 7]]);
  });

  it('gives what a dead replica owned to who finds it dead, and what one left to who comes next', () => {
    const table = settled(emptyTable(8), ['a', 'b']);
    expect(unitsOf(beat(table, 'a', ['b']), 'a').length).toBe(8);
    expect(beat(table, 'a', ['b']).replicas).not.toHaveProperty('b');
    expect(unitsOf(beat(without(table, ['b']), 'a', []), 'a').length).toBe(8);
  });

  it('lets one lead where there is one unit, and the others stand by', () => {
    const table = settled(emptyTable(1), ['a', 'b', 'c']);
    expect([shareOf(table, 'a'), shareOf(table, 'b'), shareOf(table, 'c')].sort()).toEqual([0, 0, 1]);
  });

  it('reads back what was written, and says what it found where that is no table of as many units', () => {
    const table = settled(emptyTable(8), ['a', 'b']);
    expect(decodeTable(encodeTable(table), 8)).toEqual(table);
    expect(() => decodeTable(encodeTable(table), 1)).toThrow('allowed is { replicas, owners } with 1 owners');
    expect(() => decodeTable(new TextEncoder().encode('null'), 8)).toThrow('found null');
  });
});

describe('signs of life', () => {
  const table = (beats: number): LeaseTable => ({ replicas: { a: beats }, owners: ['a'] });

  it('are missed by the watcher\'s own clock, and only where it has seen no new one for the whole time', () => {
    const signs = new LifeSigns();
    expect(signs.dead(table(1), 9_000, 4_000), 'never seen before').toEqual([]);
    signs.see(table(1), 9_000);
    signs.see(table(1), 11_000);
    expect(signs.dead(table(1), 12_999, 4_000)).toEqual([]);
    expect(signs.dead(table(1), 13_000, 4_000)).toEqual(['a']);
    expect(signs.dead(table(2), 13_000, 4_000), 'it lives').toEqual([]);
    expect(signs.dead(table(0), 13_000, 4_000), 'it was started anew').toEqual([]);
  });

  it('are counted anew by who could not look', () => {
    const signs = new LifeSigns();
    signs.see(table(1), 0);
    signs.forget();
    signs.see(table(1), 10_000);
    expect(signs.dead(table(1), 13_999, 4_000)).toEqual([]);
    expect(signs.dead(table(1), 14_000, 4_000)).toEqual(['a']);
  });
});
