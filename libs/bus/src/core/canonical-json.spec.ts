import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Decimal } from '@ballast/domain';
import { ContractError } from '@ballast/events';
import { canonicalJson } from './canonical-json.js';

const wholeJson = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.string({ unit: 'grapheme' }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null), fc.array(tie('value')), fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { noNullPrototype: true })),
})).value;

it('writes what the reference implementation of RFC 8785 writes', () => fc.assert(fc.property(wholeJson, (value) => canonicalJson(value) === canonicalize(value))));

it.each([['1e-7', '"0.0000001"'], ['1e30', '"1000000000000000000000000000000"'], ['-0', '"0"'], ['1.500', '"1.5"']])('prints the decimal %s as %s', (text, printed) => expect(canonicalJson(new Decimal(text))).toBe(printed));

it.each([[{ a: { b: [1.5] } }, /a\.b\[0\]: found number 1\.5/], [{ a: new Decimal(NaN) }, /a: found NaN/], [{ a: () => 1 }, /a: found a function/], ['\ud800', /half a surrogate/], [undefined, /nothing/]])('refuses %s and names the place', (value, message) => {
  expect(() => canonicalJson(value)).toThrow(ContractError);
  expect(() => canonicalJson(value)).toThrow(message);
});

it('leaves absent members out', () => expect(canonicalJson({ b: 1, a: undefined })).toBe('{"b":1}'));
