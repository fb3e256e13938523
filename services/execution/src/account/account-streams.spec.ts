import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { PaperDesk } from '../paper-desk.fixtures.js';

describe('the stream of an account at the venue', () => {
  it('is named as a concern while it is away, and no longer once it is back', async () => {
    const concerns: (readonly [string, string | undefined])[] = [];
    const desk = new PaperDesk({ concern: (check, detail) => concerns.push([check, detail]) });
    await desk.start();
    try {
      desk.venue.pull();
      desk.venue.plugIn();
      await desk.run(1_000);
      expect(concerns.filter(([check]) => check === 'account-streams').slice(-2)).toEqual([['account-streams', 'account1 DOWN: the test'], ['account-streams', undefined]]);
    } finally {
      await desk.stop();
    }
  });
});
