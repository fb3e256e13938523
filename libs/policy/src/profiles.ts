import { bps, notional, ratio } from '@ballast/domain';
import type { PolicyProfile } from './profile.js';

/** Phase 1 of the pair's plan: 5x, 0.8, table $10,000, $20,000 and 40 rounds a day (R3, R12, R23), legs of $100 (R14) to $500 (R15), 10 bps (R29). */
export const DN_PAIR_V4_1: PolicyProfile = {
  name: 'dn-pair-v4.1',
  version: 2,
  source: 'DN Pair Bot Liquidation Stabilization Plan V4.1, phase 1 (R3, R12, R14, R15, R22, R23, R29)',
  leverageMax: ratio('5'),
  safetyFactor: ratio('0.8'),
  positionMax: notional('10000'),
  legNotionalMin: notional('100'),
  legNotionalMax: notional('500'),
  dailyVolumeMax: notional('20000'),
  dailyTradesMax: 40,
  slippageBpsMax: bps('10'),
  deviationRatioMax: ratio('0.2'),
  imbalanceRatioMax: ratio('0.001'),
  depthMultipleMin: ratio('3'),
  sliceNotionalMax: notional('500'),
  sliceDepthShareMax: ratio('0.2'),
  makerShareExpected: ratio('0.6'),
  growthMultiplierMax: ratio('1'),
  bookAgeMaxMs: 5_000,
  accountAgeMaxMs: 180_000,
};

/**
 * For the demonstration: legs of $1,000, so up to $1,200 within the allowed deviation (C-32), $500,000 and 500 rounds a
 * day, in orders of at most $600.
 */
export const DEMO: PolicyProfile = {
  ...DN_PAIR_V4_1,
  name: 'demo',
  source: 'Demonstration: 5x, $1,000 legs, $500,000 a day',
  legNotionalMax: notional('1200'),
  dailyVolumeMax: notional('500000'),
  dailyTradesMax: 500,
  sliceNotionalMax: notional('600'),
};

/** Every profile that a bot can bind, by name. */
export const PROFILES: ReadonlyMap<string, PolicyProfile> = new Map([DN_PAIR_V4_1, DEMO].map((profile) => [profile.name, profile]));
