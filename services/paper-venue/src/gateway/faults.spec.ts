import { describe, expect, it } from 'vitest';
import { type FaultSubject, Faults, faultRuleOf } from './faults.js';
import { RateLimit } from './rate-limits.js';

const subject = (changes: Partial<FaultSubject> = {}): FaultSubject => ({ kind: 'place', content: 'a', productId: 4, side: 'BUY', reduceOnly: false, ...changes });
const reject = { type: 'reject', code: 2006 } as const;

describe('faults', () => {
  it('act on what matches, as often as they may, and the first rule first', () => {
    const faults = new Faults(1, [{ match: { kind: 'place', productId: 4, side: 'BUY' }, fault: reject, times: 2 }, { match: {}, fault: { type: 'rateLimit' } }]);
    expect([subject({ productId: 8 }), subject(), subject(), subject(), subject({ kind: 'cancel' })].map((found) => faults.take(found, 0)?.type)).toEqual(['rateLimit', 'reject', 'reject', 'rateLimit', 'rateLimit']);
    expect(faults.list().map((rule) => rule.acted)).toEqual([2, 3]);
    faults.clear();
    expect(faults.take(subject(), 0)).toBeUndefined();
  });

  it('act on the questions about one account', () => {
    const account = `0x${'a1'.repeat(32)}`;
    const faults = new Faults(1, [{ match: { kind: 'query', account }, fault: { type: 'maintenance' } }]);
    expect([subject({ kind: 'query' }), subject({ kind: 'query', account: `0x${'a2'.repeat(32)}` }), subject({ kind: 'query', account })].map((found) => faults.take(found, 0)?.type)).toEqual([undefined, undefined, 'maintenance']);
  });

  it('act on the n-th match only', () => {
    const faults = new Faults(1, [{ match: { reduceOnly: true, nth: 2 }, fault: reject }]);
    expect([subject({ reduceOnly: true }), subject(), subject({ reduceOnly: true }), subject({ reduceOnly: true })].map((found) => faults.take(found, 0)?.type)).toEqual([undefined, undefined, 'reject', undefined]);
  });

  it('decide by content and seed, never by order, where they act by chance', () => {
    const contents = Array.from({ length: 400 }, (_, index) => `order-${index}`);
    const hit = (order: readonly string[], seed: number): string[] => {
      const faults = new Faults(seed, [{ match: { probability: '0.25' }, fault: reject }]);
      return order.filter((content) => faults.take(subject({ content }), 0)).sort();
    };
    const forward = hit(contents, 1);
    expect(hit([...contents].reverse(), 1)).toEqual(forward);
    expect(hit(contents, 2)).not.toEqual(forward);
    expect(forward.length).toBeGreaterThan(60);
    expect(forward.length).toBeLessThan(140);
  });

  it('freeze what moves collateral and nothing else, in their time of the market', () => {
    const faults = new Faults(1, [{ match: { from: 100, until: 200 }, fault: { type: 'freeze' } }]);
    expect([99, 100, 199, 200].map((now) => faults.take(subject({ kind: 'transfer' }), now)?.type)).toEqual([undefined, 'freeze', 'freeze', undefined]);
    expect(faults.take(subject(), 150)).toBeUndefined();
  });

  it('squeeze the call budget of the calls they name, without taking a request themselves', () => {
    const faults = new Faults(1, [{ match: { kind: 'query', until: 200 }, fault: { type: 'squeeze', percent: 20 } }]);
    expect([faults.budgetOf('query', 0), faults.budgetOf('query', 200), faults.budgetOf('place', 0), faults.take(subject({ kind: 'query' }), 0)]).toEqual([20, undefined, undefined, undefined]);
  });

  it.each([
    [{ fault: { type: 'squeeze', percent: 101 } }, 'fault.percent: found 101, allowed is 0 to 100'],
    [{ match: { until: 'noon' }, fault: reject }, 'until: found "noon"'],
    [{ fault: { type: 'reject' } }, 'code: found nothing'],
    [{ match: { side: 'LONG' }, fault: reject }, 'match.side: found "LONG", allowed is BUY or SELL'],
    [{ match: { account: 'smart' }, fault: reject }, 'match.account: found "smart", allowed is 0x and 64 lower-case hex digits'],
    [{ match: { probability: '1.5' }, fault: reject }, 'match.probability: found "1.5"'],
    [{ match: { colour: 1 }, fault: reject }, 'match: found "colour", allowed is the fields kind, productId'],
    [{ fault: { type: 'partial', percent: 101 } }, 'fault.percent: found 101, allowed is 0 to 100'],
    ['reject all', 'rule: found "reject all", allowed is an object'],
  ])('that cannot be read are refused: %j', (rule, text) => {
    expect(() => faultRuleOf(rule)).toThrow(text);
  });
});

describe('the rate limit (venues.md §1.8)', () => {
  it('gives the stated share of its usual room', () => {
    const limit = new RateLimit([{ spanMs: 60_000, weightMax: 100 }]);
    expect([limit.take('a', 20, 0, 20), limit.take('a', 1, 1, 20), limit.take('a', 80, 2), limit.take('b', 1, 2, 0)]).toEqual([true, false, true, false]);
  });


  it('holds in every window, by key, and gives room again as time passes', () => {
    const limit = new RateLimit([{ spanMs: 60_000, weightMax: 15 }, { spanMs: 10_000, weightMax: 10 }]);
    expect([limit.take('a', 10, 0), limit.take('a', 1, 9_999), limit.take('b', 1, 9_999), limit.take('a', 5, 10_001), limit.take('a', 1, 20_002), limit.take('a', 1, 60_001)]).toEqual([true, false, true, true, false, true]);
  });
});
