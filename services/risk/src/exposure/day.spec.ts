import { describe, expect, it } from 'vitest';
import { dayBefore, dayOf } from './day.js';

const at = (time: string): number => Date.parse(`${time}Z`);

describe('the day of a market time (C-25)', () => {
  it.each([['2025-09-04T00:00:00.000', 0, '2025-09-04'], ['2025-09-03T23:59:59.999', 0, '2025-09-03'], ['2025-09-04T08:00:00.000', 8 * 3_600_000, '2025-09-04'], ['2025-09-04T07:59:59.999', 8 * 3_600_000, '2025-09-03'], ['2025-09-03T20:00:00.000', -4 * 3_600_000, '2025-09-04']])('of %s, shifted by %d ms, is %s', (time, boundaryMs, day) => {
    expect(dayOf(at(time), boundaryMs)).toBe(day);
  });

  it.each([['2025-09-04', '2025-09-03'], ['2025-03-01', '2025-02-28'], ['2024-03-01', '2024-02-29'], ['2026-01-01', '2025-12-31'], ['', ''], ['no day', '']])('has before %j the day %j', (day, before) => {
    expect(dayBefore(day)).toBe(before);
  });
});
