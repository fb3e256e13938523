import { money, notional, price, ratio } from '@ballast/domain';
import type { InitialDistances, ProtectionSettings } from '@ballast/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HyperliquidModel } from '../liquidation/model.js';
import { initialDistanceOf, initialDistancesOf } from './initial-distance.js';
import { capOf, defaultSettings, refreshIntervalOf, triggerOf } from './settings.js';
import { economicIncrement, offeredFor, settingsFaults, type TransferTerms } from './settings-faults.js';
import { realisedVolatility } from './volatility.js';
import { warningsOf } from './warnings.js';

const FREE: TransferTerms = { minimum: money('0.000001'), fee: money('0'), step: money('0.000001') };
const NADO_CROSS: TransferTerms = { minimum: money('5'), fee: money('1'), step: money('0.000001') };
const NADO_ISOLATED: TransferTerms = { ...NADO_CROSS, fee: money('0.1') };
const ETH: HyperliquidModel = { venue: 'hyperliquid', tiers: [{ fromNotional: notional('0'), maxLeverage: ratio('25') }, { fromNotional: notional('100000000'), maxLeverage: ratio('15') }] };
const ON: ProtectionSettings = { ...defaultSettings(notional('10000')), enabled: true };
const FAR: InitialDistances = { long: ratio('0.4'), short: ratio('0.3') };
const faultsOf = (changes: Partial<ProtectionSettings>, initialDistances = FAR, terms = FREE) => settingsFaults({ ...ON, ...changes }, { initialDistances, terms });
const fieldsOf = (...asked: Parameters<typeof faultsOf>) => faultsOf(...asked).map(({ field }) => field);

describe('the defaults (R63)', () => {
  it('are 5 %, 15 %, half of the largest position, $5 and 60 s, and off', () => {
    const { triggerDistance, safeDistance, maxDeposit, increment, hysteresis, restoreMargin, ...rest } = defaultSettings(notional('10000'));
    expect([triggerDistance, safeDistance, maxDeposit, increment, hysteresis, restoreMargin].map(String)).toEqual(['0.05', '0.15', '5000', '5', '0.01', '0.02']);
    expect(rest).toEqual({ enabled: false, mode: 'increment', cooldownMs: 60_000, exhausted: 'hold' });
  });

  it('can be enabled at 3 x with 0.8 of it in use, and not at 5 x, by either side: refused with the numbers (C-9, W-13)', () => {
    const at = (leverage: string) => faultsOf({}, initialDistancesOf(ETH, ratio(leverage)));
    expect(at('2.4')).toEqual([]);
    expect(at('5').map(({ field }) => field)).toEqual(['safeDistance']);
    expect(at('5')[0]!.text).toBe('found 15 % with a hysteresis of 1 %, reachable for a short is 14 % (W-13): a fresh short is 15 % from liquidation; offered: triggerDistance 0.0525, safeDistance 0.12');
    expect(at('10').map(({ field }) => field)).toEqual(['safeDistance', 'safeDistance']);
    expect(at('20').map(({ field }) => field)).toEqual(['triggerDistance', 'safeDistance', 'triggerDistance', 'safeDistance']);
  });
});

describe('the first distance of a position (C-8, C-59)', () => {
  it.each([
    ['ETH long at 5 x', 'LONG', '5', '0.225000'], ['ETH short at 5 x', 'SHORT', '5', '0.150000'], ['ETH long at 10 x', 'LONG', '10', '0.088889'],
    ['ETH long at 20 x', 'LONG', '20', '0.031579'], ['ETH short at 20 x', 'SHORT', '20', '0.028571'],
  ] as const)('is told of %s', (_, side, leverage, expected) => expect(initialDistanceOf(ETH, side, ratio(leverage))!.toFixed(6)).toBe(expected));

  it('knows no price that liquidates a long without leverage, and the demand of a large position', () => {
    expect(initialDistancesOf(ETH, ratio('1')).long).toBeUndefined();
    expect(initialDistanceOf(ETH, 'LONG', ratio('5'), notional('1000000000'))!.lt(initialDistanceOf(ETH, 'LONG', ratio('5'))!)).toBe(true);
  });

  it('can carry what is offered for it, from 5 % on', () => {
    fc.assert(fc.property(fc.integer({ min: 500, max: 9_000 }).map((bps) => ratio((bps / 10_000).toFixed(4))), (initial) => {
      expect(faultsOf(offeredFor(initial), { long: initial, short: initial })).toEqual([]);
    }));
  });
});

describe('settings are refused, each by its name', () => {
  it.each([
    ['a cap of 0, which means not configured (C-60)', { maxDeposit: money('0') }, ['maxDeposit', 'increment']],
    ['a share of a common fund of 0', { poolCap: money('0') }, ['poolCap', 'increment']],
    ['a trigger above safe', { triggerDistance: ratio('0.16') }, ['triggerDistance', 'restoreMargin']],
    ['a trigger of 0', { triggerDistance: ratio('0') }, ['triggerDistance']],
    ['a negative hysteresis', { hysteresis: ratio('-0.01') }, ['hysteresis']],
    ['nothing restored', { restoreMargin: ratio('0') }, ['restoreMargin']],
    ['what is restored beyond safe', { restoreMargin: ratio('0.11') }, ['restoreMargin']],
    ['a trigger that volatility widens too far', { volatilityWidenMax: ratio('0.1') }, ['restoreMargin']],
    ['a trigger that volatility widens to 0.8 of the first distance', { volatilityWidenMax: ratio('0.19'), safeDistance: ratio('0.27') }, ['triggerDistance']],
    ['a cooldown below 1 s', { cooldownMs: 999 }, ['cooldownMs']],
    ['a cooldown above a day', { cooldownMs: 86_400_001 }, ['cooldownMs']],
    ['urgency from the trigger on', { urgent: { distance: ratio('0.05'), cooldownMs: 5_000 } }, ['urgent.distance']],
    ['urgency that waits longer', { urgent: { distance: ratio('0.02'), cooldownMs: 60_001 } }, ['urgent.cooldownMs']],
    ['a step above the cap', { increment: money('5001') }, ['increment']],
  ] as const)('for example %s', (_, changes, fields) => expect(fieldsOf(changes)).toEqual(fields));

  it('no setting that is off is judged', () => expect(faultsOf({ enabled: false, maxDeposit: money('0') })).toEqual([]));

  it('a step that the venue\'s fee or minimum makes uneconomic, with the number to use (W-4)', () => {
    expect(faultsOf({}, FAR, NADO_CROSS)).toEqual([{ field: 'increment', text: 'found 5, allowed is at least 50: a transfer is at least 5 here and costs 1; use 50 (W-4)' }]);
    expect([NADO_CROSS, NADO_ISOLATED, FREE].map((terms) => economicIncrement(terms).toString())).toEqual(['50', '5.1', '0.01']);
    expect(faultsOf({ increment: money('50') }, FAR, NADO_CROSS)).toEqual([]);
    expect(faultsOf({ mode: 'smart' }, FAR, NADO_CROSS)).toEqual([]);
    expect(faultsOf({ mode: 'smart', maxDeposit: money('6') }, FAR, NADO_CROSS)[0]!.text).toContain('allowed is at least 7');
  });
});

it('the trigger widens by volatility and no more than allowed; the smaller cap holds', () => {
  const wide = { ...ON, volatilityWidenMax: ratio('0.03') };
  expect([triggerOf(ON, ratio('0.5')), triggerOf(wide, undefined), triggerOf(wide, ratio('0.01')), triggerOf(wide, ratio('0.5')), triggerOf(wide, ratio('-1'))].map(String)).toEqual(['0.05', '0.05', '0.06', '0.08', '0.05']);
  expect([capOf(ON), capOf({ ...ON, poolCap: money('100') }), capOf({ ...ON, poolCap: money('9000') })].map(String)).toEqual(['5000', '100', '5000']);
});

it('accounts are read by the polling table (R84, W-22), and as in danger wherever their bot is (C-64)', () => {
  const seconds = (distances: readonly (string | undefined)[], settings?: ProtectionSettings) => distances.map((distance) => refreshIntervalOf(distance === undefined ? undefined : ratio(distance), settings) / 1_000);
  const TABLE = [undefined, '0.2001', '0.2', '0.1001', '0.1', '0.0501', '0.05', '-0.3'];
  expect(seconds(TABLE)).toEqual([300, 300, 60, 60, 30, 30, 10, 10]);
  expect(seconds(TABLE, ON)).toEqual(seconds(TABLE));
  expect(seconds([undefined, '0.2001', '0.15', '0.1499', '0.12', '0.06'], { ...ON, triggerDistance: ratio('0.15') })).toEqual([300, 300, 60, 10, 10, 10]);
  expect(seconds(['0.1801', '0.18', '0.1799'], { ...ON, triggerDistance: ratio('0.15'), volatilityWidenMax: ratio('0.03') })).toEqual([60, 60, 10]);
});

it('realised volatility is the root of the squared returns of the window, and unknown for less than two of them', () => {
  expect(realisedVolatility(['100', '103', '98.88'].map(price))!.toString()).toBe('0.05');
  expect(realisedVolatility(['100', '103'].map(price))).toBeUndefined();
});

it('the three warnings are those that operators know, in both languages (R77, W-19)', () => {
  expect(warningsOf(money('500'), 'en')).toEqual([
    'Liquidation Protection can deposit up to $500 from your agent wallet during adverse price moves',
    'This feature uses agent wallet funds - ensure adequate USDC balance',
    'Protection deposits are NOT guaranteed to prevent liquidation',
  ]);
  expect(warningsOf(money('500'), 'ko')[0]).toContain('최대 $500까지');
});
