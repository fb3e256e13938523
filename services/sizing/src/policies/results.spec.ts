import fc from 'fast-check';
import { type Decimal, money, notional, ratio } from '@ballast/domain';
import { EMPTY_TALLY, type Streak, type Tally } from '@ballast/performance';
import { describe, expect, it } from 'vitest';
import { equityMargins, equityShare, temperOf } from './equity-percent.js';
import { kellyFound, provenKelly } from './kelly.js';
import { legMaxOfMargin } from './margin.js';

const text = (value: Decimal | undefined): string => value?.toString() ?? 'none';
const EQUITY = { baseRatio: ratio('0.1'), hotFactor: ratio('1.25'), coldFactor: ratio('0.75'), capRatio: ratio('0.15'), hotWins: 5, coldLosses: 2 };
const KELLY = { fraction: ratio('0.3'), baseNotional: notional('40'), tradesMin: 30 };
const wins = (length: number): Streak => ({ kind: 'WINS', length });
const losses = (length: number): Streak => ({ kind: 'LOSSES', length });
const NONE: Streak = { kind: 'NONE', length: 0 };
/** Each win brought `win`, each loss took `loss`. */
const tally = (won: number, lost: number, win = '1', loss = '1'): Tally => ({ ...EMPTY_TALLY, trades: won + lost, wins: won, losses: lost, won: money(money(win).times(won).toString()), lost: money(money(loss).times(lost).toString()) });
const shareOf = (found: ReturnType<typeof kellyFound>): string => ('share' in found ? text(found.share) : `base ${text(found.base)}`);

describe('a share of equity as margin (R101)', () => {
  it.each<[Streak, string, string]>([[NONE, 'even', '0.1'], [wins(4), 'even', '0.1'], [wins(5), 'hot', '0.125'], [wins(50), 'hot', '0.125'], [losses(1), 'even', '0.1'], [losses(2), 'cold', '0.075'], [losses(9), 'cold', '0.075']])('after %o is %s: %s (C-49)', (streak, temper, share) => {
    expect([temperOf(streak, EQUITY), text(equityShare(streak, EQUITY))]).toEqual([temper, share]);
  });

  it('of $200 is $20, $25 hot and $15 cold, which carry $100, $125 and $75 at 5x', () => {
    const margins = [NONE, wins(5), losses(2)].map((streak) => equityMargins(money('200'), streak, EQUITY));
    expect(margins.map(({ byStreak }) => text(byStreak))).toEqual(['20', '25', '15']);
    expect(margins.map(({ byStreak }) => text(legMaxOfMargin(byStreak, [ratio('5')])))).toEqual(['100', '125', '75']);
  });

  it('is capped at 15 % of margin committed: $40 of $200 passes at 5x, and shrinks to $30 at a venue of 1x (C-40)', () => {
    const { cap } = equityMargins(money('200'), NONE, EQUITY);
    expect([cap, legMaxOfMargin(cap, [ratio('5')]), legMaxOfMargin(cap, [ratio('1')])].map(text)).toEqual(['30', '150', '30']);
  });

  it('compounds: it follows the equity up and down', () => {
    expect(['225', '260', '300', '150'].map((equity) => text(equityMargins(money(equity), NONE, EQUITY).byStreak))).toEqual(['22.5', '26', '30', '15']);
  });
});

describe('a fraction of Kelly on what is proven (R94, C-38)', () => {
  it('counts 13 of 14 as 68.5 %, so f* is 0.371 at even payoff and 0.30 of it 11.1 % of equity', () => {
    expect(provenKelly(tally(13, 1))?.toFixed(3)).toBe('0.371');
    expect(provenKelly(tally(13, 1))?.times('0.3').toFixed(3)).toBe('0.111');
  });

  it('leaves the base size until 30 trades are known (W-3)', () => {
    expect([shareOf(kellyFound(tally(0, 0), KELLY)), shareOf(kellyFound(tally(28, 1), KELLY))]).toEqual(['base 40', 'base 40']);
    expect(shareOf(kellyFound(tally(28, 2), KELLY))).not.toContain('base');
    expect(kellyFound(tally(28, 1), KELLY).told).toBe('base size 40 until 30 trades are known, 29 are');
  });

  it('takes R as mean win over mean loss (C-49): f* = W - (1 - W) / R', () => {
    const half = (win: string, loss: string) => provenKelly(tally(20, 20, win, loss))!;
    const low = half('1', '1').plus(1).div(2);
    expect(half('2', '1').toFixed(10)).toBe(low.minus(low.negated().plus(1).div(2)).toFixed(10));
    expect(half('1', '2').lt(half('1', '1'))).toBe(true);
  });

  it('sizes to zero where no edge is proven, and says so', () => {
    const found = kellyFound(tally(16, 14), KELLY);
    expect(shareOf(found)).toBe('0');
    expect(found.told).toMatch(/^0.3 of f\* -0\.\d+ is 0 % of equity as margin: 16 of 30 won, the lower bound is 36\.\d+ %, a win pays 1 of a loss$/);
    expect([shareOf(kellyFound(tally(0, 30), KELLY)), kellyFound(tally(0, 30), KELLY).told.includes('no win so far')]).toEqual(['0', true]);
  });

  it('is W itself where nothing was ever lost', () => {
    const found = kellyFound(tally(30, 0), KELLY);
    expect([provenKelly(tally(30, 0))?.toFixed(3), found.told.includes('no loss so far')]).toEqual(['0.886', true]);
    expect(provenKelly(tally(0, 0))).toBeUndefined();
  });

  it('never takes more than the fraction of equity, and no more for one loss more', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 80 }), fc.integer({ min: 1, max: 50 }), (won, lost, win) => {
      const share = (record: Tally) => {
        const found = kellyFound(record, { ...KELLY, tradesMin: 0 });
        return 'share' in found ? found.share : ratio('-1');
      };
      const now = share(tally(won, lost, String(win), '7'));
      expect(now.gte(0) && now.lte(KELLY.fraction) && share(tally(won, lost + 1, String(win), '7')).lte(now)).toBe(true);
    }));
  });
});
