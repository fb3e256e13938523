import { canonicalRatio, Decimal, type Money, type Price, type Quantity, type Ratio, ratio, ZERO_RATIO } from '@ballast/domain';

/** Two-sided 95 % of the normal distribution. */
export const Z_95 = ratio('1.959963984540054');
/** Markets are open every day. */
export const DAYS_PER_YEAR = 365;
/** What `sharpe` computes, in the words that reports and evidence show. */
export const SHARPE_DEFINITION = 'mean of daily returns over their sample standard deviation (n - 1), times the root of 365; a day\'s return is its result over the capital at work (transfers shift the baseline), a day without a result counts as 0, the risk-free rate is taken as 0';

const ZERO = new Decimal(0);
const ONE = new Decimal(1);

export interface Interval {
  readonly low: Ratio;
  readonly high: Ratio;
}

/** `part` of `whole`, 12 digits; undefined where the whole is 0. */
export const rateOf = (part: number, whole: number): Ratio | undefined => (whole > 0 ? (canonicalRatio(new Decimal(part).div(whole)) as Ratio) : undefined);

/**
 * Wilson score interval of a rate (C-37, C-38): 13 of 14 is 68.5 % to 98.7 %. Undefined without trials.
 * `wins` of `trials`, whole numbers, 0 <= wins <= trials; `z` of the normal distribution.
 */
export function wilson(wins: number, trials: number, z: Decimal = Z_95): Interval | undefined {
  if (!(trials > 0) || !(wins >= 0) || !(wins <= trials)) return undefined;
  const n = new Decimal(trials);
  const rate = new Decimal(wins).div(n);
  const zz = z.times(z);
  const denominator = ONE.plus(zz.div(n));
  const centre = rate.plus(zz.div(n.times(2)));
  const half = z.times(rate.times(ONE.minus(rate)).div(n).plus(zz.div(n.times(n).times(4))).sqrt());
  const bounded = (value: Decimal): Ratio => canonicalRatio(Decimal.min(ONE, Decimal.max(ZERO, value.div(denominator)))) as Ratio;
  return { low: bounded(centre.minus(half)), high: bounded(centre.plus(half)) };
}

/** Simple mean; undefined of nothing. */
export const mean = (values: readonly Decimal[]): Decimal | undefined => (values.length === 0 ? undefined : values.reduce((sum, value) => sum.plus(value), ZERO).div(values.length));

/** Sample standard deviation (n - 1); undefined below two values. */
export function sampleDeviation(values: readonly Decimal[]): Decimal | undefined {
  const centre = mean(values);
  if (centre === undefined || values.length < 2) return undefined;
  return values.reduce((sum, value) => sum.plus(value.minus(centre).pow(2)), ZERO).div(values.length - 1).sqrt();
}

/** Annualised Sharpe ratio of daily returns (R48), see SHARPE_DEFINITION; 12 digits. Undefined below two days and where no day differs from another. */
export function sharpe(dailyReturns: readonly Decimal[]): Ratio | undefined {
  const centre = mean(dailyReturns);
  const deviation = sampleDeviation(dailyReturns);
  if (centre === undefined || deviation === undefined || deviation.isZero()) return undefined;
  return canonicalRatio(centre.div(deviation).times(new Decimal(DAYS_PER_YEAR).sqrt())) as Ratio;
}

/** Largest fall of a series of equities from the highest before it, as a share of that (12 digits); transfers must not be in it. 0 of nothing. */
export function maxDrawdown(equities: readonly Decimal[]): Ratio {
  let peak = ZERO;
  let worst = ZERO;
  for (const equity of equities) {
    if (equity.gt(peak)) peak = equity;
    else if (peak.gt(0)) worst = Decimal.max(worst, peak.minus(equity).div(peak));
  }
  return canonicalRatio(worst) as Ratio;
}

/** Product of (1 + return) less 1, 12 digits: what the days made together. */
export const compounded = (returns: readonly Decimal[]): Ratio => canonicalRatio(returns.reduce((grown, value) => grown.times(ONE.plus(value)), ONE).minus(ONE)) as Ratio;

/** Kelly's fraction f* = W - (1 - W) / R (C-49), 12 digits; negative where there is no edge. Undefined unless payoff R > 0. */
export function kelly(winRate: Decimal, payoff: Decimal): Ratio | undefined {
  if (!payoff.isFinite() || payoff.lte(0) || !winRate.isFinite()) return undefined;
  return canonicalRatio(winRate.minus(ONE.minus(winRate).div(payoff))) as Ratio;
}

/** R of a trade (W-17): what it loses from its entry to its stop, quote currency. */
export const riskToStop = (size: Quantity, entry: Price, stop: Price): Money => size.times(entry.minus(stop).abs()) as Money;

/** Net result in units of its R (R107, W-17), 12 digits; without a stop R is the trade's cost budget. Undefined unless R > 0. */
export const rMultiple = (net: Money, risk: Money): Ratio | undefined => (risk.gt(0) ? (canonicalRatio(net.div(risk)) as Ratio) : undefined);

/** |realised - estimated| / estimated (R48), 12 digits; 0 where both are 0. Undefined where only the estimate is 0 or less: no share of it can be told. */
export function relativeError(realised: Decimal, estimated: Decimal): Ratio | undefined {
  if (realised.eq(estimated)) return ZERO_RATIO;
  return estimated.gt(0) ? (canonicalRatio(realised.minus(estimated).abs().div(estimated)) as Ratio) : undefined;
}
