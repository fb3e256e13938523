import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { compared, figure, negated, percent, shown, sum, time, trimmed, usd } from './figures.js';

const cents = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const text = (value: bigint): string => `${value < 0n ? '-' : ''}${((value < 0n ? -value : value) / 100n).toString()}.${((value < 0n ? -value : value) % 100n).toString().padStart(2, '0')}`;

describe('the figures of the console', () => {
  it('are added without a loss, whatever their length', () => {
    expect(sum('0.1', '0.2')).toBe('0.3');
    expect(sum('-1.77', negated('4.56'), '0.00')).toBe('-6.33');
    fc.assert(fc.property(cents, cents, (a, b) => { expect(sum(text(a), text(b))).toBe(text(a + b)); }));
  });

  it('are ordered as numbers are', () => {
    fc.assert(fc.property(cents, cents, (a, b) => { expect(compared(text(a), text(b))).toBe(a < b ? -1 : a > b ? 1 : 0); }));
  });

  it.each([
    ['1234567.891', 2, '1,234,567.89'],
    ['-0.005', 2, '−0.01'],
    ['-0.004', 2, '0.00'],
    ['12', 2, '12.00'],
    ['999.5', 0, '1,000'],
    ['no figure', 2, 'no figure'],
  ])('%s is shown at %i places as %s', (found, places, wanted) => {
    expect(shown(found, places)).toBe(wanted);
  });

  it('are percentages, dollars, counts and times in words of their unit', () => {
    expect([percent('0.0512'), usd('-6.326'), trimmed('2.500', 4), figure('0.15', 'RATIO'), figure('3', 'COUNT'), figure('0.25', 'DAYS'), figure('12', 'USD'), figure(undefined, 'USD'), time(0)]).toEqual(['5.12 %', '−$6.33', '2.5', '15.00 %', '3', '0.25 days', '$12.00', '–', '1970-01-01 00:00:00']);
  });

  it('are moments where a limit is one, and factors where a limit is leverage', () => {
    expect([figure('1767571200000', 'MS'), figure('60000', 'MS'), figure('2.50', 'X'), figure('7', 'MS', (unit) => `<${unit}>`)]).toEqual(['2026-01-05 00:00:00', '60,000 ms', '2.5 ×', '7 <ms>']);
  });

  it('refuse what is no decimal text, rather than to add it', () => {
    expect(() => sum('1', 'x')).toThrow('found "x"');
  });
});
