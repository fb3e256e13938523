import { describe, expect, it } from 'vitest';
import { bps, type Decimal, money, notional, ratio } from '@ballast/domain';
import { capitalPath, compound, feasibilityOf, leverageGuide, milestoneSteps, PHASE_TARGETS, PLAN_MILESTONES, projectPnl, ratesOf, requiredBps, requiredCapital, residualDeltaOf, returnsOf } from './index.js';

const cents = (value: Decimal | undefined): string | undefined => value?.toDecimalPlaces(2).toString();
const dollars = (value: Decimal | undefined): string | undefined => value?.toDecimalPlaces(0).toString();
const percent = (value: Decimal | undefined, places = 1): string | undefined => value?.times(100).toDecimalPlaces(places).toString();
const FEES = { makerRoundBps: bps('4'), takerRoundBps: bps('20') };

describe('feasibility (R2, C-17)', () => {
  const input = { capital: notional('2000'), dailyVolume: notional('1000000'), tradesPerDay: 1_000, legs: 2, holdMs: undefined, leverageMax: ratio('20'), safetyFactor: ratio('0.8'), messagesPerTrade: 8 };

  it('tells 500x turnover and 1x peak exposure of $2,000 and $1,000,000 a day apart (C-17)', () => {
    const { turnoverRatio, peakGross, peakLeverage, exposureFeasible, heldAtOnceFeasible } = feasibilityOf(input);
    expect([turnoverRatio, peakGross, peakLeverage].map(String)).toEqual(['500', '2000', '1']);
    expect([exposureFeasible, heldAtOnceFeasible]).toEqual([true, false]);
  });

  it('computes the options of R2: $50,000 at 20x, $33,333 to $100,000 a day, growth over 6 to 12 months', () => {
    const { options } = feasibilityOf(input);
    expect([options?.capital, options?.slowerVolume.overMonth, options?.slowerVolume.overTenDays].map(dollars)).toEqual(['50000', '33333', '100000']);
    expect(options?.growthPerMonth.map(({ months, rate }) => [months, percent(rate)])).toEqual([[6, '71'], [12, '30.8']]);
  });

  it('gates on the exposure, from both sides of what may stand open (C-17, R9)', () => {
    const hold = (seconds: number): boolean => feasibilityOf({ ...input, holdMs: seconds * 1_000 }).exposureFeasible;
    expect(feasibilityOf({ ...input, holdMs: 1_382_400 }).openAtOnce).toBe(16);
    expect([hold(1_382.4), hold(1_382.5)]).toEqual([true, false]);
  });

  it('offers no way out where the whole volume could stand open at once, at exactly 20x', () => {
    expect(feasibilityOf({ ...input, dailyVolume: notional('40000') }).options).toBeUndefined();
    expect(feasibilityOf({ ...input, dailyVolume: notional('40001') }).options).toBeDefined();
  });

  it('names the field that makes no sense', () => {
    expect(() => feasibilityOf({ ...input, capital: notional('0') })).toThrow('capital: found 0');
    expect(() => feasibilityOf({ ...input, tradesPerDay: 0.5 })).toThrow('tradesPerDay: found 0.5');
  });

  it('tells dollars a second from trades a second (C-18)', () => {
    const { dollarsPerSecond, tradesPerSecond, secondsPerTrade, messagesPerMinute } = ratesOf(notional('1000000'), 1_000, 8);
    expect([cents(dollarsPerSecond), tradesPerSecond.toDecimalPlaces(3).toString(), secondsPerTrade.toString(), cents(messagesPerMinute)]).toEqual(['11.57', '0.012', '86.4', '5.56']);
  });
});

describe('a projection of PnL (R19, W-15)', () => {
  it('brings $22.40, $146, $810 and $2,120 a day in the four scenarios, and 20 and 30 times that a month (C-27)', () => {
    const found = PHASE_TARGETS.map(({ scenario }) => projectPnl({ ...scenario, ...FEES }));
    expect(found.map(({ perDay, perMonth }) => [perDay, perMonth[20], perMonth[30]].map(String))).toEqual([['22.4', '448', '672'], ['146', '2920', '4380'], ['810', '16200', '24300'], ['2120', '42400', '63600']]);
  });

  it('nets the spread less 4 bps of a POST_ONLY round and less 20 bps of an IOC round', () => {
    const { makerNetBps, takerNetBps, netBps } = projectPnl({ tradesPerDay: 20, notional: notional('1000'), spreadBps: bps('20'), makerShare: ratio('0.7'), ...FEES });
    expect([makerNetBps, takerNetBps, netBps].map(String)).toEqual(['16', '0', '11.2']);
  });

  it('takes fees and the days of a month as inputs', () => {
    const { perMonth } = projectPnl({ tradesPerDay: 1, notional: notional('10000'), spreadBps: bps('10'), makerShare: ratio('1'), makerRoundBps: bps('6'), takerRoundBps: bps('20') }, [22]);
    expect(Object.entries(perMonth).map(([days, amount]) => [days, amount.toString()])).toEqual([['22', '88']]);
  });
});

describe('capital (R21, R24, C-20, C-28)', () => {
  const asks = { safetyFactor: ratio('0.8'), legs: 2, maintenanceMarginRatio: ratio('0.02'), nonNegativeRateMin: ratio('0.95') };

  it('asks for $250, $125, $104 and $62.50 of the four phases, and twice that for both legs (R21)', () => {
    const found = PHASE_TARGETS.map(({ dailyVolume, leverage, scenario }) => requiredCapital({ ...asks, dailyVolume, leverage, tradesPerDay: scenario.tradesPerDay }));
    expect(found.map(({ capital }) => cents(capital))).toEqual(['250', '125', '104.17', '62.5']);
    expect(found.map(({ capitalAllLegs }) => cents(capitalAllLegs))).toEqual(['500', '250', '208.33', '125']);
  });

  it('names the real bottlenecks: 86.4 s for each of 1,000 trades, 3 % to liquidation at 20x, 50 trades that may lose (R21, R26)', () => {
    const { secondsPerTrade, distanceToLiquidation, losingTradesMax } = requiredCapital({ ...asks, dailyVolume: notional('1000000'), tradesPerDay: 1_000, leverage: ratio('20') }).bottlenecks;
    expect([secondsPerTrade.toString(), percent(distanceToLiquidation), losingTradesMax]).toEqual(['86.4', '3', 50]);
  });

  it('requires 10 to 20 bps in the first three phases and 20 in the last, where 8 to 16 are planned (C-20)', () => {
    const found = PHASE_TARGETS.map(({ dailyProfit: { from, to }, dailyVolume }) => [from, to ?? from].map((profit) => requiredBps(profit, dailyVolume, []).requiredBps.toString()));
    expect(found).toEqual([['10', '20'], ['10', '20'], ['10', '20'], ['20', '20']]);
    const planned = PHASE_TARGETS.map(({ dailyVolume, dailyProfit }) => requiredBps(dailyProfit.from, dailyVolume, [bps('8'), bps('16')]).brings.map(({ profit }) => profit.toString()));
    expect(planned).toEqual([['16', '32'], ['80', '160'], ['400', '800'], ['800', '1600']]);
    expect(requiredBps(money('20'), notional('20000'), [bps('9.99'), bps('10')]).brings.map(({ enough }) => enough)).toEqual([false, true]);
  });

  it('leads from $2,000 to $2,448, $8,288 and $56,888 where the projections are reinvested (C-28)', () => {
    const stretches = PHASE_TARGETS.map(({ months, scenario }) => ({ months, profitPerMonth: projectPnl({ ...scenario, ...FEES }).perMonth[20]! }));
    expect(capitalPath(money('2000'), stretches).slice(0, 3).map(String)).toEqual(['2448', '8288', '56888']);
  });

  it('tells of each milestone what it asks for and what its profit would bring (R24, C-28)', () => {
    const steps = milestoneSteps(PLAN_MILESTONES, 20);
    expect(steps.map(({ to, monthlyRate }) => [to.month, percent(monthlyRate)])).toEqual([[1, '20'], [3, '29.1'], [6, '35.7'], [12, '12.2']]);
    expect(steps.map(({ dailyProfitNeeded }) => cents(dailyProfitNeeded))).toEqual(['20', '40', '100', '83.33']);
    expect(steps.map(({ atItsProfit }) => atItsProfit?.capital.toString())).toEqual(['2400', '3200', '10000', '70000']);
    expect(() => milestoneSteps([PLAN_MILESTONES[1]!, PLAN_MILESTONES[0]!], 20)).toThrow('month 0 after month 1');
  });
});

describe('compounding (R100, R110, C-36, C-48)', () => {
  it('makes $25,949 of $200 in 12 months at 50 %, which is +12,875 %, not $11,390', () => {
    const rows = compound(money('200'), ratio('0.5'), 12, ratio('1'));
    expect([1, 2, 3, 6, 12].map((month) => dollars(rows[month]?.balance))).toEqual(['300', '450', '675', '2278', '25949']);
    expect(percent(rows[12]?.growth, 0)).toBe('12875');
  });

  it('makes $4,660 where 60 % is reinvested (R102), 1.3 times a month', () => {
    const rows = compound(money('200'), ratio('0.5'), 12, ratio('0.6'));
    expect([dollars(rows[1]?.balance), dollars(rows[12]?.balance)]).toEqual(['260', '4660']);
    expect(rows[1]?.takenOut.toString()).toBe('40');
  });

  it('takes nothing out of a loss', () => {
    expect(compound(money('100'), ratio('-0.1'), 1, ratio('0.6'))[1]).toMatchObject({ balance: money('90'), takenOut: money('0') });
  });

  it('tells the weekly targets as weekly returns: 12.5, 15.6 and 15.4 % (R100, C-48)', () => {
    expect(returnsOf(['200', '225', '260', '300'].map(money)).map((each) => percent(each))).toEqual(['12.5', '15.6', '15.4']);
  });
});

describe('distance to liquidation (R30, C-8, C-26, C-29)', () => {
  const levels = ['5', '10', '15', '20', '50'].map(ratio);

  it('is 20, 10, 7 to 5 and 2 % before the maintenance margin', () => {
    expect(leverageGuide(levels, ratio('0'), 'en').map(({ margin }) => percent(margin))).toEqual(['20', '10', '6.7', '5', '2']);
  });

  it('is 15 to 19.5 % at 5x, 5 to 9.5 % at 10x and 0 to 4.5 % at 20x with it (C-8)', () => {
    const at = (maintenance: string): readonly (string | undefined)[] => leverageGuide(['5', '10', '20'].map(ratio), ratio(maintenance), 'en').map(({ distanceToLiquidation }) => percent(distanceToLiquidation));
    expect([at('0.05'), at('0.005')]).toEqual([['15', '5', undefined], ['19.5', '9.5', '4.5']]);
  });

  it('tells operators in English and in Korean, and that above 20x is prohibited', () => {
    const guide = (language: 'en' | 'ko'): readonly string[] => leverageGuide(['5', '20', '20.1'].map(ratio), ratio('0.01'), language).map(({ text }) => text);
    expect(guide('en')).toEqual([expect.stringContaining('A move of 19 % against the position'), expect.stringContaining('Aggressive'), expect.stringContaining('Prohibited')]);
    expect(guide('ko')).toEqual([expect.stringContaining('19 % 움직이면 포지션이 청산됩니다'), expect.stringContaining('공격적'), expect.stringContaining('금지')]);
  });
});

describe('residual delta (C-34)', () => {
  it('is $5.02 of exposure for $99.25 against $104.27, whose 1-sigma result of a minute is under a cent', () => {
    const { imbalance, delta, oneSigmaPnl } = residualDeltaOf(notional('99.25'), notional('104.27'), ratio('0.04'), 60_000);
    expect([percent(imbalance, 2), delta.toString(), oneSigmaPnl.toDecimalPlaces(6).toString()]).toEqual(['5.06', '5.02', '0.005292']);
  });

  it('is the whole deviation of a day over a day', () => {
    expect(residualDeltaOf(notional('100'), notional('105'), ratio('0.04'), 86_400_000).oneSigmaPnl.toDecimalPlaces(12).toString()).toBe('0.2');
  });
});
