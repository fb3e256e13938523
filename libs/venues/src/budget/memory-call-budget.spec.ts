import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JumpingClock } from '../paper/jumping-clock.js';
import { type Bucket, fullBucket, limitIn, spendFrom, succeedIn, takeFrom } from './bucket.js';
import { bucketSpec, CHECKS_LEVEL, HYPERLIQUID_BUCKETS, LEVEL_PRIORITIES, localSpec, MICRO, MOVES_LEVEL, NADO_BUCKETS } from './bucket-spec.js';
import { CONFORMANCE_BUCKETS, itIsACallBudget } from './call-budget-conformance.js';
import { PRIORITIES, type Priority } from './call-budget.js';
import { MemoryCallBudget } from './memory-call-budget.js';

describe('the call budget in memory', () => {
  itIsACallBudget(async () => {
    const clock = new JumpingClock(1_000);
    return { budget: new MemoryCallBudget(CONFORMANCE_BUCKETS, clock), wait: (ms) => clock.run(clock.now() + ms), end: () => Promise.resolve() };
  });

  it('starts with nothing once it was reset, as its past may have used up everything', async () => {
    const clock = new JumpingClock(1_000);
    const budget = new MemoryCallBudget(CONFORMANCE_BUCKETS, clock);
    budget.reset();
    expect((await budget.take({ venue: 'quick', bucket: 'ip', weight: 1, priority: 1 })).granted).toBe(false);
  });
});

interface Step {
  readonly what: 'take' | 'spend' | 'limited' | 'succeeded';
  readonly afterMs: number;
  readonly priority: Priority;
  readonly check: boolean;
  readonly weight: number;
}

const steps = (what: readonly Step['what'][]): fc.Arbitrary<readonly Step[]> =>
  fc.array(fc.record({ what: fc.constantFrom(...what), afterMs: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(3_000)), priority: fc.constantFrom(...PRIORITIES), check: fc.boolean(), weight: fc.integer({ min: 1, max: 10 }) }), { maxLength: 120 });

const LIMITS = [{ weight: 400, windowMs: 1_000 }, { weight: 900, windowMs: 4_000 }];
const SPEC = bucketSpec({ limits: LIMITS, burst: 0.25, shares: [0.3, 0.2, 0.2, 0.2, 0.1] });

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

interface Outcome {
  readonly step: Step;
  readonly time: number;
  readonly granted: boolean;
  readonly waitMs: number;
}

function run(list: readonly Step[], bucket: Bucket = fullBucket(SPEC, 0)): readonly Outcome[] {
  let time = 0;
  return list.map((step) => {
    time += step.afterMs;
    if (step.what === 'take') {
      const taken = takeFrom(SPEC, bucket, step, time);
      return { step, time, granted: taken.granted, waitMs: taken.granted ? 0 : taken.waitMs };
    }
    if (step.what === 'spend') spendFrom(SPEC, bucket, step, time);
    else if (step.what === 'limited') limitIn(SPEC, bucket, step, time);
    else succeedIn(SPEC, bucket, step, time);
    return { step, time, granted: false, waitMs: 0 };
  });
}

describe('the rules of a bucket', () => {
  it('hold every window of a limit that ends with a grant, with what did not wait counted in', () => {
    fc.assert(
      fc.property(steps(['take', 'take', 'take', 'spend']), (list) => {
        let spends = 0;
        // Beyond the whole bucket a debt is forgotten, as the venue forgets it.
        const counted = run(list.filter(({ what }) => what !== 'spend' || (spends += 1) <= 10)).filter(({ granted, step }) => granted || step.what === 'spend');
        for (const [index, last] of counted.entries()) for (const { weight, windowMs } of LIMITS) {
          if (!last.granted) continue;
          const inside = counted.slice(0, index + 1).filter(({ time }) => time > last.time - windowMs);
          expect(inside.reduce((total, { step }) => total + step.weight, 0)).toBeLessThanOrEqual(weight);
        }
      }),
    );
  });

  it('hold every window of a limit, of any position, where nothing is spent unasked', () => {
    fc.assert(
      fc.property(steps(['take', 'take', 'limited', 'succeeded']), (list) => {
        const granted = run(list).filter((outcome) => outcome.granted);
        for (const first of granted) for (const { weight, windowMs } of LIMITS) {
          const inside = granted.filter(({ time }) => time >= first.time && time < first.time + windowMs);
          expect(inside.reduce((total, { step }) => total + step.weight, 0)).toBeLessThanOrEqual(weight);
        }
      }),
    );
  });

  it('never have a call wait for a less urgent one: without those, every answer to it is the same (invariant 7)', () => {
    fc.assert(
      fc.property(steps(['take', 'take', 'take', 'spend', 'limited', 'succeeded']), fc.constantFrom(...PRIORITIES), (list, least) => {
        let skipped = 0;
        const urgent = list.flatMap((step) => {
          const afterMs = step.afterMs + skipped;
          const goes = step.what === 'spend' || step.priority <= least;
          skipped = goes ? 0 : afterMs;
          return goes ? [{ ...step, afterMs }] : [];
        });
        const of = (outcomes: readonly Outcome[]): readonly unknown[] => outcomes.filter(({ step }) => step.what === 'take' && step.priority <= least).map(({ time, granted, waitMs }) => [time, granted, waitMs]);
        expect(of(run(urgent))).toEqual(of(run(list)));
      }),
    );
  });

  it('keep each share for its priority: after any flood of the others a full share is still whole', () => {
    fc.assert(
      fc.property(steps(['take']), fc.constantFrom(...PRIORITIES), (list, own) => {
        const bucket = fullBucket(SPEC, 0);
        const others = run(list.filter(({ priority }) => priority !== own), bucket);
        const ofOwn = (values: readonly number[]): number => total(values.filter((_, level) => LEVEL_PRIORITIES[level] === own));
        expect(ofOwn(bucket.left)).toBe(ofOwn(SPEC.sizes));
        const time = others.at(-1)?.time ?? 0;
        const share = Math.floor(ofOwn(SPEC.sizes) / MICRO);
        const tight = own > 2 && total(bucket.left.filter((_, level) => (LEVEL_PRIORITIES[level] ?? 5) <= own)) < SPEC.capacity / 10;
        expect(takeFrom(SPEC, bucket, { weight: share, priority: own }, time).granted).toBe(!tight);
      }),
    );
  });

  it('keep a part of priority 2 for moving money: no check ever takes of it, and what time brings fills it before the share of checks (C-64)', () => {
    fc.assert(
      fc.property(steps(['take', 'take', 'limited', 'succeeded']), (list) => {
        const bucket = fullBucket(SPEC, 0);
        const checks = list.map((step): Step => ({ ...step, priority: 2, check: true }));
        const time = run(checks, bucket).at(-1)?.time ?? 0;
        expect([bucket.left[0], bucket.left[MOVES_LEVEL], bucket.heldUntil[MOVES_LEVEL]]).toEqual([SPEC.sizes[0], SPEC.sizes[MOVES_LEVEL], 0]);
        expect(takeFrom(SPEC, bucket, { weight: (SPEC.sizes[MOVES_LEVEL] ?? 0) / MICRO, priority: 2 }, time)).toMatchObject({ granted: true });
      }),
    );
  });

  it('let what moves money have all of priority 2 where nobody checks, what checks had first', () => {
    const bucket = fullBucket(SPEC, 0);
    expect(takeFrom(SPEC, bucket, { weight: 10, priority: 2 }, 0)).toMatchObject({ granted: true, left: 10 });
    expect([bucket.left[MOVES_LEVEL], bucket.left[CHECKS_LEVEL]]).toEqual([8 * MICRO, 2 * MICRO]);
    expect(takeFrom(SPEC, bucket, { weight: 3, priority: 2, check: true }, 0)).toMatchObject({ granted: false });
    expect(takeFrom(SPEC, bucket, { weight: 10, priority: 2 }, 0)).toMatchObject({ granted: true, left: 0 });
  });

  it('hold checks that the venue limited for up to 2 s, and deposits not at all for them, so that these have the room that comes next', () => {
    const bucket = fullBucket(SPEC, 0);
    const holds: number[] = [];
    for (let time = 0; time < 60_000; time = bucket.heldUntil[CHECKS_LEVEL] ?? 0) {
      limitIn(SPEC, bucket, { priority: 2, check: true, weight: 1 }, time);
      holds.push((bucket.heldUntil[CHECKS_LEVEL] ?? 0) - time);
      expect([bucket.heldUntil[MOVES_LEVEL], bucket.left[CHECKS_LEVEL]]).toEqual([0, 0]);
    }
    expect(holds.slice(0, 4)).toEqual([500, 1_000, 2_000, 2_000]);
    expect(Math.max(...holds)).toBe(2_000);
  });

  it('tell a wait after which the same call is granted, if nobody took anything', () => {
    fc.assert(
      fc.property(steps(['take', 'take', 'spend', 'limited']), fc.constantFrom(...PRIORITIES), (list, priority) => {
        const bucket = fullBucket(SPEC, 0);
        const time = run(list, bucket).at(-1)?.time ?? 0;
        const first = takeFrom(SPEC, bucket, { weight: 7, priority }, time);
        if (first.granted) return;
        expect(first.waitMs).toBeGreaterThan(0);
        const second = takeFrom(SPEC, bucket, { weight: 7, priority }, time + first.waitMs);
        // A hold that ended left the share empty: what has to come is known only then.
        if (!second.granted) expect(takeFrom(SPEC, bucket, { weight: 7, priority }, time + first.waitMs + second.waitMs).granted).toBe(true);
      }),
    );
  });

  it('give protection a quarter of what time brings, the most urgent share the rest, and what is over to the next', () => {
    const bucket = fullBucket(SPEC, 0);
    for (const priority of PRIORITIES) takeFrom(SPEC, bucket, { weight: total(SPEC.sizes.filter((_, level) => LEVEL_PRIORITIES[level] === priority)) / MICRO, priority }, 0);
    expect(total(bucket.left)).toBe(0);
    expect(takeFrom(SPEC, bucket, { weight: 10, priority: 5 }, 175)).toMatchObject({ granted: false });
    expect(bucket.left.slice(0, 3)).toEqual([26.25 * MICRO, 8 * MICRO, 0.75 * MICRO]);
    expect(bucket.left[5]).toBe(0);
  });

  it('let checks go on, though a trade is limited each time that it asks: one every 4 s at least', () => {
    const bucket = fullBucket(SPEC, 0);
    const granted: number[] = [];
    for (let time = 10; time < 60_000; time += 10) {
      if (takeFrom(SPEC, bucket, { weight: 1, priority: 1 }, time).granted) limitIn(SPEC, bucket, { weight: 1, priority: 1 }, time);
      if (takeFrom(SPEC, bucket, { weight: 1, priority: 2, check: true }, time).granted) granted.push(time);
    }
    expect(Math.max(...granted.slice(1).map((time, index) => time - (granted[index] ?? 0)))).toBeLessThanOrEqual(4_100);
  });

  it('keep protection going while trades take all that they get: a quarter of what time brings is its', () => {
    const bucket = fullBucket(SPEC, 0);
    let granted = 0;
    for (let time = 10; time <= 10_000; time += 10) {
      while (takeFrom(SPEC, bucket, { weight: 1, priority: 1 }, time).granted);
      if (takeFrom(SPEC, bucket, { weight: 1, priority: 2 }, time).granted) granted += 1;
    }
    expect(granted).toBeGreaterThanOrEqual((10_000 * SPEC.rate) / MICRO / 4);
  });

  it('take a clock that is set back for one that stands still, and believe one that is set back by more than a minute', () => {
    const bucket = fullBucket(SPEC, 100_000);
    takeFrom(SPEC, bucket, { weight: 30, priority: 1 }, 100_000);
    takeFrom(SPEC, bucket, { weight: 30, priority: 1 }, 99_000);
    expect(bucket.left[0]).toBe((SPEC.sizes[0] ?? 0) - 30 * MICRO);
    takeFrom(SPEC, bucket, { weight: 30, priority: 1 }, 1_000);
    expect(bucket.at).toBe(1_000);
  });

  it('hold trades back for a second at most and monitoring for a minute at most, however often the venue says no (C-63)', () => {
    const bucket = fullBucket(SPEC, 0);
    const backoffs: number[] = [];
    for (let time = 0; time < 700_000; time += 100) {
      const before = bucket.backoffMs[5];
      limitIn(SPEC, bucket, { priority: 1, weight: 1 }, time);
      expect((bucket.heldUntil[0] ?? 0) - time).toBeLessThanOrEqual(1_000);
      if (bucket.backoffMs[5] !== before) backoffs.push(bucket.backoffMs[5] ?? 0);
    }
    expect(backoffs).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
  });
});

describe('the buckets of the venues', () => {
  it.each([['nado ip', NADO_BUCKETS.ip, [[2_400, 60_000], [400, 10_000]]], ['nado wallet', NADO_BUCKETS.wallet, [[600, 60_000], [100, 10_000]]], ['hyperliquid ip', HYPERLIQUID_BUCKETS.ip, [[1_200, 60_000]]]] as const)('%s stays within its limits in every window, bursts included (venues.md §1.8, §3.3)', (_, spec, limits) => {
    for (const [weight, windowMs] of limits) expect(spec.capacity + spec.rate * windowMs).toBeLessThanOrEqual(weight * MICRO);
    expect(spec.capacity).toBeGreaterThan(0);
  });

  it('parts of all processes together are no more than the whole', () => {
    const parts = [{ 1: 1, 2: 0, 3: 0.5, 4: 0, 5: 0 }, { 1: 0, 2: 1, 3: 0.5, 4: 1, 5: 1 }].map((part) => localSpec(NADO_BUCKETS.ip, part));
    expect(parts.reduce((total, { capacity }) => total + capacity, 0)).toBeLessThanOrEqual(NADO_BUCKETS.ip.capacity);
    expect(parts.reduce((total, { rate }) => total + rate, 0)).toBeLessThanOrEqual(NADO_BUCKETS.ip.rate);
  });

  it('limits that leave nothing, and shares that are not parts of one, are refused by name', () => {
    expect(() => bucketSpec({ limits: [{ weight: 0, windowMs: 60_000 }], burst: 0.5, shares: [1, 0, 0, 0, 0] })).toThrow(/limits: found .*, allowed is what leaves something/);
    expect(() => bucketSpec({ limits: LIMITS, burst: 0.5, shares: [1, 1, 0, 0, 0] })).toThrow(/shares: found 1, 1, 0, 0, 0/);
    expect(() => bucketSpec({ limits: LIMITS, burst: 1, shares: [1, 0, 0, 0, 0] })).toThrow(/burst: found 1/);
  });
});
