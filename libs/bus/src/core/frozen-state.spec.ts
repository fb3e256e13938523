import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Decimal, InvariantError } from '@ballast/domain';
import { freeze, thaw } from './frozen-state.js';

const state = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(), fc.double(), fc.bigInt(), fc.boolean(), fc.constant(null), fc.constant(undefined),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => new Decimal(number)),
    fc.array(tie('value')), fc.array(tie('value')).map((items) => new Set(items)),
    fc.array(fc.tuple(fc.oneof(fc.string(), fc.integer()), tie('value'))).map((pairs) => new Map(pairs)),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$d', '$m', '$o', '$x')), tie('value'), { noNullPrototype: true }),
  ),
})).value;

it('brings back any plain state as it was, through JSON', () =>
  fc.assert(
    fc.property(state, (value) => {
      expect(thaw(JSON.parse(JSON.stringify(freeze(value))))).toEqual(value);
    }),
  ));

it('keeps a decimal a decimal', () => {
  const back = thaw(JSON.parse(JSON.stringify(freeze({ notional: new Decimal('1.10') })))) as { notional: Decimal };
  expect(back.notional.plus('0.1').toString()).toBe('1.2');
});

it('refuses what is no plain data and names the place', () => {
  expect(() => freeze({ book: { levels: [() => 1] } })).toThrow(InvariantError);
  expect(() => freeze({ book: { levels: [() => 1] } })).toThrow('state.book.levels[0]: found a function');
});
