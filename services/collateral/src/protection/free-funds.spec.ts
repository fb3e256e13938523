import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money } from '@ballast/domain';
import { FreeFunds } from './free-funds.js';

const free = (funds: FreeFunds): string | undefined => funds.available('p')?.toString();

describe('what a wallet can still give', () => {
  it('is not known before it was read, and is each portfolio\'s own', () => {
    const funds = new FreeFunds();
    expect(free(funds)).toBeUndefined();
    funds.read('q', money('7'), funds.begin());
    expect([free(funds), funds.available('q')?.toString()]).toEqual([undefined, '7']);
  });

  it('is less by what a transfer was decided on, until that was refused', () => {
    const funds = new FreeFunds();
    funds.read('p', money('100'), funds.begin());
    funds.claim('p', 't1', money('60'));
    expect(free(funds)).toBe('40');
    funds.read('p', money('100'), funds.begin());
    expect(free(funds)).toBe('40');
    funds.release('p', 't1');
    expect(free(funds)).toBe('100');
  });

  it('counts what has left once: a reading that was under way when it left does not hold it yet', () => {
    const funds = new FreeFunds();
    funds.read('p', money('100'), funds.begin());
    funds.claim('p', 't1', money('60'));
    const before = funds.begin();
    funds.spend('p', 't1');
    funds.read('p', money('100'), before);
    expect(free(funds)).toBe('40');
    funds.read('p', money('40'), funds.begin());
    expect(free(funds)).toBe('40');
  });

  it('is by the latest question, in whatever order the answers come', () => {
    const funds = new FreeFunds();
    const [first, second] = [funds.begin(), funds.begin()];
    funds.read('p', money('10'), second);
    funds.read('p', money('90'), first);
    expect(free(funds)).toBe('10');
  });

  it('lends what is in doubt to nobody but its own bot, whose next transfer decides it', () => {
    const funds = new FreeFunds();
    funds.read('p', money('100'), funds.begin());
    funds.claim('p', 'doubt', money('60'));
    expect([funds.available('p'), funds.available('p', ['doubt']), funds.available('p', ['other'])].map(String)).toEqual(['40', '100', '40']);
  });

  it('is never more than what the wallet holds less what is on its way, and never negative, in any order of claims, moves and readings', () => {
    const action = fc.oneof(
      fc.record({ act: fc.constant('claim' as const), amount: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ act: fc.constantFrom('move' as const, 'settle' as const, 'refuse' as const, 'ask' as const, 'answer' as const), amount: fc.constant(0) }),
    );
    fc.assert(fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const funds = new FreeFunds();
      funds.read('p', money('200'), funds.begin());
      let [holds, claims] = [200, 0];
      const [open, moved, answers]: [{ id: string; amount: number }[], string[], { turn: number; holds: number }[]] = [[], [], []];
      for (const { act, amount } of actions) {
        const [first] = open;
        if (act === 'claim' && funds.available('p')?.gte(amount)) {
          claims += 1;
          open.push({ id: `t${claims}`, amount });
          funds.claim('p', `t${claims}`, money(String(amount)));
        } else if (act === 'move' && first) {
          // It leaves the wallet at the venue; that it has is told later.
          holds -= first.amount;
          moved.push(first.id);
          open.shift();
        } else if (act === 'settle') {
          const id = moved.shift();
          if (id !== undefined) funds.spend('p', id);
        } else if (act === 'refuse' && first) {
          open.shift();
          funds.release('p', first.id);
        } else if (act === 'ask') answers.push({ turn: funds.begin(), holds });
        else if (act === 'answer') {
          const answer = answers.shift();
          if (answer) funds.read('p', money(String(answer.holds)), answer.turn);
        }
        const onTheWay = open.reduce((sum, each) => sum + each.amount, 0);
        expect(funds.available('p')?.lte(Math.max(0, holds - onTheWay))).toBe(true);
        expect(funds.available('p')?.gte(0)).toBe(true);
      }
    }), { seed: 4, numRuns: 300 });
  });
});
