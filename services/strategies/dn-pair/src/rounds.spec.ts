import { money } from '@ballast/domain';
import type { Outcome } from '@ballast/strategy';
import { describe, expect, it } from 'vitest';
import { afterOutcome, costOfDay, mayTryEntry, NO_ROUNDS, type Rounds } from './rounds.js';

const DAY_MS = 86_400_000;
type Closed = Extract<Outcome['event'], { readonly type: 'TradeClosed' }>;

const closed = (rounds: Rounds, tradeId: string, at: number, result: string, outcome: Closed['outcome'] = 'COMPLETED'): Rounds =>
  afterOutcome(rounds, { at, tradeId, purpose: 'EXIT', event: { type: 'TradeClosed', outcome, realisedPnl: money(result), fees: money('1') } as Closed });

describe('The rounds of a pair bot', () => {
  it('count a trade once that a late fill has reopened, with the result that it told last', () => {
    const reopened = closed(closed(NO_ROUNDS, 'trade1', 1_000, '-5'), 'trade1', 2_000, '-5.5');
    expect([reopened.completed, reopened.dayResult.toString(), reopened.endedAt]).toEqual([1, '-6.5', 2_000]);
  });

  it('do not count a trade as completed that ended as something else after all', () => {
    expect(closed(closed(NO_ROUNDS, 'trade1', 1_000, '-5'), 'trade1', 2_000, '-7', 'UNWOUND').completed).toBe(0);
  });

  it('count every trade by itself, and a second end also where others ended between', () => {
    const rounds = closed(closed(closed(NO_ROUNDS, 'trade1', 1_000, '-5'), 'trade2', 2_000, '-3'), 'trade1', 3_000, '-6');
    expect([rounds.completed, costOfDay(rounds, 3_000).toString()]).toEqual([2, '11']);
  });

  it('cost the new day what a reopened trade lost on it, and no more', () => {
    const rounds = closed(closed(NO_ROUNDS, 'trade1', DAY_MS - 1, '-5'), 'trade1', DAY_MS + 1, '-5.5');
    expect(costOfDay(rounds, DAY_MS + 1).toString()).toBe('0.5');
  });

  it('remember the newest trades only', () => {
    const rounds = Array.from({ length: 50 }, (_, nth) => `trade${nth}`).reduce((so, tradeId) => closed(so, tradeId, 1_000, '-1'), NO_ROUNDS);
    expect([rounds.completed, rounds.counted.length]).toEqual([50, 20]);
  });
});

describe('An entry that waits for its books (R39)', () => {
  it.each([[0, 1_000], [500, 1_000], [10_000, 10_000]])('is given up after its time limit with a sleep of %i ms, and tried again %i ms later', (sleepMs, pause) => {
    const may = (now: number): boolean => mayTryEntry(NO_ROUNDS, { runningSince: 0, sleepMs, booksReadyTimeoutMs: 10_000 }, now);
    expect([may(0), may(9_999), may(10_000), may(10_000 + pause - 1), may(10_000 + pause)]).toEqual([true, true, false, false, true]);
  });

  it('follows a round at once where the bot does not sleep', () => {
    const rounds = closed(NO_ROUNDS, 'trade1', 5_000, '-1');
    expect(mayTryEntry(rounds, { runningSince: 0, sleepMs: 0, booksReadyTimeoutMs: 10_000 }, 5_000)).toBe(true);
  });
});
