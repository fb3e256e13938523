import fc from 'fast-check';
import { Decimal, marginOf, money, notional, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { leveragedLegMax } from '../plan/caps.js';
import { accountOf, policyOf } from '../plan/plan.builders.js';
import { confidenceFactor } from './confidence.js';
import { legLeverage, legMaxOfMargin, marginOfEquity } from './margin.js';
import { progressiveNotional } from './progressive.js';
import { stageShare } from './stage-share.js';

const text = (value: Decimal): string => value.toString();
const ladderOf = (kind: 'PHASES' | 'STAGES') => ({ kind, rungs: [['5000', '500'], ['10000', '2000']].map(([capital, position], index) => ({ name: `stage-${index + 1}`, capital: notional(capital!), positionMax: notional(position!) })) }) as never;

describe('the leverage formula', () => {
  it.each([['0.8', '16000', '8000'], ['0.6', '12000', '6000'], ['1', '20000', '10000']])('at a safety factor of %s leaves $%s of $2,000 at 10x, and $%s for each leg (R9, R10, R11)', (safety, whole, leg) => {
    const found = leveragedLegMax(accountOf('2000'), policyOf({ leverageMax: ratio('10'), safetyFactor: ratio(safety) }));
    expect([text(found), text(found.times(2))]).toEqual([leg, whole]);
  });
});

describe('the notional by phase (R22, C-24)', () => {
  it.each([
    ['phase 1', '1', '2000', '1000'], ['phase 1, grown', '1', '9000', '1000'],
    ['phase 2 before it has grown so far', '1.5', '2400', '1200'], ['phase 2', '1.5', '4000', '1500'],
    ['phase 3', '2.5', '20000', '2500'], ['phase 4', '5', '20000', '5000'], ['any phase after a loss', '5', '1800', '900'],
  ])('in %s is $1,000 times the smaller of %s and the growth to $%s from $2,000: $%s', (_phase, multiplier, now, expected) => {
    expect(text(progressiveNotional(notional('1000'), { eligibleCollateral: money(now), initialCollateral: money('2000') }, ratio(multiplier)))).toBe(expected);
  });
});

describe('margin and notional, which are two units (C-7)', () => {
  it('commits $8, which is 4 % of $200, for $40 at 5x, and all $40 at 1x (C-40)', () => {
    expect([marginOf(notional('40'), ratio('5')), marginOf(notional('40'), ratio('5')).div(200), marginOf(notional('40'), ratio('1'))].map(text)).toEqual(['8', '0.04', '40']);
  });

  it('takes the smallest of the account\'s leverage, the profile\'s for the venue and the venue\'s own (C-40)', () => {
    const at = (initialMarginRatio: string, venueLeverage?: string) => text(legLeverage({ venue: 'paper', initialMarginRatio: ratio(initialMarginRatio) }, policyOf(venueLeverage ? { guards: { venueLeverageMax: { paper: ratio(venueLeverage) } } } : {})));
    expect([at('0.05'), at('1'), at('0.5'), at('0.05', '3'), at('0.05', '9')]).toEqual(['5', '1', '2', '3', '5']);
  });

  it('divides one margin among legs, so that together they commit exactly it', () => {
    expect(text(legMaxOfMargin(marginOfEquity(money('200'), ratio('0.1')), [ratio('5')]))).toBe('100');
    expect(text(legMaxOfMargin(marginOfEquity(money('200'), ratio('0.1')), [ratio('5'), ratio('5')]))).toBe('50');
    expect(text(legMaxOfMargin(marginOfEquity(money('200'), ratio('0.1')), [ratio('5'), ratio('1')]))).toBe('16.666666');
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 2 }), (margin, leverages) => {
      const ratios = leverages.map((leverage) => ratio(String(leverage)));
      const size = legMaxOfMargin(marginOfEquity(money(String(margin)), ratio('1')), ratios);
      const committed = (each: Decimal): Decimal => ratios.reduce((sum, leverage) => sum.plus(marginOf(each as never, leverage)), new Decimal(0));
      expect(committed(size).lte(margin) && committed(size.plus('0.000001')).gt(margin)).toBe(true);
    }));
  });

  it('commits nothing of an equity that is gone', () => {
    expect([marginOfEquity(money('-5'), ratio('0.1')), marginOfEquity(money('100'), ratio('-0.1'))].map(text)).toEqual(['0', '0']);
  });
});

describe('confidence (C-52)', () => {
  const bounds = { min: ratio('0.5'), max: ratio('1') };
  it.each([['0', '0.5'], ['0.49', '0.5'], ['0.5', '0.5'], ['0.51', '0.51'], ['1', '1'], ['1.01', '1'], ['7', '1'], [undefined, '1']])('of %s multiplies by %s', (found, factor) => {
    expect(text(confidenceFactor(found === undefined ? undefined : ratio(found), bounds))).toBe(factor);
  });

  it('never raises a size, whatever the bounds say', () => {
    expect([{ min: ratio('2'), max: ratio('3') }, { min: ratio('2'), max: ratio('0.7') }].map((wild) => text(confidenceFactor(ratio('9'), wild)))).toEqual(['1', '0.7']);
  });
});

describe('a ladder whose capital is below a stage', () => {
  const share = (kind: 'PHASES' | 'STAGES', rung: string | undefined, capital: string): string | undefined => {
    const found = stageShare(ladderOf(kind), rung, money(capital));
    return found && `${found.first ? 'first' : 'later'} ${found.stage} ${text(found.position)}`;
  };

  it.each([['4999.99', '499.999'], ['2000', '200'], ['200', '20']])('allows 10 %% of $%s below the first, whatever the rung: $%s (C-5, R47)', (capital, position) => {
    expect([undefined, 'stage-1', 'stage-2'].map((rung) => share('STAGES', rung, capital))).toEqual(Array(3).fill(`first stage-1 ${position}`));
  });

  it.each([['9999.99', '1999.998'], ['7000', '1400'], ['5000', '1000']])('allows 20 %% of $%s on the second with less than that stage\'s capital: $%s (R47)', (capital, position) => {
    expect([undefined, 'stage-1', 'stage-2'].map((rung) => share('STAGES', rung, capital))).toEqual([undefined, undefined, `later stage-2 ${position}`]);
  });

  it('leaves it to the table where the capital is the stage\'s, and to the collateral on a ladder of phases', () => {
    expect([share('STAGES', 'stage-1', '5000'), share('STAGES', 'stage-2', '10000'), share('PHASES', 'stage-2', '200')]).toEqual([undefined, undefined, undefined]);
    expect(stageShare({ kind: 'STAGES', rungs: [] } as never, undefined, money('1'))).toBeUndefined();
  });
});
