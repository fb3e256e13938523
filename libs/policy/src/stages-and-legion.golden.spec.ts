import { describe, expect, it } from 'vitest';
import { numbersOn } from './file/read-profile.js';
import { inForceByName } from './in-force.js';
import type { Rung } from './limits.js';
import { PROFILE_FILES, profileNamed, PROFILES } from './profiles.js';
import { stageDailyLoss, stagePosition } from './stage-formula.js';

const SCALING = profileNamed('scaling-capital');
const LEGION = profileNamed('legion');
const DAY_MS = 86_400_000;
const stage = (number: number): Rung => SCALING.ladder!.rungs[number - 1]!;
const STAGES = [1, 2, 3, 4, 5, 6, 7];
const texts = (part: object): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(part).map(([key, value]) => [key, String(value)]));

describe('the seven stages of scaling-capital', () => {
  it.each([
    [1, '5000', '500', 14],
    [2, '10000', '2000', 14],
    [3, '25000', '5000', 14],
    [4, '50000', '10000', 14],
    [5, '100000', '20000', 28],
    [6, '200000', '40000', 28],
    [7, '300000', '60000', undefined],
  ])('R47, W-6: stage %i has capital $%s, a position of up to $%s and its duration', (number, capital, positionMax, daysMin) => {
    expect(stage(number)).toMatchObject({ name: `stage-${number}` });
    expect(texts(stage(number))).toMatchObject({ capital, positionMax, legNotionalMax: positionMax });
    expect(stage(number).gate.daysMin).toBe(daysMin);
  });

  it.each([
    [1, '30', '50'],
    [2, '30', '50'],
    [3, '40', '60'],
    [4, '40', '60'],
    [5, '50', '75'],
    [6, '50', '75'],
    [7, '60', '100'],
  ])('R51: stage %i warns at %s bps and blocks at %s bps', (number, slippageWarnBps, slippageBlockBps) => {
    expect(texts(stage(number))).toMatchObject({ slippageWarnBps, slippageBlockBps });
    expect(texts(inForceByName(['scaling-capital'], PROFILES, `stage-${number}`)!.guards!.slippageBlockBps!)).toMatchObject({ value: slippageBlockBps, profile: `scaling-capital@2/stage-${number}` });
  });

  it('R54, W-6: a day may lose $100 x 1.5^(n - 1), to the cent', () => {
    const cents = STAGES.map((number) => String(stage(number).dailyLossMax?.times(100)));
    expect(cents).toEqual(['10000', '15000', '22500', '33750', '50625', '75938', '113906']);
    expect(STAGES.map((number) => String(stageDailyLoss(number).times(100)))).toEqual(cents);
  });

  it('R54, C-53, W-6: where the table has no row the position is 500 x 1.5^(n - 1), to the dollar', () => {
    expect(STAGES.map((number) => String(stagePosition(number)))).toEqual(['500', '750', '1125', '1688', '2531', '3797', '5695']);
  });

  it('R54, W-5, C-8: on every stage 3x, 10 % from the peak takes no new risk and demotes, buffer 20 %, margin 80 %', () => {
    for (const number of STAGES) {
      const policy = inForceByName(['scaling-capital'], PROFILES, `stage-${number}`)!;
      expect([policy.leverageMax, policy.stops?.drawdownReduceRatio, policy.guards?.liquidationBufferMin, policy.guards?.marginUtilisationMax].map((limit) => String(limit?.value))).toEqual(['3', '0.1', '0.2', '0.8']);
    }
    expect(String(SCALING.ladder?.demotionDrawdown)).toBe('0.1');
  });

  it('R48, C-14, W-14: every stage but the last graduates by the same gate', () => {
    for (const number of STAGES.slice(0, -1)) {
      const { daysMin: _days, ...gate } = stage(number).gate;
      expect(texts(gate)).toEqual({ tradesMin: '30', winRateMin: '0.5', sharpeMin: '1.5', drawdownMax: '0.1', slippageErrorMax: '0.2', executionFailuresMax: '0', executionSuccessMin: '0.995', riskViolationsMax: '0' });
    }
    expect(String(stage(7).gate.winRateMin), 'R59').toBe('0.55');
  });

  it('C-38: no stage takes a rate of fewer than 30 trades, which is ours as no plan names it, and as many as Kelly asks for (W-3)', () => {
    expect([SCALING.version, ...STAGES.map((number) => stage(number).gate.tradesMin)]).toEqual([2, 30, 30, 30, 30, 30, 30, 30]);
    expect(LEGION.sizing!.kelly!.tradesMin).toBe(30);
    const on = numbersOn(PROFILE_FILES.get('scaling-capital')!, 'stage-1');
    expect(on.get('gate.tradesMin')).toEqual({ text: '30 trades', source: 'C-38, ours' });
  });

  it('R52, R56, C-55: three times the depth within 50 bps; a new stage is watched for 24 h', () => {
    expect([SCALING.sizing?.liquidity?.bandBps, SCALING.sizing?.liquidity?.multipleMin].map(String)).toEqual(['50', '3']);
    expect(STAGES.map((number) => stage(number).watchMs)).toEqual(STAGES.map(() => DAY_MS));
  });
});

describe('the profile legion', () => {
  it('R111, W-17: stops the portfolio at 15 % a day, 30 % a week, 3 losses in a row, 25 % from the peak', () => {
    expect(texts(LEGION.stops!)).toEqual({ scope: 'PORTFOLIO', dailyLossRatio: '0.15', weeklyLossRatio: '0.3', consecutiveLosses: '3', drawdownHaltRatio: '0.25' });
  });

  it('R111, C-45, W-10: at most 80 % of the allowed gross, and of equity as margin, in one underlying', () => {
    expect(texts(LEGION.guards!)).toMatchObject({ underlyingShareMax: '0.8', underlyingMarginMax: '0.8' });
  });

  it('R101, C-40, C-49: commits 10 % of equity, x 1.25 after 5 wins, x 0.75 after 2 losses, never above 15 %', () => {
    const equity = LEGION.sizing!.equity!;
    expect(texts(equity)).toEqual({ baseRatio: '0.1', hotFactor: '1.25', coldFactor: '0.75', capRatio: '0.15', hotWins: '5', coldLosses: '2' });
    expect([equity.baseRatio.times(equity.hotFactor), equity.baseRatio.times(equity.coldFactor)].map(String)).toEqual(['0.125', '0.075']);
  });

  it('R94, C-39, W-3: 5x, a base of $40 and 0.30 of Kelly from 30 trades on', () => {
    expect([String(LEGION.leverageMax), texts(LEGION.sizing!.kelly!)]).toEqual(['5', { fraction: '0.3', baseNotional: '40', tradesMin: '30' }]);
  });

  it('C-40: $40 at 5x commits $8, 4 % of $200', () => {
    expect(LEGION.sizing!.kelly!.baseNotional.div(LEGION.leverageMax).div(200).toString()).toBe('0.04');
  });

  it('R96, R102, C-41, C-42, W-18: splits 60/20/15/5, 5 % more into the chest after 5 wins, half of what is above $100 back', () => {
    expect(texts(LEGION.treasury!)).toEqual({ reinvestRatio: '0.6', chestRatio: '0.2', operatingRatio: '0.15', withdrawalRatio: '0.05', hotChestExtra: '0.05', hotWins: '5', reinvestAbove: '100', reinvestShare: '0.5' });
    expect(LEGION.treasury!.reinvestRatio.minus(LEGION.treasury!.hotChestExtra).toString(), 'C-41').toBe('0.55');
  });

  it('C-52: an input of confidence multiplies by 0.5 to 1', () => {
    expect(texts(LEGION.sizing!.confidence!)).toEqual({ min: '0.5', max: '1' });
  });

  it('C-6: has no ladder; its weekly balances are targets', () => {
    expect(LEGION.ladder).toBeUndefined();
  });
});

it('W-5, C-2: where both are bound, 10 % takes no new risk first and 25 % halts', () => {
  const stops = inForceByName(['scaling-capital', 'legion'], PROFILES, 'stage-1')!.stops!;
  expect([stops.drawdownReduceRatio, stops.drawdownHaltRatio].map((limit) => [String(limit!.value), limit!.profile])).toEqual([['0.1', 'scaling-capital@2/stage-1'], ['0.25', 'legion@1']]);
});

it('C-3: the dollars of the stage and the percentage of LEGION bind beside each other', () => {
  const stops = inForceByName(['legion', 'scaling-capital'], PROFILES, 'stage-2')!.stops!;
  expect([String(stops.dailyLossMax?.value), String(stops.dailyLossRatio?.value)]).toEqual(['150', '0.15']);
});
