import { bps, Decimal, money, price, quantity, ratio } from '@ballast/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compounded, kelly, maxDrawdown, mean, rateOf, relativeError, riskToStop, rMultiple, sampleDeviation, sharpe, wilson } from './statistics.js';

const decimals = (...texts: readonly string[]): readonly Decimal[] => texts.map((text) => new Decimal(text));
const percent = (value: Decimal | undefined): string | undefined => value?.times(100).toFixed(1);

describe('the Wilson interval of a rate (C-37, C-38)', () => {
  it.each([
    [13, 14, '68.5', '98.7', 'the short bot, whose 13 of 14 justify less than they seem to (C-38)'],
    [7, 10, '39.7', '89.2', 'a gate over ten trades at 65 % (C-38)'],
    [17, 21, '60.0', '92.3', 'both bots pooled (C-37)'],
  ])('of %i of %i is %s % to %s %: %s', (wins, trials, low, high) => {
    const interval = wilson(wins, trials);
    expect([percent(interval?.low), percent(interval?.high)]).toEqual([low, high]);
  });

  it('pools 13 of 14 and 4 of 7 to 81.0 %, which is not the mean of two rates (C-37)', () => {
    expect(percent(rateOf(13 + 4, 14 + 7))).toBe('81.0');
  });

  it('holds the rate, stays within 0 and 1, and narrows with more of the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (trials, share) => {
        const wins = Math.round(share * trials);
        const interval = wilson(wins, trials)!;
        const more = wilson(wins * 4, trials * 4)!;
        const rate = rateOf(wins, trials)!;
        expect(interval.low.gte(0) && interval.high.lte(1) && interval.low.lte(rate) && interval.high.gte(rate)).toBe(true);
        expect(more.high.minus(more.low).lt(interval.high.minus(interval.low))).toBe(true);
      }),
    );
  });

  it.each([[0, 0], [-1, 5], [6, 5], [Number.NaN, 5]])('is not told for %d of %d', (wins, trials) => expect(wilson(wins, trials)).toBeUndefined());
});

describe('the Sharpe ratio of daily returns (R48)', () => {
  it('is mean over sample deviation times the root of 365', () => {
    const returns = decimals('0.01', '0.02', '-0.01', '0.04');
    expect(mean(returns)?.toString()).toBe('0.015');
    expect(sampleDeviation(returns)?.pow(2).toDecimalPlaces(12).toString()).toBe('0.000433333333');
    expect(sharpe(returns)?.toString()).toBe('13.766598373209');
  });

  it('is not told below two days, nor where no day differs from another', () => {
    expect([sharpe([]), sharpe(decimals('0.01')), sharpe(decimals('0.01', '0.01', '0.01'))]).toEqual([undefined, undefined, undefined]);
  });

  it('does not depend on the order of days, nor on the size of the bets', () => {
    const day = fc.integer({ min: -500, max: 500 }).map((value) => new Decimal(value).div(10_000));
    fc.assert(
      fc.property(fc.array(day, { minLength: 2, maxLength: 40 }), (days) => {
        const told = sharpe(days)?.toFixed(9);
        expect(sharpe([...days].reverse())?.toFixed(9)).toBe(told);
        expect(sharpe(days.map((value) => value.times(3)))?.toFixed(9)).toBe(told);
      }),
    );
  });
});

describe('drawdown and growth of a series', () => {
  it.each([
    [['100', '120', '90', '150', '140'], '0.25'],
    [['100', '110', '120'], '0'],
    [['100', '-50'], '1.5'],
    [[], '0'],
  ])('of %s falls at most %s from the highest before', (equities, expected) => expect(maxDrawdown(decimals(...equities)).toString()).toBe(expected));

  it('compounds +50 % and -50 % to -25 %', () => expect(compounded(decimals('0.5', '-0.5')).toString()).toBe('-0.25'));
});

describe('what a trade and an edge are worth', () => {
  it('is W - (1 - W) / R by Kelly (C-49), negative without an edge', () => {
    expect(kelly(ratio('0.6'), ratio('2'))?.toString()).toBe('0.4');
    expect(kelly(ratio('0.4'), ratio('1'))?.toString()).toBe('-0.2');
    expect([kelly(ratio('0.6'), ratio('0')), kelly(ratio('0.6'), new Decimal(Infinity) as never), kelly(new Decimal(NaN), ratio('1'))]).toEqual([undefined, undefined, undefined]);
  });

  it('is counted in R, the quantity times the way from entry to stop (W-17, R107)', () => {
    const risk = riskToStop(quantity('2'), price('100'), price('95'));
    expect(risk.toString()).toBe('10');
    expect(riskToStop(quantity('2'), price('95'), price('100')).toString(), 'a short').toBe('10');
    expect([rMultiple(money('25'), risk)?.toString(), rMultiple(money('-10'), risk)?.toString(), rMultiple(money('1'), money('0'))]).toEqual(['2.5', '-1', undefined]);
  });

  it('meets a slippage estimate within 20 % exactly at 20 % (R48)', () => {
    expect([relativeError(bps('6'), bps('5')), relativeError(bps('4'), bps('5')), relativeError(bps('0'), bps('0')), relativeError(bps('1'), bps('0'))].map((value) => value?.toString())).toEqual(['0.2', '0.2', '0', undefined]);
  });
});
