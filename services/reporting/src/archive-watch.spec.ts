import { describe, expect, it } from 'vitest';
import { archiveAge } from './archive-watch.service.js';

const HOUR_MS = 3_600_000;
const BEGAN = 100 * HOUR_MS;

describe('the age of the archive', () => {
  it('is the time since it was last written, whenever the process began', () => {
    expect(archiveAge(BEGAN - 30 * HOUR_MS, BEGAN, BEGAN + HOUR_MS)).toBe(31 * 3_600);
  });

  it('is without end where none was ever written, an hour after each start: restarts do not make it young', () => {
    expect(archiveAge(undefined, BEGAN, BEGAN + HOUR_MS - 1_000)).toBe(3_599);
    expect(archiveAge(undefined, BEGAN, BEGAN + HOUR_MS)).toBe(Infinity);
  });

  it('is not below 0 where clocks differ', () => {
    expect(archiveAge(BEGAN + 1_000, BEGAN, BEGAN)).toBe(0);
  });
});
