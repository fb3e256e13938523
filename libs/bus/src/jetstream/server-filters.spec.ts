import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesAny } from '../core/subject-filters.js';
import { serverFilters } from './server-filters.js';

const token = fc.constantFrom('operator', 'risk', 'bot', 'signal', 'x');
const wild = fc.oneof(token, fc.constant('*'));
const filter = fc.tuple(fc.constantFrom('*', '3'), wild, wild, wild).map((tokens) => ['evt', ...tokens].join('.'));

describe('filters as the server is asked for them', () => {
  it('leaves filters alone that have their wildcards in the same places', () => {
    expect(serverFilters(3, ['evt.*.operator.bot.*', 'evt.*.sizing.plan.*'])).toEqual(['evt.3.operator.bot.*', 'evt.3.sizing.plan.*']);
    expect(serverFilters(3, ['evt.*.*.signal.*'])).toEqual(['evt.3.*.signal.*']);
    expect(serverFilters(3, [])).toEqual([]);
  });

  it('widens what the server would pass over', () => {
    expect(serverFilters(0, ['evt.*.*.signal.*', 'evt.*.operator.bot.*'])).toEqual(['evt.0.*.bot.*', 'evt.0.*.signal.*']);
  });

  it('never misses a subject that was asked for, and never has a wildcard beside a literal', () => {
    fc.assert(
      fc.property(fc.array(filter, { minLength: 1, maxLength: 5 }), token, token, token, (filters, writer, kind, id) => {
        const asked = serverFilters(3, filters);
        const subject = `evt.3.${writer}.${kind}.${id}`;
        if (matchesAny(filters, subject)) expect(matchesAny(asked, subject)).toBe(true);
        const places = asked.map((one) => one.split('.'));
        for (const place of [0, 1, 2, 3, 4]) expect(new Set(places.map((tokens) => tokens[place] === '*')).size).toBe(1);
      }),
    );
  });
});
