import { describe, expect, it } from 'vitest';
import { inForceByName } from './in-force.js';
import type { GateCriteria, Rung } from './limits.js';
import { DEMO, DN_PAIR_V4_1, PROFILE_FILES, PROFILES } from './profiles.js';

const LADDER = DN_PAIR_V4_1.ladder!;
const WEEKS_1_2 = 'phase-1/weeks-1-2';
const WEEKS_3_4 = 'phase-1/weeks-3-4';
const GROWTH = 'phase-2/months-2-3';
const SCALE = 'phase-3/months-4-6';
const TARGET = 'phase-4/months-7-12';
const rung = (name: string): Rung => LADDER.rungs.find((each) => each.name === name)!;
const texts = (part: object): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(part).filter(([, value]) => typeof value !== 'object' || 'toFixed' in (value as object)).map(([key, value]) => [key, String(value)]));
const gate = (name: string): Readonly<Record<keyof GateCriteria, string>> => texts(rung(name).gate) as Readonly<Record<keyof GateCriteria, string>>;

describe('the four phases of dn-pair-v4.1', () => {
  it.each([
    ['R3', WEEKS_1_2, { capital: '2000', leverageMax: '5', positionMax: '10000', dailyVolumeMax: '20000', dailyTradesMax: '40' }],
    ['R3', WEEKS_3_4, { capital: '2000', leverageMax: '5', positionMax: '10000', dailyVolumeMax: '20000', dailyTradesMax: '40' }],
    ['R4', GROWTH, { capital: '2500', leverageMax: '10', positionMax: '25000', dailyVolumeMax: '100000', dailyTradesMax: '150' }],
    ['R5', SCALE, { capital: '3000', leverageMax: '15', positionMax: '75000', dailyVolumeMax: '500000', dailyTradesMax: '500' }],
    ['R6', TARGET, { capital: '10000', leverageMax: '20', positionMax: '400000', dailyVolumeMax: '1000000', dailyTradesMax: '1000' }],
  ])('%s, R23: %s has its capital, leverage, largest position, daily volume and trades', (_id, name, limits) => {
    expect(texts(rung(name))).toMatchObject(limits);
  });

  it.each([
    ['R3', WEEKS_3_4, '8000'],
    ['R4', GROWTH, '20000'],
    ['R5', SCALE, '60000'],
    ['R6', TARGET, '320000'],
  ])('%s, C-19: the table\'s largest position of %s is capital x leverage, and $%s with the safety factor', (_id, name, safe) => {
    const { capital, capitalMax, leverageMax, positionMax } = rung(name);
    expect((capitalMax ?? capital).times(leverageMax).toString()).toBe(positionMax.toString());
    expect(positionMax.times(DN_PAIR_V4_1.safetyFactor).toString()).toBe(safe);
  });

  it('R9, R10, R11, R12: $2,000 x 10 x 0.8 is $16,000, half of it $8,000 a leg; before any rung 5x', () => {
    const safe = rung(GROWTH).leverageMax.times(2_000).times(DN_PAIR_V4_1.safetyFactor);
    expect([safe.toString(), safe.div(2).toString(), DN_PAIR_V4_1.leverageMax.toString(), DN_PAIR_V4_1.safetyFactor.toString()]).toEqual(['16000', '8000', '5', '0.8']);
  });

  it.each([
    ['R14', WEEKS_1_2, '100', '300'],
    ['R15', WEEKS_3_4, '300', '500'],
    ['R16', GROWTH, '500', '1000'],
    ['R17', SCALE, '1000', '2000'],
    ['R18', TARGET, '2000', '5000'],
  ])('%s, C-22: %s trades legs of $%s to $%s', (_id, name, legNotionalMin, legNotionalMax) => {
    expect(texts(rung(name))).toMatchObject({ legNotionalMin, legNotionalMax });
  });

  it('R14: weeks 1-2 ask for 95 % of trades at 0 or more over 10 trades a day for 14 days, and for no volume (W-1)', () => {
    expect(gate(WEEKS_1_2)).toEqual({ nonNegativeRateMin: '0.95', daysMin: '14', tradesMin: '140' });
  });

  it.each([
    ['R15', WEEKS_3_4, '14', '10000', '20'],
    ['R16', GROWTH, '60', '50000', '100'],
    ['R17', SCALE, '90', '200000', '500'],
    ['R18', TARGET, '180', '1000000', '2000'],
  ])('%s, R26, W-14: %s asks for the lower ends of its bands, 95 %% at 0 or more and no intervention', (_id, name, daysMin, dailyVolumeMin, dailyProfitMin) => {
    expect(gate(name)).toEqual({ nonNegativeRateMin: '0.95', unplannedInterventionsMax: '0', daysMin, dailyVolumeMin, dailyProfitMin });
  });

  it('R22, C-24: sizes grow by at most 1, 1.5, 2.5 and 5 by phase', () => {
    expect(LADDER.rungs.map(({ growthMultiplierMax }) => String(growthMultiplierMax))).toEqual(['1', '1', '1.5', '2.5', '5']);
  });

  it('R44, C-35: a fill rate below 90 % rolls back, below 95 % nothing is promoted', () => {
    expect([LADDER.rollbackFillRate, LADDER.degradedFillRate].map(String)).toEqual(['0.9', '0.95']);
  });

  it('W-18: binds none of LEGION\'s stops, splits, sizes or shares of an underlying, and the guards of the desk itself', () => {
    expect([DN_PAIR_V4_1.stops, DN_PAIR_V4_1.treasury, DN_PAIR_V4_1.sizing]).toEqual([undefined, undefined, undefined]);
    expect(DN_PAIR_V4_1.guards).toEqual({ openOrdersMax: 40, ordersPerMinuteMax: 120, refusedPlansPerHourMax: 240, maintenanceLeadMs: 1_800_000, clockSkewMaxMs: 5_000 });
  });

  it('C-1: a rung stands in place of the profile\'s own numbers, named as their origin', () => {
    const policy = inForceByName(['dn-pair-v4.1'], PROFILES, SCALE)!;
    expect(policy.leverageMax).toMatchObject({ profile: 'dn-pair-v4.1@3/phase-3/months-4-6' });
    expect([policy.leverageMax, policy.legNotionalMin, policy.dailyVolumeMax, policy.slippageBpsMax].map(({ value }) => String(value))).toEqual(['15', '1000', '500000', '10']);
    expect(inForceByName(['dn-pair-v4.1', 'demo'], PROFILES, SCALE)!.leverageMax).toMatchObject({ profile: 'demo@2' });
  });

  it('has nothing in force on a rung that its ladder does not have', () => {
    expect(inForceByName(['dn-pair-v4.1'], PROFILES, 'stage-1')).toBeUndefined();
    expect(inForceByName(['demo'], PROFILES, 'stage-1')?.leverageMax.profile).toBe('demo@2');
  });
});

describe('the profile of the demonstration', () => {
  it('is what it was, and binds no stop, guard, size, ladder or treasury (W-18)', () => {
    expect(texts(DEMO)).toEqual({
      name: 'demo', version: '2', source: 'Demonstration: 5x, $1,000 legs, $500,000 a day', leverageMax: '5', safetyFactor: '0.8', positionMax: '10000', legNotionalMin: '100', legNotionalMax: '1200', dailyVolumeMax: '500000', dailyTradesMax: '500', slippageBpsMax: '10',
      deviationRatioMax: '0.2', imbalanceRatioMax: '0.001', depthMultipleMin: '3', sliceNotionalMax: '600', sliceDepthShareMax: '0.2', makerShareExpected: '0.6', growthMultiplierMax: '1', bookAgeMaxMs: '5000', accountAgeMaxMs: '180000',
    });
    expect(Object.values(DEMO).filter((value) => typeof value === 'object' && !('toFixed' in (value as object)))).toEqual([]);
  });
});

it('every number of every profile names where it comes from', () => {
  for (const { numbers } of PROFILE_FILES.values()) expect([...numbers.values()].every(({ source }) => source.length > 0)).toBe(true);
  expect([...PROFILE_FILES.get('dn-pair-v4.1')!.numbers].filter(([, { source }]) => source === 'ours').map(([field]) => field)).toEqual(['sliceDepthShareMax', 'bookAgeMaxMs', 'accountAgeMaxMs', 'guards.openOrdersMax', 'guards.refusedPlansPerHourMax', 'guards.maintenanceLeadMs', 'guards.clockSkewMaxMs']);
});
