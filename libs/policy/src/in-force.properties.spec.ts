import fc from 'fast-check';
import { type Bps, bps, Decimal, type Notional, notional, type Ratio, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { inForce, inForceByName, type PolicyInForce } from './in-force.js';
import type { GuardLimits, SizingPolicy, StopLimits } from './limits.js';
import type { PolicyProfile } from './profile.js';
import { DEMO, DN_PAIR_V4_1, PROFILES } from './profiles.js';

/** Limits of which the larger is the tighter one; of every other it is the smaller. */
const LARGER_IS_TIGHTER = ['legNotionalMin', 'depthMultipleMin', 'guards.liquidationBufferMin', 'guards.maintenanceLeadMs', 'sizing.equity.hotWins', 'sizing.kelly.tradesMin', 'sizing.liquidity.multipleMin'];

const cents = (): fc.Arbitrary<string> => fc.integer({ min: 1, max: 10_000_000 }).map((value) => new Decimal(value).div(100).toString());
const money = (): fc.Arbitrary<Notional> => cents().map(notional);
const share = (): fc.Arbitrary<Ratio> => fc.integer({ min: 1, max: 1_000 }).map((value) => ratio(new Decimal(value).div(1_000).toString()));
const points = (): fc.Arbitrary<Bps> => fc.integer({ min: 1, max: 200 }).map((value) => bps(String(value)));
const whole = (): fc.Arbitrary<number> => fc.integer({ min: 1, max: 1_000 });

/** Some of the fields. */
const some = <Part extends object>(fields: { readonly [Key in keyof Part]-?: fc.Arbitrary<NonNullable<Part[Key]>> }): fc.Arbitrary<Part> => fc.record(fields, { requiredKeys: [] }) as unknown as fc.Arbitrary<Part>;
const leverages = (): fc.Arbitrary<Readonly<Record<string, Ratio>>> => fc.dictionary(fc.constantFrom('nado', 'drift', 'paper'), share());

const stops: fc.Arbitrary<StopLimits> = some<Omit<StopLimits, 'scope'>>({ dailyLossRatio: share(), dailyLossMax: money(), weeklyLossRatio: share(), consecutiveLosses: whole(), drawdownReduceRatio: share(), drawdownHaltRatio: share() }).chain((part) => fc.constantFrom('PORTFOLIO' as const, 'BOT' as const).map((scope) => ({ ...part, scope })));
const guards: fc.Arbitrary<GuardLimits> = some<GuardLimits>({
  underlyingShareMax: share(), underlyingMarginMax: share(), marginUtilisationMax: share(), liquidationBufferMin: share(), slippageWarnBps: points(), slippageBlockBps: points(), openOrdersMax: whole(), ordersPerMinuteMax: whole(),
  refusedPlansPerHourMax: whole(), maintenanceLeadMs: whole(), clockSkewMaxMs: whole(), venueLeverageMax: leverages(), strategyLeverageMax: leverages(),
});
const sizing: fc.Arbitrary<SizingPolicy> = some<SizingPolicy>({
  equity: fc.record({ baseRatio: share(), hotFactor: share(), coldFactor: share(), capRatio: share(), hotWins: whole(), coldLosses: whole() }),
  kelly: fc.record({ fraction: share(), baseNotional: money(), tradesMin: whole() }),
  liquidity: fc.record({ bandBps: points(), multipleMin: share() }),
  confidence: fc.record({ min: share(), max: share() }),
});
const profile: fc.Arbitrary<PolicyProfile> = fc
  .record({ name: fc.constantFrom('a', 'b', 'c'), leverageMax: share(), safetyFactor: share(), positionMax: money(), legNotionalMin: money(), legNotionalMax: money(), dailyVolumeMax: money(), dailyTradesMax: whole(), slippageBpsMax: points(), depthMultipleMin: share(), growthMultiplierMax: share(), bookAgeMaxMs: whole(), accountAgeMaxMs: whole() })
  .chain((limits) => some<Pick<PolicyProfile, 'stops' | 'guards' | 'sizing'>>({ stops, guards, sizing }).map((parts) => ({ ...DEMO, ...limits, ...parts })));

type Valued = Readonly<Record<string, Decimal | number | string>>;
const isLimit = (value: object): value is { readonly value: unknown } => 'value' in value && 'profile' in value;

/** Every limit by its path: `guards.venueLeverageMax.nado`. */
function valuesOf(part: object, path = ''): Valued {
  return Object.assign({}, ...Object.entries(part).map(([key, value]: [string, unknown]): Valued => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return isLimit(value) ? { [`${path}${key}`]: value.value as Decimal } : valuesOf(value, `${path}${key}.`);
  })) as Valued;
}

/** Binds at least as tightly as the other does. */
function isAsTight(path: string, value: Valued[string] | undefined, other: Valued[string]): boolean {
  if (value === undefined) return false;
  if (typeof value === 'string' || typeof other === 'string') return value === 'PORTFOLIO' || other === 'BOT';
  return LARGER_IS_TIGHTER.includes(path) ? new Decimal(value).gte(other) : new Decimal(value).lte(other);
}

const looser = (policy: PolicyInForce, than: PolicyInForce): readonly string[] => {
  const values = valuesOf(policy);
  return Object.entries(valuesOf(than)).flatMap(([path, other]) => (isAsTight(path, values[path], other) ? [] : [path]));
};
const shown = (policy: PolicyInForce): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(valuesOf(policy)).map(([path, value]) => [path, String(value)]).sort());

describe('binding profiles together', () => {
  it('never loosens any limit: one more profile binds every limit at least as tightly (C-1)', () => {
    fc.assert(fc.property(fc.array(profile, { maxLength: 3 }), profile, profile, (others, first, added) => {
      expect(looser(inForce([first, ...others, added]), inForce([first, ...others]))).toEqual([]);
      expect(looser(inForce([first, ...others, added]), inForce([added]))).toEqual([]);
    }));
  });

  it('has the same limits in any order (C-1)', () => {
    fc.assert(fc.property(fc.array(profile, { minLength: 2, maxLength: 4 }).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), ([[first, ...rest], [other, ...others]]) => {
      expect(shown(inForce([other!, ...others]))).toEqual(shown(inForce([first!, ...rest])));
    }));
  });

  it('binds nothing that no profile binds (W-18)', () => {
    fc.assert(fc.property(fc.array(profile, { maxLength: 3 }), profile, (others, first) => {
      const bound = new Set([first, ...others].flatMap((each) => Object.keys(valuesOf(inForce([each])))));
      expect(Object.keys(valuesOf(inForce([first, ...others]))).filter((path) => !bound.has(path))).toEqual([]);
    }));
  });

  it('names a bound profile that has the very limit as its origin', () => {
    fc.assert(fc.property(fc.array(profile, { maxLength: 3 }), profile, (others, first) => {
      const all = [first, ...others].map((each, index) => ({ ...each, name: `p${index}` }));
      const { leverageMax, stops: inForceStops } = inForce([all[0]!, ...all.slice(1)]);
      const named = (ref: string): PolicyProfile => all.find(({ name, version }) => `${name}@${version}` === ref)!;
      expect(named(leverageMax.profile).leverageMax.eq(leverageMax.value)).toBe(true);
      if (inForceStops?.dailyLossRatio) expect(named(inForceStops.dailyLossRatio.profile).stops?.dailyLossRatio?.eq(inForceStops.dailyLossRatio.value)).toBe(true);
    }));
  });

  it('finds a limit that is looser, and one that is missing', () => {
    const strict = inForce([{ ...DEMO, leverageMax: ratio('3'), stops: { scope: 'PORTFOLIO', dailyLossRatio: ratio('0.1') } }]);
    expect(looser(inForce([DEMO]), strict)).toEqual(['leverageMax', 'stops.scope', 'stops.dailyLossRatio']);
  });

  it('is never above a rung\'s own limits, whatever is bound beside it (C-6)', () => {
    fc.assert(fc.property(fc.constantFrom(...DN_PAIR_V4_1.ladder!.rungs), profile, (rung, beside) => {
      const known = new Map(PROFILES).set('beside', { ...beside, name: 'beside' });
      const { leverageMax, positionMax, legNotionalMax, dailyVolumeMax } = inForceByName(['beside', 'dn-pair-v4.1'], known, rung.name)!;
      expect(leverageMax.value.lte(rung.leverageMax) && positionMax.value.lte(rung.positionMax) && legNotionalMax.value.lte(rung.legNotionalMax) && dailyVolumeMax.value.lte(rung.dailyVolumeMax!)).toBe(true);
    }));
  });
});
