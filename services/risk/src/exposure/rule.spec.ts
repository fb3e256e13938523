import { Decimal } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { judgementOf } from './judgement.js';
import { hold, measure, refuses, tell, type Verdict } from './rule.js';

const of = (value: string | undefined, limit: string | undefined, must: 'below' | 'upTo' | 'atLeast', more: Partial<Parameters<typeof measure>[0]> = {}): Verdict =>
  measure({ rule: 'depth', profile: 'demo@2', unit: 'USD', value: value === undefined ? undefined : new Decimal(value), limit: limit === undefined ? undefined : new Decimal(limit), must, inputs: { a: '1' }, ...more });
const NAN = new Decimal(NaN);

describe('a rule that measures', () => {
  it.each([
    ['below', '9.99', 'PASS'], ['below', '10', 'REFUSE'], ['below', '10.01', 'REFUSE'],
    ['upTo', '9.99', 'PASS'], ['upTo', '10', 'PASS'], ['upTo', '10.01', 'REFUSE'],
    ['atLeast', '9.99', 'REFUSE'], ['atLeast', '10', 'PASS'], ['atLeast', '10.01', 'PASS'],
  ] as const)('whose value must be %s 10 answers %s with %s', (must, value, result) => {
    expect(of(value, '10', must).evaluation.result).toBe(result);
  });

  it.each([['below', 'below'], ['upTo', 'up to'], ['atLeast', 'at least']] as const)('that must be %s says what is allowed', (must, words) => {
    expect(of(must === 'atLeast' ? '1' : '11', '10', must).text).toBe(`depth: ${must === 'atLeast' ? '1' : '11'}, allowed is ${words} 10 USD`);
    expect(of('11', '10', 'upTo', { text: 'too deep' }).text).toBe('too deep');
    expect(of('10', '10', 'upTo').text).toBeUndefined();
  });

  it('is as near as its distance is of its limit, either sign, and of nothing as its distance', () => {
    expect(of('8', '10', 'upTo').nearness.toString()).toBe('0.2');
    expect(of('12', '10', 'atLeast').nearness.toString()).toBe('0.2');
    expect(of('-8', '-10', 'atLeast').nearness.toString()).toBe('0.2');
    expect(of('12', '10', 'upTo').nearness.toString()).toBe('-0.2');
    expect(of('-3', '0', 'upTo').nearness.toString()).toBe('3');
    expect([of('8', '10', 'upTo', { measures: false }).nearness.toString(), of('12', '10', 'upTo', { measures: false }).nearness.toString()]).toEqual(['Infinity', '-0.2']);
  });

  it('writes twelve decimals, half to even, and every input', () => {
    expect(of('0.1234567890125', '1', 'upTo', { inputs: { a: new Decimal(3), b: 4 } }).evaluation).toEqual({ rule: 'depth', profile: 'demo@2', result: 'PASS', unit: 'USD', value: '0.123456789012', limit: '1', distance: '0.876543210988', inputs: { a: '3', b: '4' } });
  });

  it('names the inputs that are missing or no number', () => {
    expect(of('1', '10', 'upTo', { inputs: { a: undefined, b: NAN, c: new Decimal(1), d: 'd' } })).toEqual({ evaluation: { rule: 'depth', profile: 'demo@2', result: 'MISSING_INPUT', unit: 'USD', inputs: { a: 'missing', b: 'NaN', c: '1', d: 'd' } }, nearness: new Decimal(-Infinity), text: 'depth: missing input a, b' });
    for (const verdict of [of(undefined, '10', 'upTo'), of('1', undefined, 'upTo'), of('Infinity', '10', 'upTo'), of('1', 'NaN', 'upTo')]) expect([verdict.evaluation.result, verdict.text]).toEqual(['MISSING_INPUT', 'depth: missing input of the rule']);
  });
});

describe('a rule that tells', () => {
  const told = (value: string | undefined): Verdict => tell({ rule: 'slippage-warn', profile: 'demo@2', unit: 'BPS', value: value === undefined ? undefined : new Decimal(value), limit: new Decimal(30), must: 'below', inputs: {} });

  it('warns beyond its limit and never binds, but refuses without its input', () => {
    expect([told('29'), told('30'), told(undefined)].map((verdict) => [verdict.evaluation.result, refuses(verdict), verdict.nearness.toString(), verdict.text])).toEqual([['PASS', false, 'Infinity', undefined], ['WARN', false, 'Infinity', undefined], ['MISSING_INPUT', true, '-Infinity', 'slippage-warn: missing input of the rule']]);
  });
});

describe('a rule that holds or does not', () => {
  const held = (holds: boolean, value: string | undefined, inputs = {}): Verdict => hold({ rule: 'trade-once', profile: 'absolute', value, limit: 'new', holds, inputs, text: 'again' });

  it('is never the nearest unless it refuses, and refuses without an input', () => {
    expect(held(true, 'new')).toEqual({ evaluation: { rule: 'trade-once', profile: 'absolute', result: 'PASS', unit: 'STATE', value: 'new', limit: 'new', inputs: {} }, nearness: new Decimal(Infinity) });
    expect(held(false, 'old', { a: 1 })).toMatchObject({ evaluation: { result: 'REFUSE', value: 'old', inputs: { a: '1' } }, nearness: new Decimal(-1), text: 'again' });
    expect([held(true, undefined), held(true, 'new', { a: 1, b: undefined })].map(({ evaluation, text }) => [evaluation.result, evaluation.unit, text])).toEqual([['MISSING_INPUT', 'STATE', 'trade-once: missing input of the rule'], ['MISSING_INPUT', 'STATE', 'trade-once: missing input b']]);
  });
});

describe('all verdicts together', () => {
  const [near, far, refused, worse] = [of('9', '10', 'upTo'), of('1', '10', 'upTo', { rule: 'slippage' }), of('11', '10', 'upTo', { rule: 'imbalance' }), of('12', '10', 'upTo', { rule: 'daily-volume' })];

  it('are bound by the nearest, or by the farthest beyond its limit where any refuses', () => {
    expect(judgementOf([far, near])).toMatchObject({ binding: near, refused: false, faults: [] });
    expect(judgementOf([far, refused, near, worse])).toMatchObject({ binding: worse, refused: true, faults: [worse.text, refused.text] });
  });

  it('are bound by one that refuses also where another that passes is as near', () => {
    const [passing, refusing] = [of('10', '10', 'upTo', { rule: 'leg-half' }), of('10', '10', 'below', { rule: 'imbalance' })];
    expect(judgementOf([passing, refusing])).toMatchObject({ binding: refusing, refused: true, faults: [refusing.text] });
  });

  it('are recorded in the order of the catalogue, what it does not know last, and bound by the first on a tie', () => {
    const unknown = of('9', '10', 'upTo', { rule: 'unheard-of' });
    expect(judgementOf([unknown, far, near, worse, refused]).rules.map(({ rule }) => rule)).toEqual(['daily-volume', 'imbalance', 'slippage', 'depth', 'unheard-of']);
    const tie = of('11', '10', 'upTo', { rule: 'leg-half' });
    expect([judgementOf([refused, tie]).binding, judgementOf([tie, refused]).binding]).toEqual([tie, tie]);
  });
});
