import { contentId, notional, price, quantity, ratio, signedQuantity } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { inForce, inForceByName } from './in-force.js';
import { planHashOf } from './plan-hash.js';
import { profileHash } from './profile.js';
import { DEMO, DN_PAIR_V4_1, PROFILES } from './profiles.js';

describe('policy in force', () => {
  it('takes the tightest of every bound profile and names its origin (C-1)', () => {
    const policy = inForce([DEMO, DN_PAIR_V4_1]);
    expect(policy.legNotionalMax).toEqual({ value: notional('500'), profile: 'dn-pair-v4.1@3' });
    expect(policy.dailyTradesMax).toEqual({ value: 40, profile: 'dn-pair-v4.1@3' });
    expect(policy.leverageMax).toEqual({ value: ratio('5'), profile: 'demo@2' });
  });

  it('takes the largest of the minimums: the smaller legs of another profile are not allowed (R14, C-1)', () => {
    expect(inForce([{ ...DEMO, legNotionalMin: notional('40') }, DN_PAIR_V4_1]).legNotionalMin).toEqual({ value: notional('100'), profile: 'dn-pair-v4.1@3' });
  });

  it('does not depend on the order of binding, but for the origin of a tie', () => {
    const values = (policy: ReturnType<typeof inForce>) => Object.entries(policy).map(([key, limit]) => [key, String((limit as { value?: unknown }).value)]);
    expect(values(inForce([DEMO, DN_PAIR_V4_1]))).toEqual(values(inForce([DN_PAIR_V4_1, DEMO])));
  });

  it('waives an imbalance only where every bound profile does, at the smallest maximum and the earliest expiry (W-11)', () => {
    const wide = { ...DEMO, waiver: { imbalanceRatioMax: ratio('0.005'), expiresAt: 100 } };
    const narrow = { ...DN_PAIR_V4_1, waiver: { imbalanceRatioMax: ratio('0.002'), expiresAt: 200 } };
    expect(inForce([wide, DN_PAIR_V4_1]).waiver).toBeUndefined();
    expect(inForce([wide, narrow]).waiver).toEqual({ value: { imbalanceRatioMax: ratio('0.002'), expiresAt: 100 }, profile: 'dn-pair-v4.1@3' });
  });

  it('has nothing in force for an unknown name or for none', () => {
    expect(inForceByName(['demo', 'nosuch'], PROFILES)).toBeUndefined();
    expect(inForceByName([], PROFILES)).toBeUndefined();
    expect(inForceByName(['demo'], PROFILES)?.legNotionalMax.value).toEqual(notional('1200'));
  });

  it('has a hash that follows every number', () => {
    expect(profileHash(DEMO)).toBe(profileHash({ ...DEMO }));
    expect(profileHash({ ...DEMO, dailyTradesMax: 501 })).not.toBe(profileHash(DEMO));
    expect(profileHash({ ...DEMO, leverageMax: ratio('4.99') })).not.toBe(profileHash(DEMO));
  });

  it('keeps phase 1 as the plan has it (R3, R12, R14, R15, R23, R29)', () => {
    expect([DN_PAIR_V4_1.legNotionalMin, DN_PAIR_V4_1.legNotionalMax].map(String)).toEqual(['100', '500']);
    expect([DN_PAIR_V4_1.leverageMax, DN_PAIR_V4_1.safetyFactor, DN_PAIR_V4_1.positionMax, DN_PAIR_V4_1.dailyVolumeMax, DN_PAIR_V4_1.slippageBpsMax].map(String)).toEqual(['5', '0.8', '10000', '20000', '10']);
    expect([DN_PAIR_V4_1.dailyTradesMax, DN_PAIR_V4_1.waiver]).toEqual([40, undefined]);
  });

  it('has a plan hash that follows what a leg takes over, and is what it was where it takes nothing', () => {
    const leg = { leg: 0, instrument: 'ETH-PERP', side: 'BUY', quantity: quantity('0.042'), slices: [quantity('0.042')], referencePrice: price('2756.9') } as const;
    const plain = planHashOf('p1', [leg]);
    expect(plain).toBe(contentId('plan-legs', 'p1', 0, 'ETH-PERP', 'BUY', '0.042', '0.042', '2756.9'));
    expect(planHashOf('p1', [{ ...leg, residualAbsorbed: signedQuantity('-0.001') }])).not.toBe(plain);
    expect(planHashOf('p1', [{ ...leg, residualAbsorbed: signedQuantity('-0.001') }])).not.toBe(planHashOf('p1', [{ ...leg, residualAbsorbed: signedQuantity('0.001') }]));
  });
});
