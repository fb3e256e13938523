import { Decimal, type Money, type Ratio } from '@ballast/domain';
import { demandCount, demandPositive, demandShare } from './assumptions.js';

export interface CompoundingRow {
  /** 0 = the start. */
  readonly period: number;
  readonly balance: Money;
  /** Everything taken out so far. */
  readonly takenOut: Money;
  /** Balance over the start, less 1. */
  readonly growth: Ratio;
}

/**
 * What becomes of `start` where every period earns `rate` and keeps `reinvest` of what it earned (R110, R102, C-36): $200 at 50 %
 * is $25,949 after 12 periods, and $4,660 where 60 % is reinvested. An assumption's arithmetic, not a forecast.
 * @throws RangeError naming the field.
 */
export function compound(start: Money, rate: Ratio, periods: number, reinvest: Ratio): readonly CompoundingRow[] {
  demandPositive('start', start);
  demandShare('reinvest', reinvest);
  demandCount('periods', periods, 1);
  if (!rate.isFinite() || rate.lte(-1)) throw new RangeError(`rate: found ${rate.toString()}, allowed is more than -1`);
  const rows: CompoundingRow[] = [{ period: 0, balance: start, takenOut: new Decimal(0) as Money, growth: new Decimal(0) as Ratio }];
  for (let period = 1, balance: Decimal = start, takenOut: Decimal = new Decimal(0); period <= periods; period += 1) {
    const earned = balance.times(rate);
    const kept = earned.isNegative() ? earned : earned.times(reinvest);
    balance = balance.plus(kept);
    takenOut = takenOut.plus(earned.minus(kept));
    rows.push({ period, balance: balance as Money, takenOut: takenOut as Money, growth: balance.div(start).minus(1) as Ratio });
  }
  return rows;
}

/** Return of each step of a path of balances (C-48): 200, 225, 260, 300 are 12.5 %, 15.6 %, 15.4 %. @throws RangeError for a balance of 0 or less. */
export const returnsOf = (balances: readonly Money[]): readonly Ratio[] =>
  balances.slice(1).map((balance, index) => {
    const before = balances[index] ?? balance;
    demandPositive(`balance ${index + 1}`, before);
    return balance.div(before).minus(1) as Ratio;
  });
