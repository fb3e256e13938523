import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalBook } from './local-book.js';

const x18 = (value: number): string => `${Math.round(value * 1000)}${'0'.repeat(15)}`;
const snapshot = (timestamp: number, bids: readonly [number, number][], asks: readonly [number, number][]): Record<string, unknown> => ({ timestamp: String(timestamp), bids: bids.map((level) => level.map(x18)), asks: asks.map((level) => level.map(x18)) });
const delta = (last: number, max: number, bids: readonly [number, number][], asks: readonly [number, number][] = []): Record<string, unknown> => ({ last_max_timestamp: String(last), min_timestamp: String(max), max_timestamp: String(max), bids: bids.map((level) => level.map(x18)), asks: asks.map((level) => level.map(x18)) });
const shown = (book: LocalBook): string[][] => {
  const { bids, asks } = book.state();
  return [bids, asks].map((side) => side.map((level) => `${level.price.toFixed()}x${level.quantity.toFixed()}`));
};

describe('the local book (venues.md §1.7)', () => {
  it('queues what comes before the snapshot and applies what the snapshot does not hold yet', () => {
    const book = new LocalBook('ETH-PERP', 20);
    expect([book.onEvent(delta(90, 100, [[10, 5]])), book.onEvent(delta(100, 150, [[10, 7]]))]).toEqual(['QUEUED', 'QUEUED']);
    expect(book.onSnapshot(snapshot(120, [[10, 5]], [[11, 1]]))).toBe(true);
    expect(shown(book)).toEqual([['10x7'], ['11x1']]);
  });

  it('adds, replaces and removes levels, best first on both sides', () => {
    const book = new LocalBook('ETH-PERP', 2);
    book.onSnapshot(snapshot(100, [[9, 1], [10, 1]], [[12, 1], [11, 1]]));
    expect(book.onEvent(delta(100, 150, [[10, 0], [9.5, 2], [9, 3], [8, 1]], [[11.5, 4]]))).toBe('CHANGED');
    expect(shown(book)).toEqual([['9.5x2', '9x3'], ['11x1', '11.5x4']]);
  });

  it('ignores an event that it has already seen', () => {
    const book = new LocalBook('ETH-PERP', 20);
    book.onSnapshot(snapshot(100, [[10, 1]], [[11, 1]]));
    expect([book.onEvent(delta(50, 100, [[10, 9]])), shown(book)]).toEqual(['IGNORED', [['10x1'], ['11x1']]]);
  });

  it('sees a hole, waits for a snapshot, and is whole again with it', () => {
    const book = new LocalBook('ETH-PERP', 20);
    book.onSnapshot(snapshot(100, [[10, 1]], [[11, 1]]));
    expect(book.onEvent(delta(100, 150, [[10, 2]]))).toBe('CHANGED');
    expect([book.onEvent(delta(200, 250, [[10, 4]])), book.synced]).toEqual(['GAP', false]);
    expect(book.onEvent(delta(250, 300, [[10, 5]]))).toBe('QUEUED');
    expect([book.onSnapshot(snapshot(260, [[10, 4]], [[11, 1]])), shown(book)]).toEqual([true, [['10x5'], ['11x1']]]);
  });

  it('asks for another snapshot where the queue does not follow on from this one', () => {
    const book = new LocalBook('ETH-PERP', 20);
    book.onEvent(delta(200, 250, [[10, 4]]));
    expect([book.onSnapshot(snapshot(100, [[10, 1]], [])), book.synced]).toEqual([false, false]);
    expect([book.onSnapshot(snapshot(210, [[10, 1]], [])), shown(book)]).toEqual([true, [['10x4'], []]]);
  });

  it('numbers its states without repeats, also over a reset', () => {
    const book = new LocalBook('ETH-PERP', 20);
    book.onSnapshot(snapshot(100, [[10, 1]], []));
    const first = book.state().sequence;
    book.reset();
    book.onSnapshot(snapshot(200, [[10, 1]], []));
    expect(book.state().sequence).toBe(first + 1);
  });

  it('names the field that it cannot read', () => {
    const book = new LocalBook('ETH-PERP', 20);
    book.onSnapshot(snapshot(100, [[10, 1]], []));
    expect(() => book.onEvent({ ...delta(100, 150, []), bids: [['1.5', '1']] })).toThrow('bids.price: found "1.5"');
    expect(() => book.onEvent({ ...delta(100, 150, []), max_timestamp: 'soon' })).toThrow('max_timestamp: found "soon"');
  });

  it('holds whatever deltas say, from any snapshot on the way (same end as applying all)', () => {
    const change = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 }), { minLength: 1, maxLength: 12 }), fc.nat(), (deltas, pick) => {
        const all = new LocalBook('X', 20);
        all.onSnapshot(snapshot(100, [], []));
        const late = new LocalBook('X', 20);
        const at = pick % deltas.length;
        deltas.forEach((levels, index) => {
          const event = delta(100 + index, 101 + index, levels);
          all.onEvent(event);
          late.onEvent(event);
          if (index === at) late.onSnapshot({ timestamp: String(101 + index), bids: all.state().bids.map((level) => [level.price.times('1e18').toFixed(), level.quantity.times('1e18').toFixed()]), asks: [] });
        });
        expect(shown(late)).toEqual(shown(all));
      }),
    );
  });
});
