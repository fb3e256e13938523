import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bps, Decimal, money, notional, ratio } from '@ballast/domain';
import { compound, feasibilityOf, milestoneSteps, projectPnl, requiredBps } from './index.js';

const amount = fc.integer({ min: 1, max: 10_000_000 }).map((cents) => new Decimal(cents).div(100).toString());

it('says feasible exactly where what stands open at once is within capital x leverage x safety (C-17)', () => {
  fc.assert(fc.property(amount, amount, fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 86_400_000 }), (capital, dailyVolume, tradesPerDay, holdMs) => {
    const { peakGross, grossMax, exposureFeasible, turnoverRatio, peakLeverage } = feasibilityOf({ capital: notional(capital), dailyVolume: notional(dailyVolume), tradesPerDay, legs: 2, holdMs, leverageMax: ratio('20'), safetyFactor: ratio('0.8'), messagesPerTrade: 8 });
    expect(exposureFeasible).toBe(peakGross.lte(grossMax));
    expect(peakLeverage.lte(16)).toBe(exposureFeasible);
    expect(turnoverRatio.times(capital).minus(dailyVolume).abs().lt('1e-20')).toBe(true);
  }), { numRuns: 100 });
});

it('requires of a volume exactly the basis points that bring the profit (C-20)', () => {
  fc.assert(fc.property(amount, amount, (profit, volume) => {
    const { requiredBps: needed } = requiredBps(money(profit), notional(volume), []);
    expect(needed.times(volume).div(10_000).minus(profit).abs().lt('1e-20')).toBe(true);
  }), { numRuns: 100 });
});

it('never loses a cent between balance and what was taken out (R102)', () => {
  fc.assert(fc.property(amount, fc.integer({ min: -90, max: 200 }), fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 100 }), (start, percent, periods, reinvest) => {
    const rate = ratio(new Decimal(percent).div(100).toString());
    const rows = compound(money(start), rate, periods, ratio(new Decimal(reinvest).div(100).toString()));
    for (const [index, row] of rows.slice(1).entries()) {
      const before = rows[index]!;
      const earned = before.balance.times(rate);
      expect(row.balance.plus(row.takenOut).minus(before.balance).minus(before.takenOut).minus(earned).abs().lt('1e-20')).toBe(true);
    }
  }), { numRuns: 100 });
});

it('projects nothing where the spread is what the fees are (R19)', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 1_000 }), (percent, tradesPerDay) => {
    const makerShare = ratio(new Decimal(percent).div(100).toString());
    const cost = bps(new Decimal(4).times(makerShare).plus(new Decimal(20).times(new Decimal(1).minus(makerShare))).toString());
    expect(projectPnl({ tradesPerDay, notional: notional('1000'), spreadBps: cost, makerShare, makerRoundBps: bps('4'), takerRoundBps: bps('20') }).perDay.isZero()).toBe(true);
  }), { numRuns: 50 });
});

it('reaches every milestone by the profit that it asks for (R24)', () => {
  fc.assert(fc.property(amount, amount, fc.integer({ min: 1, max: 24 }), (from, to, month) => {
    const [step] = milestoneSteps([{ month: 0, capital: money(from) }, { month, capital: money(to) }], 30);
    expect(step!.dailyProfitNeeded.times(month * 30).plus(from).minus(to).abs().lt('1e-20')).toBe(true);
    expect(step!.monthlyRate.plus(1).pow(month).times(from).minus(to).abs().lt('1e-20')).toBe(true);
  }), { numRuns: 50 });
});
