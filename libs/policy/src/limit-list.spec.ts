import { expect, it } from 'vitest';
import { inForceByName } from './in-force.js';
import { listLimits } from './limit-list.js';
import { PROFILES } from './profiles.js';

it('lists every limit in force once, with its origin: also by venue, and each share of the treasury', () => {
  const known = new Map(PROFILES).set('venues', { ...PROFILES.get('demo')!, name: 'venues', guards: { venueLeverageMax: { nado: PROFILES.get('demo')!.leverageMax } } });
  const limits = listLimits(inForceByName(['scaling-capital', 'legion', 'venues'], known, 'stage-1')!);
  expect(new Set(limits.map(({ limit }) => limit)).size).toBe(limits.length);
  expect(limits).toEqual(expect.arrayContaining([
    { limit: 'leverageMax', value: '3', profile: 'scaling-capital@2/stage-1' },
    { limit: 'stops.consecutiveLosses', value: '3', profile: 'legion@1' },
    { limit: 'guards.venueLeverageMax.nado', value: '5', profile: 'venues@2' },
    { limit: 'sizing.equity.capRatio', value: '0.15', profile: 'legion@1' },
    { limit: 'treasury.chestRatio', value: '0.2', profile: 'legion@1' },
  ]));
  expect(limits.every(({ value }) => !value.includes('object'))).toBe(true);
});
