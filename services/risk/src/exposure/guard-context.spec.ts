import { Decimal } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { assess, factsOf, guardFactsOf, instrumentOf, planOf } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import { grossBefore } from './gross.js';
import { heldAfter, leastOf, legTerms, mostOf, sumHeld } from './guard-context.js';
import { sizesOf } from './size-rules.js';

const numbers = (...values: readonly (string | number)[]): readonly Decimal[] => values.map((value) => new Decimal(value));
const amount = (value: string) => new Decimal(value) as never;

describe('the least and the most of some numbers', () => {
  it('are found wherever they stand', () => {
    expect([numbers(3, 1, 2), numbers(1, 2, 3), numbers(3, 2, 1), numbers(-1, 0), numbers(7)].map((values) => [leastOf(values)?.toString(), mostOf(values)?.toString()])).toEqual([['1', '3'], ['1', '3'], ['1', '3'], ['-1', '0'], ['7', '7']]);
  });

  it('are the first of equal ones, as it was given', () => {
    const [one, same] = [new Decimal(1), new Decimal('1.0')];
    expect([leastOf([one, same]) === one, mostOf([one, same]) === one]).toEqual([true, true]);
  });

  it('are not known where one of them is no number, and there is none of nothing', () => {
    for (const values of [numbers(NaN, 1, 2), numbers(1, NaN, 2), numbers(2, 1, NaN), numbers(NaN)]) expect([leastOf(values)?.isNaN(), mostOf(values)?.isNaN()]).toEqual([true, true]);
    expect([leastOf([]), mostOf([])]).toEqual([undefined, undefined]);
  });
});

describe('what an account holds after a plan', () => {
  const facts = factsOf({ 'ETH-PERP': { open: amount('300'), pending: amount('700') }, 'BTC-PERP': { open: amount('5'), pending: amount('0') }, 'DOGE-PERP': { open: amount('0'), pending: amount('0') } });
  const command = assess(planOf('1'), { facts });
  const sizes = sizesOf(command, grossBefore(exposureDecider.initial, 'a1', facts));
  const terms = { 'ETH-PERP': instrumentOf('ETH-PERP'), 'SOL-PERP': instrumentOf('SOL-PERP') };

  it('is every instrument held or planned that is worth something, with its terms where the market knows them', () => {
    expect(heldAfter({ sizes, command })?.map(({ instrument, notional, terms: known }) => [instrument, notional.toString(), known])).toEqual([['ETH-PERP', '2000', terms['ETH-PERP']], ['BTC-PERP', '5', undefined], ['SOL-PERP', '1000', terms['SOL-PERP']]]);
    expect(heldAfter({ sizes, command: { ...command, guardFacts: undefined } })?.map(({ terms: known }) => known)).toEqual([undefined, undefined, undefined]);
    expect(heldAfter({ sizes, command: { ...command, guardFacts: {} } })?.map(({ terms: known }) => known)).toEqual([undefined, undefined, undefined]);
    expect(heldAfter({ sizes: { ...sizes, before: undefined }, command })).toBeUndefined();
  });

  it('adds up where every part is known', () => {
    const held = heldAfter({ sizes, command });
    expect(sumHeld(held, ({ notional }) => notional)?.toString()).toBe('3005');
    expect(sumHeld(held, ({ notional, terms: known }) => known && notional)).toBeUndefined();
    expect(sumHeld(held, ({ instrument, notional }) => (instrument === 'ETH-PERP' ? undefined : notional))).toBeUndefined();
    expect([sumHeld([], ({ notional }) => notional)?.toString(), sumHeld(undefined, ({ notional }) => notional)]).toEqual(['0', undefined]);
  });

  it('has terms of all its legs or of none', () => {
    expect(legTerms(command)).toEqual([terms['ETH-PERP'], terms['SOL-PERP']]);
    expect(legTerms({ ...command, guardFacts: guardFactsOf({ instruments: { 'SOL-PERP': instrumentOf('SOL-PERP') } }) })).toBeUndefined();
    expect([legTerms({ ...command, guardFacts: {} }), legTerms({ ...command, guardFacts: undefined }), legTerms(assess(planOf('1', '1000', { legs: [] })))]).toEqual([undefined, undefined, undefined]);
  });
});
