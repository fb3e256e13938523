import { type Decimal, bps, money, notional, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { findingText } from '../file/finding.js';
import type { Rung } from '../limits.js';
import type { PolicyProfile } from '../profile.js';
import { DEMO, DN_PAIR_V4_1, profileNamed } from '../profiles.js';
import { lintProfile } from './lint.js';

const SCALING = profileNamed('scaling-capital');
const LEGION = profileNamed('legion');
const texts = (profile: PolicyProfile, maintenanceMargin?: Parameters<typeof lintProfile>[1]): readonly string[] => lintProfile(profile, maintenanceMargin).map((finding) => `${finding.severity} ${findingText(finding)}`);
const withRungs = (profile: PolicyProfile, change: (rung: Rung, index: number) => Rung): PolicyProfile => ({ ...profile, ladder: { ...profile.ladder!, rungs: profile.ladder!.rungs.map(change) } });
const rungAt = (profile: PolicyProfile, at: number, change: Partial<Rung>): PolicyProfile => withRungs(profile, (rung, index) => (index === at ? { ...rung, ...change } : rung));
const percent = (value: Decimal): PolicyProfile['leverageMax'] => ratio(value.toString());

describe('the profiles that come with the system', () => {
  it('have no fault; the weekly stop of LEGION is shadowed (C-43), phase 4\'s profit takes 20 bps of 16 (C-20)', () => {
    expect([DEMO, SCALING].map((profile) => texts(profile))).toEqual([[], []]);
    expect(texts(LEGION)).toEqual(['WARNING stops.weeklyLossRatio: shadowed: 30 % is never reached before the fall from the peak of 25 % (C-43)']);
    expect(texts(DN_PAIR_V4_1)).toEqual(['WARNING ladder.rungs[4].gate.dailyProfitMin: found $2,000 a day, allowed is up to $1,000,000 x 16 bps = $1,600: it takes 20 bps a round (C-20)']);
  });
});

describe('a liquidation buffer', () => {
  it.each([
    ['3x', '3', '0.2833', 0],
    ['3x', '3', '0.2834', 1],
    ['5x', '5', '0.1499', 0],
    ['5x', '5', '0.15', 1],
    ['20x', '20', '0.001', 1],
  ])('at %s with 5 %% maintenance margin must be below 1/%s - 5 %%: %s', (_text, leverageMax, buffer, faults) => {
    const profile: PolicyProfile = { ...DEMO, leverageMax: ratio(leverageMax), guards: { liquidationBufferMin: ratio(buffer) } };
    expect(lintProfile(profile).filter(({ id, severity }) => id === 'C-8' && severity === 'FAULT')).toHaveLength(faults);
  });

  it('of 20 % is impossible at 5x whatever the margin, and on every rung above it (C-8)', () => {
    const five: PolicyProfile = { ...DEMO, guards: { liquidationBufferMin: ratio('0.2') } };
    expect(texts(five, ratio('0.005'))).toEqual(['FAULT guards.liquidationBufferMin: found a liquidation buffer of 20 % at 5x, allowed is below 1/5 - 0.5 % maintenance margin = 19.5 %: no position could be opened (C-8)']);
    expect(lintProfile(rungAt(SCALING, 6, { leverageMax: ratio('4') })).map(({ field, id }) => [field, id])).toEqual([['ladder.rungs[6].leverageMax', 'C-8']]);
  });
});

describe('stops, guards and sizes', () => {
  it.each([
    ['0.2499', 0],
    ['0.25', 1],
    ['0.3', 1],
  ])('a weekly stop at %s beside 25 %% from the peak is shadowed or not (C-43)', (weekly, count) => {
    expect(lintProfile({ ...LEGION, stops: { ...LEGION.stops!, weeklyLossRatio: ratio(weekly) } }).filter(({ id }) => id === 'C-43')).toHaveLength(count);
  });

  it('find a daily stop and a reduction that the halt forestalls, and a stop at 0 (R111, W-5)', () => {
    const odd = texts({ ...DEMO, stops: { scope: 'PORTFOLIO', dailyLossRatio: ratio('0.3'), drawdownReduceRatio: ratio('0.3'), drawdownHaltRatio: ratio('0.25'), consecutiveLosses: 0, dailyLossMax: notional('0') } });
    expect(odd.map((text) => text.split(':')[0])).toEqual(['WARNING stops.dailyLossRatio', 'WARNING stops.drawdownReduceRatio', 'FAULT stops.dailyLossMax', 'FAULT stops.consecutiveLosses']);
  });

  it('find a warning that does not come before its refusal (R51), and a leverage by venue that is never reached (C-1)', () => {
    const odd = texts({ ...DEMO, guards: { slippageWarnBps: bps('50'), slippageBlockBps: bps('50'), underlyingMarginMax: ratio('0.9'), marginUtilisationMax: ratio('0.8'), venueLeverageMax: { nado: ratio('10'), drift: ratio('3') } } });
    expect(odd).toEqual([
      'FAULT guards.slippageWarnBps: found 50 bps, allowed is below the 50 bps that refuse (R51)',
      'WARNING guards.underlyingMarginMax: shadowed: 90 % is never reached before the margin utilisation of 80 % (W-10)',
      'WARNING guards.venueLeverageMax.nado: shadowed: 10x is never reached before the profile\'s leverage of 5x (C-1)',
    ]);
  });

  it('find a base above its cap, a hot streak that the cap cuts off and factors the wrong way round (R101, C-40)', () => {
    const equity = LEGION.sizing!.equity!;
    const of = (change: Partial<typeof equity>): readonly string[] => texts({ ...DEMO, sizing: { equity: { ...equity, ...change } } });
    expect(of({})).toEqual([]);
    expect(of({ hotFactor: ratio('1.5') })).toEqual([]);
    expect(of({ hotFactor: ratio('1.6') })).toEqual(['WARNING sizing.equity.hotFactor: shadowed: 10 % x 1.6 = 16 % is above the cap of 15 % (C-40)']);
    expect(of({ hotFactor: ratio('0.9'), coldFactor: ratio('1.1'), baseRatio: ratio('0.16') })).toHaveLength(3);
    expect(texts({ ...DEMO, sizing: { confidence: { min: ratio('1'), max: ratio('0.5') }, kelly: { ...LEGION.sizing!.kelly!, fraction: ratio('0') } } })).toHaveLength(2);
  });
});

describe('a limit of 0 where nothing would ever trade (W-18)', () => {
  const faults = (profile: PolicyProfile): readonly string[] => lintProfile(profile).filter(({ severity }) => severity === 'FAULT').map(({ field }) => field);
  const [zeroNotional, zeroRatio] = [notional('0'), ratio('0')];

  it.each<[string, Partial<PolicyProfile>]>([
    ['legNotionalMax', { legNotionalMax: zeroNotional, legNotionalMin: zeroNotional }],
    ['positionMax', { positionMax: zeroNotional, legNotionalMin: zeroNotional }],
    ['dailyVolumeMax', { dailyVolumeMax: zeroNotional }],
    ['dailyTradesMax', { dailyTradesMax: 0 }],
    ['slippageBpsMax', { slippageBpsMax: bps('0') }],
    ['imbalanceRatioMax', { imbalanceRatioMax: zeroRatio }],
    ['growthMultiplierMax', { growthMultiplierMax: zeroRatio }],
    ['bookAgeMaxMs', { bookAgeMaxMs: 0 }],
    ['accountAgeMaxMs', { accountAgeMaxMs: 0 }],
    ['guards.openOrdersMax', { guards: { openOrdersMax: 0 } }],
    ['guards.ordersPerMinuteMax', { guards: { ordersPerMinuteMax: 0 } }],
    ['guards.marginUtilisationMax', { guards: { marginUtilisationMax: zeroRatio } }],
    ['guards.underlyingShareMax', { guards: { underlyingShareMax: zeroRatio } }],
    ['guards.slippageBlockBps', { guards: { slippageBlockBps: bps('0') } }],
    ['sizing.liquidity.multipleMin', { sizing: { liquidity: { bandBps: bps('50'), multipleMin: zeroRatio } } }],
    ['sizing.kelly.baseNotional', { sizing: { kelly: { fraction: ratio('0.3'), baseNotional: zeroNotional, tradesMin: 30 } } }],
    ['sizing.confidence.max', { sizing: { confidence: { min: zeroRatio, max: zeroRatio } } }],
  ])('is a fault in %s', (field, change) => {
    expect(faults({ ...DEMO, ...change })).toEqual([field]);
  });

  it('is none where 0 binds nothing, or a waiver accepts more', () => {
    expect(faults({ ...DEMO, legNotionalMin: zeroNotional, depthMultipleMin: zeroRatio, makerShareExpected: zeroRatio, guards: { refusedPlansPerHourMax: 0, maintenanceLeadMs: 0 } })).toEqual([]);
    expect(faults({ ...DEMO, imbalanceRatioMax: zeroRatio, waiver: { imbalanceRatioMax: ratio('0.005'), expiresAt: 1 } })).toEqual([]);
  });

  it.each<[string, Partial<Rung>]>([
    ['dailyLossMax', { dailyLossMax: zeroNotional }],
    ['dailyTradesMax', { dailyTradesMax: 0 }],
    ['dailyVolumeMax', { dailyVolumeMax: zeroNotional }],
    ['growthMultiplierMax', { growthMultiplierMax: zeroRatio }],
    ['slippageBlockBps', { slippageBlockBps: bps('0') }],
    ['legNotionalMax', { legNotionalMax: zeroNotional, legNotionalMin: zeroNotional }],
    ['capital', { capital: zeroNotional }],
  ])('is a fault in %s of a rung too, in place of the profile\'s own', (field, change) => {
    expect(faults(rungAt(SCALING, 0, change))).toContainEqual(`ladder.rungs[0].${field}`);
    expect(faults(rungAt(SCALING, 6, change))).toContainEqual(`ladder.rungs[6].${field}`);
  });

  it('is told once where the profile has it already', () => {
    expect(faults({ ...SCALING, guards: { ...SCALING.guards, openOrdersMax: 0 } })).toEqual(['guards.openOrdersMax']);
  });

  it('is a fault as the drawdown that demotes (W-5)', () => {
    expect(faults({ ...SCALING, ladder: { ...SCALING.ladder!, demotionDrawdown: zeroRatio } })).toEqual(['ladder.demotionDrawdown']);
  });
});

describe('a gate', () => {
  const gateAt = (at: number, gate: Rung['gate']): readonly string[] => lintProfile(rungAt(SCALING, at, { gate })).map(({ severity, field, id }) => `${severity} ${field.replace(/^ladder\.rungs/, '')} ${id}`);

  it('asks for something on every rung but the last (R25)', () => {
    expect(SCALING.ladder!.rungs.map((_, at) => gateAt(at, {}))).toEqual([...[0, 1, 2, 3, 4, 5].map((at) => [`FAULT [${at}].gate R25`]), []]);
    expect(gateAt(0, { daysMin: 0, tradesMin: 0, executionSuccessMin: ratio('0') })).toEqual(['FAULT [0].gate R25']);
    expect([gateAt(0, { daysMin: 1 }), gateAt(0, { executionFailuresMax: 0 })]).toEqual([[], []]);
  });

  it.each<[string, Rung['gate'], readonly string[]]>([
    ['a win rate alone', { winRateMin: ratio('0.5') }, ['FAULT [0].gate.winRateMin C-38']],
    ['a win rate over days, of which one trade may be', { winRateMin: ratio('0.5'), daysMin: 14 }, ['FAULT [0].gate.winRateMin C-38']],
    ['a win rate of 0 trades or more', { winRateMin: ratio('0.5'), tradesMin: 0 }, ['FAULT [0].gate.winRateMin C-38']],
    ['a win rate of 9 trades', { winRateMin: ratio('0.5'), tradesMin: 9 }, ['FAULT [0].gate.winRateMin C-38']],
    ['a win rate of 10 trades', { winRateMin: ratio('0.5'), tradesMin: 10 }, []],
    ['a rate of trades not negative alone', { nonNegativeRateMin: ratio('0.95') }, ['FAULT [0].gate.nonNegativeRateMin C-38']],
    ['a rate of trades not negative with a volume of every day', { nonNegativeRateMin: ratio('0.95'), dailyVolumeMin: notional('1000'), daysMin: 14 }, []],
    ['a Sharpe ratio of 14 days', { sharpeMin: ratio('1.5'), daysMin: 14 }, ['FAULT [0].gate.sharpeMin C-38']],
    ['a Sharpe ratio of 30 trades, which one day may have', { sharpeMin: ratio('1.5'), tradesMin: 30 }, ['FAULT [0].gate.sharpeMin C-38']],
    ['a Sharpe ratio of 30 trades in 14 days', { sharpeMin: ratio('1.5'), daysMin: 14, tradesMin: 30 }, []],
  ])('of %s has a least number of trades or not (C-38)', (_name, gate, expected) => {
    expect(gateAt(0, gate)).toEqual(expected);
    expect(gateAt(6, gate)).toEqual([]);
  });
});

describe('a split', () => {
  it.each([
    ['0.6', 0],
    ['0.55', 1],
    ['0.6001', 1],
  ])('that reinvests %s beside 20 + 15 + 5 %% is 100 %% or refused (R102)', (reinvest, count) => {
    expect(lintProfile({ ...LEGION, treasury: { ...LEGION.treasury!, reinvestRatio: ratio(reinvest) } }).filter(({ id }) => id === 'R102')).toHaveLength(count);
  });

  it('can\'t give the chest more than is reinvested (C-41)', () => {
    const treasury = { ...LEGION.treasury!, hotChestExtra: percent(LEGION.treasury!.reinvestRatio.plus('0.01')) };
    expect(texts({ ...DEMO, treasury })).toEqual(['FAULT treasury.hotChestExtra: found 61 %, allowed is up to what is reinvested, 60 %: it is taken from there (C-41)']);
  });
});

describe('a ladder', () => {
  const weeks34 = DN_PAIR_V4_1.ladder!.rungs[1]!;
  const found = (profile: PolicyProfile): readonly (readonly [string, string])[] => lintProfile(profile).filter(({ severity }) => severity === 'FAULT').map(({ field, id }) => [field, id]);

  it('reaches a volume of 40 trades x $500 = $20,000 and no cent more (W-1, R15)', () => {
    const gate = (dailyVolumeMin: string) => found(rungAt(DN_PAIR_V4_1, 1, { gate: { ...weeks34.gate, dailyVolumeMin: notional(dailyVolumeMin) } }));
    expect([gate('20000'), gate('20000.01')]).toEqual([[], [['ladder.rungs[1].gate.dailyVolumeMin', 'W-1'], ['ladder.rungs[1].gate.dailyVolumeMin', 'W-1']]]);
  });

  it('can\'t gate weeks 1-2 on phase 1\'s volume: 40 x $300 is $12,000 (W-1)', () => {
    const gate = { ...DN_PAIR_V4_1.ladder!.rungs[0]!.gate, dailyVolumeMin: notional('20000') };
    expect(texts(rungAt(DN_PAIR_V4_1, 0, { gate }))).toContainEqual('FAULT ladder.rungs[0].gate.dailyVolumeMin: found $20,000 a day, allowed is up to 40 trades x $300 = $12,000: the gate can\'t be reached (W-1)');
  });

  it('reaches a profit of $20,000 x 16 bps = $32 and no cent more (C-20)', () => {
    const gate = (dailyProfitMin: string) => found(rungAt(DN_PAIR_V4_1, 1, { gate: { ...weeks34.gate, dailyProfitMin: money(dailyProfitMin) } }));
    expect([gate('32'), gate('32.01')]).toEqual([[], [['ladder.rungs[1].gate.dailyProfitMin', 'C-20']]]);
  });

  it.each([
    ['capital', { capital: notional('4999') }],
    ['positionMax', { positionMax: notional('499'), legNotionalMax: notional('499') }],
    ['leverageMax', { leverageMax: ratio('2.9') }],
    ['dailyLossMax', { dailyLossMax: notional('99.99') }],
    ['slippageBlockBps', { slippageBlockBps: bps('49') }],
  ] as const)('that shrinks in %s is refused (R25)', (field, change) => {
    expect(found(rungAt(SCALING, 1, change))).toContainEqual([`ladder.rungs[1].${field}`, 'R25']);
  });

  it.each([
    ['legNotionalMin', 'W-1', { legNotionalMin: notional('501') }],
    ['legNotionalMax', 'W-1', { legNotionalMax: notional('10001') }],
    ['legNotionalMin', 'R10', { capital: notional('100'), legNotionalMin: notional('201') }],
    ['capitalMax', 'C-19', { capitalMax: notional('1999') }],
    ['gate.winRateMin', 'R48', { gate: { winRateMin: ratio('1') } }],
    ['gate.drawdownMax', 'R48', { gate: { drawdownMax: ratio('0') } }],
    ['slippageWarnBps', 'R51', { slippageWarnBps: bps('50'), slippageBlockBps: bps('50') }],
    ['name', 'C-6', { name: 'phase-1/weeks-1-2' }],
  ] as const)('names %s (%s) of a rung that does not hold together', (field, id, change) => {
    expect(found(rungAt(DN_PAIR_V4_1, 1, change))).toContainEqual([`ladder.rungs[1].${field}`, id]);
  });

  it('allows nothing before its first rung that the first does not (R25)', () => {
    expect(found({ ...DN_PAIR_V4_1, leverageMax: ratio('6'), positionMax: notional('10001') })).toEqual([['leverageMax', 'R25'], ['positionMax', 'R25']]);
  });

  it('tells of what another limit makes idle (C-13, C-19, W-5)', () => {
    const idle = lintProfile({ ...rungAt(SCALING, 0, { gate: { ...SCALING.ladder!.rungs[0]!.gate, drawdownMax: ratio('0.11'), nonNegativeRateMin: ratio('0.4') } }), stops: { ...SCALING.stops!, drawdownHaltRatio: ratio('0.09') } });
    expect(idle.map(({ severity, id }) => `${severity} ${id}`)).toEqual(['WARNING W-5', 'WARNING C-13', 'WARNING W-5', 'WARNING W-5']);
    expect(found({ ...SCALING, ladder: { ...SCALING.ladder!, rollbackFillRate: ratio('0.96') } })).toEqual([['ladder.rollbackFillRate', 'C-35']]);
  });
});

it('refuses a waiver above 0.5 % (W-11, C-31)', () => {
  const waived = (imbalance: string) => texts({ ...DEMO, waiver: { imbalanceRatioMax: ratio(imbalance), expiresAt: 1 } });
  expect([waived('0.005'), waived('0.0051'), waived('0.0009')]).toEqual([[], [expect.stringContaining('FAULT waiver.imbalanceRatioMax')], [expect.stringContaining('WARNING waiver.imbalanceRatioMax: shadowed')]]);
});
