import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Recorded } from '@ballast/bus';
import { type HistoryRow, ProtectionHistory } from './history.projection.js';

/** Something happens to the bot at this place of the log. */
const happens = (history: ProtectionHistory, sequence: number, index = 0, botId = 'b1'): void =>
  history.apply({ event: { type: 'ProtectionUnpaused', botId, by: 'test', reason: 'x' }, index, decision: { sequence, occurredAt: sequence } } as Recorded);
const placesOf = (rows: readonly HistoryRow[]): readonly string[] => rows.map(({ id }) => id);

describe('the history of a protection (R88)', () => {
  it('is told newest first, a page at a time, and says whether there is more', () => {
    const history = new ProtectionHistory();
    for (const sequence of [3, 9, 10, 100]) happens(history, sequence);
    happens(history, 100, 1);
    happens(history, 101, 0, 'another');
    expect(history.page('b1', 5)).toMatchObject({ rows: [{ id: '100.1' }, { id: '100.0' }, { id: '10.0' }, { id: '9.0' }, { id: '3.0' }] });
    expect(history.page('b1', 5)).not.toHaveProperty('next');
    expect(history.page('b1', 2)).toMatchObject({ next: '100.0' });
    expect(placesOf(history.page('b1', 2, '100.0').rows)).toEqual(['10.0', '9.0']);
    expect([history.page('b1', 2, '9.0'), history.page('b1', 2, '3.0'), history.page('nosuch', 2)]).toEqual([{ rows: [expect.objectContaining({ id: '3.0' })] }, { rows: [] }, { rows: [] }]);
  });

  it('goes on from a place that is no row of it, or none any more', () => {
    const history = new ProtectionHistory();
    for (let sequence = 1; sequence <= 1_200; sequence += 1) happens(history, 2 * sequence);
    expect(placesOf(history.page('b1', 2, '2399.0').rows)).toEqual(['2398.0', '2396.0']);
    expect(history.page('b1', 2, '400.0')).toEqual({ rows: [] });
    expect(history.page('b1', 2, '402.0')).toEqual({ rows: [] });
    expect(placesOf(history.page('b1', 1, '99999.0').rows)).toEqual(['2400.0']);
  });

  it('shows each row that there was at the first page once, in order, whatever comes in between two pages', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 7 }), fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 50 }), (count, limit, appends) => {
      const history = new ProtectionHistory();
      let sequence = 0;
      for (let nth = 0; nth < count; nth += 1) happens(history, (sequence += 1));
      const seen: string[] = [];
      let page = history.page('b1', limit);
      for (let turn = 0; ; turn += 1) {
        seen.push(...placesOf(page.rows));
        if (page.next === undefined) break;
        for (let nth = 0; nth < (appends[turn] ?? 0); nth += 1) happens(history, (sequence += 1));
        page = history.page('b1', limit, page.next);
      }
      expect(seen).toEqual(Array.from({ length: count }, (_, nth) => `${count - nth}.0`));
    }));
  });
});
