import { addMoney, isMultipleOf, money, type Money, ratio, ZERO_MONEY } from '@ballast/domain';
import { PROFILES } from '@ballast/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CENT, returnedOf, shareFault, sharedOut, splitOf } from './split.js';
import { LEGION_SPLIT } from './treasury.fixtures.js';

const parts = (profit: string, wins = 0): readonly string[] => {
  const { reinvested, toChest, toOperating, toWithdrawal } = splitOf(money(profit), LEGION_SPLIT, wins);
  return [reinvested, toChest, toOperating, toWithdrawal].map(String);
};
const sum = (amounts: readonly Money[]): Money => amounts.reduce(addMoney, ZERO_MONEY);
const amounts = fc.bigInt({ min: 1n, max: 10n ** 14n }).map((units) => money(`${units / 1_000_000n}.${String(units % 1_000_000n).padStart(6, '0')}`));

describe('the split of a profit', () => {
  it.each([
    ['$100 as 60/20/15/5 (R102)', '100', 0, ['60', '20', '15', '5']],
    ['$100 after four wins in a row as ever (C-49)', '100', 4, ['60', '20', '15', '5']],
    ['$100 after five wins in a row as 55/25/15/5 (R96, C-41)', '100', 5, ['55', '25', '15', '5']],
    ['$33.33 in cents, what rounding leaves is reinvested', '33.33', 0, ['20.02', '6.66', '4.99', '1.66']],
    ['a cent, all of which stays', '0.01', 0, ['0.01', '0', '0', '0']],
    ['less than a cent, all of which stays', '0.004321', 9, ['0.004321', '0', '0', '0']],
    ['nothing', '0', 5, ['0', '0', '0', '0']],
    ['a loss, of which nothing is taken', '-50', 5, ['0', '0', '0', '0']],
  ] as const)('of a profit takes %s', (_what, profit, wins, expected) => expect(parts(profit, wins)).toEqual(expected));

  it('is all of the profit to the last digit, and what leaves trading equity is in whole cents', () => {
    fc.assert(fc.property(amounts, fc.nat(9), (profit, wins) => {
      const { reinvested, toChest, toOperating, toWithdrawal } = splitOf(profit, LEGION_SPLIT, wins);
      expect(sum([reinvested, toChest, toOperating, toWithdrawal]).toString()).toBe(profit.toString());
      for (const part of [toChest, toOperating, toWithdrawal]) expect([part.gte(0), isMultipleOf(part, CENT)]).toEqual([true, true]);
      expect(reinvested.gte(profit.times('0.55'))).toBe(true);
    }));
  });
});

describe('what goes back from the chest (C-42)', () => {
  it.each([
    ['100', '0'],
    ['100.01', '0'],
    ['100.02', '0.01'],
    ['160', '30'],
    ['99.99', '0'],
  ])('of $%s is $%s', (chest, amount) => expect(returnedOf(money(chest), LEGION_SPLIT).amount.toString()).toBe(amount));
});

describe('shares of a split', () => {
  it('that are the whole are no fault (R102)', () => expect(shareFault(LEGION_SPLIT)).toBeUndefined());
  it('are these in the profile of LEGION, and in none of the pair\'s or the scaling plan (R96, R102, W-18)', () => {
    expect(JSON.parse(JSON.stringify(PROFILES.get('legion')?.treasury))).toEqual(JSON.parse(JSON.stringify(LEGION_SPLIT)));
    for (const name of ['demo', 'dn-pair-v4.1', 'scaling-capital']) expect(PROFILES.get(name)).not.toHaveProperty('treasury');
  });
  it.each([
    ['sum to 99.9 %', { withdrawalRatio: ratio('0.049') }, /sum to 0.999/],
    ['sum to 105 % (C-41)', { chestRatio: ratio('0.25') }, /sum to 1.05/],
    ['fall below 0', { chestRatio: ratio('-0.2'), reinvestRatio: ratio('1') }, /treasury.chestRatio: found -0.2/],
    ['take more in a hot streak than is reinvested', { hotChestExtra: ratio('0.61') }, /hotChestExtra: found 0.61, allowed is at most the 0.6/],
    ['give back more than there is', { reinvestShare: ratio('1.01') }, /treasury.reinvestShare: found 1.01/],
  ])('that %s are named', (_what, change, fault) => expect(shareFault({ ...LEGION_SPLIT, ...change })).toMatch(fault));
});

describe('sharing out by weight', () => {
  const text = (amount: string, ...weights: readonly string[]) => sharedOut(money(amount), weights.map((weight, index) => [`a${index}`, money(weight)] as const)).map(([id, part]) => `${id} ${part.toString()}`);
  it('gives in proportion, a cent that is left to the heavier', () => {
    expect(text('10', '1', '3')).toEqual(['a1 7.5', 'a0 2.5']);
    expect(text('0.03', '1', '1')).toEqual(['a0 0.02', 'a1 0.01']);
  });
  it('takes nothing from who lost', () => expect(text('10', '-50', '80')).toEqual(['a1 10']));
  it('is exact, and takes from nobody more than there is', () => {
    const cents = fc.integer({ min: 1, max: 1_000_000 }).map((value) => money((value / 100).toFixed(2)));
    fc.assert(fc.property(fc.array(cents, { minLength: 1, maxLength: 6 }), fc.double({ min: 0, max: 1, noNaN: true }), (holdings, share) => {
      const weights = holdings.map((amount, index) => [`a${index}`, amount] as const);
      const amount = sum(holdings).times(share.toFixed(6)).div(CENT).floor().times(CENT) as Money;
      const out = sharedOut(amount, weights);
      expect(sum(out.map(([, part]) => part)).toString()).toBe(amount.toString());
      for (const [id, part] of out) expect(part.lte(holdings[Number(id.slice(1))]!)).toBe(true);
    }));
  });
});
