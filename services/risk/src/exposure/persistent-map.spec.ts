import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drop, entries, filtered, get, has, type PersistentMap, put } from './persistent-map.js';

const key = fc.oneof(fc.integer({ min: 0, max: 30 }).map((number) => `k${number}`), fc.constantFrom('constructor', '__proto__', 'toString'));
const change = fc.record({ key, value: fc.option(fc.integer(), { nil: undefined }) });

const pathOf = (name: string): string => {
  const [[first, upper] = ['', {}]] = Object.entries(put({}, name, 1));
  const [[second, lower] = ['', {}]] = Object.entries(upper);
  return `${first}${second}${Object.keys(lower).join()}`;
};

describe('the map that shares what did not change', () => {
  it('holds what a Map holds, and leaves every earlier copy as it was', () => {
    fc.assert(fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const model = new Map<string, number>();
      let map: PersistentMap<number> = {};
      const copies: (readonly [PersistentMap<number>, ReadonlyMap<string, number>])[] = [];
      for (const { key: at, value } of changes) {
        copies.push([map, new Map(model)]);
        map = value === undefined ? drop(map, at) : put(map, at, value);
        if (value === undefined) model.delete(at);
        else model.set(at, value);
      }
      for (const [copy, then] of [...copies, [map, model] as const]) {
        expect(new Map(entries(copy))).toEqual(new Map(then));
        for (const name of ['k1', 'constructor', 'absent']) expect([get(copy, name), has(copy, name)]).toEqual([then.get(name), then.has(name)]);
      }
    }), { numRuns: 200 });
  });

  it('is empty again when its last key has gone, and keeps only what is to stay', () => {
    expect(drop(put({}, 'a', 1), 'a')).toEqual({});
    const map = put(put({}, 'a', 1), 'b', 2);
    expect(drop(map, 'c')).toBe(map);
    expect(new Map(entries(filtered(map, (value) => value > 1)))).toEqual(new Map([['b', 2]]));
  });

  it('lays its keys out as it always has: a snapshot holds the layout', () => {
    expect(['', 'a', 'trade-1', 'trade-2', 'plan-1', 'constructor', 'SOL-PERP'].map((name) => `${name} ${pathOf(name)}`)).toMatchInlineSnapshot(`
      [
        " c8d",
        "a 90a",
        "trade-1 dd9",
        "trade-2 c67",
        "plan-1 429",
        "constructor a64",
        "SOL-PERP 5a2",
      ]
    `);
  });

  it('knows no key that it was not given, also in a bucket that others are in', () => {
    const [[built, sameBucket], [absent, beside]] = [['constructor', 'trade-312'], ['trade-11830', 'trade-1']] as const;
    const map = put(put({}, sameBucket, 1), beside, 2);
    expect([pathOf(built) === pathOf(sameBucket), pathOf(absent) === pathOf(beside)]).toEqual([true, true]);
    for (const name of [built, absent]) expect([get(map, name), has(map, name), drop(map, name) === map]).toEqual([undefined, false, true]);
    expect(get(drop(put(map, absent, 3), beside), absent)).toBe(3);
  });

  it('spreads ten thousand keys so that no bucket holds many', () => {
    const map = Array.from({ length: 10_000 }, (_, index) => `trade-${index}`).reduce<PersistentMap<number>>((all, name) => put(all, name, 1), {});
    const sizes = Object.values(map).flatMap((upper) => Object.values(upper).flatMap((lower) => Object.values(lower).map((bucket) => Object.keys(bucket).length)));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(10_000);
    expect(Math.max(...sizes)).toBeLessThan(20);
  });
});
