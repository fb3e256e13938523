import { Decimal, type Ms, type Notional, type Ratio } from '@ballast/domain';
import { demandCount, demandPositive, ratePerPeriod } from './assumptions.js';
import { type Rates, ratesOf } from './rates.js';

export interface FeasibilityInput {
  readonly capital: Notional;
  /** Plan volume wanted of a day: the larger leg, once per round (W-1). */
  readonly dailyVolume: Notional;
  readonly tradesPerDay: number;
  /** Legs that a trade holds at once: 2 for a pair. */
  readonly legs: number;
  /** How long one trade stands, ms: how many stand at once follows from it. Undefined: one at a time. */
  readonly holdMs: Ms | undefined;
  readonly leverageMax: Ratio;
  readonly safetyFactor: Ratio;
  /** Requests to the venue that a trade needs, for the call budget (C-18). */
  readonly messagesPerTrade: number;
}

export interface Feasibility {
  /** Plan volume of a day over capital (R2): how often capital is turned over, which needs no leverage. */
  readonly turnoverRatio: Ratio;
  readonly tradeNotional: Notional;
  /** Trades that stand at once, on average rounded up. */
  readonly openAtOnce: number;
  /** What stands open at the worst moment of an even day, every leg. */
  readonly peakGross: Notional;
  /** Peak gross over capital: what leverage is about. */
  readonly peakLeverage: Ratio;
  /** capital x leverage x safety factor (R9). */
  readonly grossMax: Notional;
  /** The gate (C-17): whether the peak stays within what may stand open. */
  readonly exposureFeasible: boolean;
  /** R2's reading, as advice: whether the whole day's volume could stand open at once. */
  readonly heldAtOnceFeasible: boolean;
  readonly rates: Rates;
  /** R2's ways out, computed; absent where the whole volume could stand at once. */
  readonly options?: FeasibilityOptions;
}

export interface FeasibilityOptions {
  /** A: capital that holds the whole day's volume at once at the leverage limit. */
  readonly capital: Notional;
  /** B: the same volume over a month and over ten days instead of one day, with this capital. */
  readonly slowerVolume: { readonly overMonth: Notional; readonly overTenDays: Notional };
  /** C: growth a month that leads from this capital to option A's, by months. */
  readonly growthPerMonth: readonly { readonly months: number; readonly rate: Ratio }[];
}

const MS_PER_DAY = 86_400_000;
const MONTH_DAYS = 30;
const TEN_DAYS = 10;
const HYBRID_MONTHS = [6, 12];

/**
 * Whether a day's volume can be traded with a capital (R2, C-17): turnover and peak exposure apart. The gate is the exposure;
 * the turnover is what R2 calls 500x, and would be leverage only if everything stood open at once.
 * @throws RangeError naming the field.
 */
export function feasibilityOf(input: FeasibilityInput): Feasibility {
  const { capital, dailyVolume, tradesPerDay, legs, holdMs, leverageMax, safetyFactor, messagesPerTrade } = input;
  for (const [field, value] of Object.entries({ capital, dailyVolume, leverageMax, safetyFactor })) demandPositive(field, value);
  for (const [field, value] of Object.entries({ tradesPerDay, legs, messagesPerTrade })) demandCount(field, value, 1);
  if (holdMs !== undefined) demandCount('holdMs', holdMs, 1);
  const tradeNotional = dailyVolume.div(tradesPerDay) as Notional;
  const openAtOnce = holdMs === undefined ? 1 : Math.ceil((tradesPerDay * holdMs) / MS_PER_DAY);
  const peakGross = tradeNotional.times(legs).times(openAtOnce) as Notional;
  const grossMax = capital.times(leverageMax).times(safetyFactor) as Notional;
  const heldAtOnceFeasible = dailyVolume.lte(capital.times(leverageMax));
  return {
    turnoverRatio: dailyVolume.div(capital) as Ratio,
    tradeNotional,
    openAtOnce,
    peakGross,
    peakLeverage: peakGross.div(capital) as Ratio,
    grossMax,
    exposureFeasible: peakGross.lte(grossMax),
    heldAtOnceFeasible,
    rates: ratesOf(dailyVolume, tradesPerDay, messagesPerTrade),
    ...(heldAtOnceFeasible ? {} : { options: optionsOf(capital, dailyVolume, leverageMax) }),
  };
}

function optionsOf(capital: Notional, dailyVolume: Notional, leverageMax: Ratio): FeasibilityOptions {
  const needed = dailyVolume.div(leverageMax) as Notional;
  return {
    capital: needed,
    slowerVolume: { overMonth: dailyVolume.div(MONTH_DAYS) as Notional, overTenDays: dailyVolume.div(TEN_DAYS) as Notional },
    growthPerMonth: HYBRID_MONTHS.map((months) => ({ months, rate: ratePerPeriod(new Decimal(needed).div(capital), months) as Ratio })),
  };
}
