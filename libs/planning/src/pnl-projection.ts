import { type Bps, type Money, type Notional, type Ratio, Decimal } from '@ballast/domain';
import { DAYS_PER_MONTH } from './assumptions.js';

export interface PnlAssumptions {
  readonly tradesPerDay: number;
  /** Plan volume of one trade: the larger leg, once per round (W-1). */
  readonly notional: Notional;
  /** Gross result of a round, of one leg's notional. */
  readonly spreadBps: Bps;
  /** Share of rounds done POST_ONLY, 0 to 1. */
  readonly makerShare: Ratio;
  /** Fees of a whole round, of one leg's notional: an input from the venue's schedule (W-15). */
  readonly makerRoundBps: Bps;
  readonly takerRoundBps: Bps;
}

export interface PnlProjection {
  /** Of a round that is made POST_ONLY, and of one that takes (R19). */
  readonly makerNetBps: Bps;
  readonly takerNetBps: Bps;
  /** Of the mix, of one leg's notional. */
  readonly netBps: Bps;
  readonly perDay: Money;
  readonly perMonth: Readonly<Record<number, Money>>;
}

/**
 * What a day and a month would bring if every trade went as assumed (R19): an assumption's arithmetic, not a forecast.
 * Net per round = spread - (share x maker fees + rest x taker fees). Months of the given numbers of days (W-15).
 */
export function projectPnl({ tradesPerDay, notional, spreadBps, makerShare, makerRoundBps, takerRoundBps }: PnlAssumptions, daysPerMonth: readonly number[] = DAYS_PER_MONTH): PnlProjection {
  const costBps = makerShare.times(makerRoundBps).plus(new Decimal(1).minus(makerShare).times(takerRoundBps));
  const netBps = spreadBps.minus(costBps) as Bps;
  const perDay = notional.times(tradesPerDay).times(netBps).div(10_000) as Money;
  return {
    makerNetBps: spreadBps.minus(makerRoundBps) as Bps,
    takerNetBps: spreadBps.minus(takerRoundBps) as Bps,
    netBps,
    perDay,
    perMonth: Object.fromEntries(daysPerMonth.map((days) => [days, perDay.times(days) as Money])),
  };
}
