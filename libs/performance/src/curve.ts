import { canonicalRatio, Decimal, maxOf, type Money, type Ms, type Ratio, subMoney, ZERO_MONEY, ZERO_RATIO } from '@ballast/domain';
import { DAY_MS, dayNameOf, DAYS_KEPT, dayStartOf, weekStartOf } from './periods.js';

/** From a moment on: what was earned since, in money and as growth of the capital at work. */
export interface Baseline {
  readonly at: Ms;
  /** Result of the curve at that moment. */
  readonly result: Money;
  /** Capital at work at that moment. */
  readonly capital: Money;
  /** Product of (1 + result / capital at work before it) since; 1 at that moment. No transfer changes it (C-11). */
  readonly growth: Decimal;
}

export interface DayReturn {
  /** UTC date that the day begins on, `2025-09-04`. */
  readonly day: string;
  /** Growth of the day less 1, 12 digits. */
  readonly ratio: Ratio;
  readonly result: Money;
}

/** What a bot or a portfolio has made of its capital. Grows with days (the last 400), never with events. */
export interface Curve {
  /** Realised and unrealised results since the first event. */
  readonly result: Money;
  /** At work now: equity without what is reserved. */
  readonly capital: Money;
  /** Where the curve begins. */
  readonly start: Baseline;
  readonly day: Baseline;
  readonly week: Baseline;
  /** The highest point; growth since is 1 or less. */
  readonly peak: Baseline;
  /** Largest drawdown seen since the start or the last restart of the peak. */
  readonly drawdownMax: Ratio;
  /** Days that are over, oldest first, without gaps. */
  readonly days: readonly DayReturn[];
}

const ZERO = new Decimal(0);
const ONE = new Decimal(1);

export function beginCurve(at: Ms, capital: Money, boundaryMs: Ms = 0): Curve {
  const here = { result: ZERO_MONEY, capital, growth: ONE };
  return { result: ZERO_MONEY, capital, start: { ...here, at }, day: { ...here, at: dayStartOf(at, boundaryMs) }, week: { ...here, at: weekStartOf(at, boundaryMs) }, peak: { ...here, at }, drawdownMax: ZERO_RATIO, days: [] };
}

/** Opens the day and the week that `at` belongs to, where they are not open yet; a day without a result is one of 0. */
export function rolledTo(curve: Curve, at: Ms, boundaryMs: Ms = 0): Curve {
  const start = dayStartOf(at, boundaryMs);
  if (start <= curve.day.at) return curve;
  const days = [...curve.days, dayReturn(curve, boundaryMs)];
  for (let day = maxMs(curve.day.at + DAY_MS, start - DAYS_KEPT * DAY_MS); day < start; day += DAY_MS) days.push({ day: dayNameOf(day, boundaryMs), ratio: ZERO_RATIO, result: ZERO_MONEY });
  const week = weekStartOf(at, boundaryMs);
  return { ...curve, day: baselineAt(curve, start), week: week > curve.week.at ? baselineAt(curve, week) : curve.week, days: days.slice(-DAYS_KEPT) };
}

const maxMs = (a: Ms, b: Ms): Ms => (a > b ? a : b);
const baselineAt = ({ result, capital }: Curve, at: Ms): Baseline => ({ at, result, capital, growth: ONE });
const dayReturn = ({ day, result }: Curve, boundaryMs: Ms): DayReturn => ({ day: dayNameOf(day.at, boundaryMs), ratio: returnSince(day), result: subMoney(result, day.result) });

/** Nothing is left to grow where there was no capital, or where all of it is lost. */
function growthOf(earned: Money, capital: Money): Decimal {
  if (capital.gt(0)) return maxOf(ZERO, ONE.plus(earned.div(capital)));
  return earned.isNegative() ? ZERO : ONE;
}

/** With one result more (positive = gained), made with the capital that was at work before it, which it adds to. Roll the curve first. */
export function withEarned(curve: Curve, earned: Money, at: Ms): Curve {
  if (earned.isZero()) return curve;
  const grown = growthOf(earned, curve.capital);
  const on = (baseline: Baseline): Baseline => ({ ...baseline, growth: baseline.growth.times(grown) });
  const next = { ...curve, result: curve.result.plus(earned) as Money, capital: curve.capital.plus(earned) as Money, start: on(curve.start), day: on(curve.day), week: on(curve.week), peak: on(curve.peak) };
  if (canonicalRatio(next.peak.growth).gte(1)) return { ...next, peak: baselineAt(next, at) };
  return { ...next, drawdownMax: maxOf(curve.drawdownMax, drawdownOf(next)) };
}

/** With this much capital at work from now on: a transfer, a reserve, an account more. No result. */
export const withCapital = (curve: Curve, capital: Money): Curve => (capital.eq(curve.capital) ? curve : { ...curve, capital });

/** With the present taken as the peak: a resume after a drawdown stop (W-9), a new rung. */
export const withPeakHere = (curve: Curve, at: Ms): Curve => ({ ...curve, peak: baselineAt(curve, at), drawdownMax: ZERO_RATIO });

/** Growth since the baseline less 1 (12 digits); transfers change it by exactly 0 (C-11). */
export const returnSince = ({ growth }: Baseline): Ratio => canonicalRatio(growth.minus(ONE)) as Ratio;
/** Lost since the baseline as a share of the capital at work (12 digits); 0 where nothing is lost. Transfers change it by exactly 0 (C-11). */
export const lossRatioSince = ({ growth }: Baseline): Ratio => canonicalRatio(maxOf(ZERO, ONE.minus(growth))) as Ratio;
/** Lost since the baseline, quote currency; 0 where nothing is lost. */
export const lossSince = (curve: Curve, { result }: Baseline): Money => maxOf(ZERO_MONEY, subMoney(result, curve.result));
/** Fall from the peak as a share (12 digits), now. */
export const drawdownOf = ({ peak }: Curve): Ratio => lossRatioSince(peak);
/** Returns of the days that are over, oldest first: what the Sharpe ratio is of. */
export const dailyReturnsOf = ({ days }: Curve): readonly Ratio[] => days.map(({ ratio }) => ratio);
