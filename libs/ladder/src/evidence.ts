import { canonicalRatio, Decimal, type Ms } from '@ballast/domain';
import type { LadderEvidence, LadderMetric, LadderUnit } from '@ballast/events';
import { type Curve, dailyReturnsOf, DAY_MS, drawdownOf, nonNegativeRateOf, rolledTo, sharpe, type Tally, wilson, winRateOf, EMPTY_TALLY } from '@ballast/performance';
import type { RungRecord } from './record.js';
import { addRounds, NO_ROUND, type RoundDone, ZERO } from './round.js';

/** Every figure of a rung's record, with its unit. */
export const METRICS = {
  /** Since the rung was entered. */
  days: 'DAYS',
  /** Rounds opened on the rung that are over and filled something. */
  trades: 'COUNT',
  /** Net > 0 (C-13). */
  winRate: 'RATIO',
  /** Bounds of its 95 % Wilson interval (C-38). */
  winRateLow: 'RATIO',
  winRateHigh: 'RATIO',
  /** Net >= 0 (C-13). */
  nonNegativeRate: 'RATIO',
  netResult: 'USD',
  /** Of a mean day on the rung. */
  dailyProfit: 'USD',
  planVolume: 'USD',
  /** Of a mean day on the rung (W-1). */
  dailyVolume: 'USD',
  /** Of the days on the rung that are over; see SHARPE_DEFINITION. */
  sharpe: 'NUMBER',
  sharpeDays: 'COUNT',
  /** From the highest equity on the rung; transfers shift it (C-11). */
  maxDrawdown: 'RATIO',
  drawdown: 'RATIO',
  /** At work: without protection deposits (C-10). */
  capital: 'USD',
  /** Of what rounds that are over set out to trade (C-14); and of the last 20 of them. */
  fillRate: 'RATIO',
  recentFillRate: 'RATIO',
  rounds: 'COUNT',
  recentRounds: 'COUNT',
  /** Of entries against the best price that their plan could have taken, weighted by notional. */
  slippageEstimated: 'BPS',
  slippageRealised: 'BPS',
  recentSlippage: 'BPS',
  /** What realised exceeds the estimate by, over the estimate (R48); see `slippageErrorOf`. */
  slippageError: 'RATIO',
  /** Ended orders, and of them those neither filled, cancelled nor rejected by rule, with those whose outcome is unknown (C-14). */
  orders: 'COUNT',
  executionFailures: 'COUNT',
  executionSuccess: 'RATIO',
  recentOrders: 'COUNT',
  recentExecutionSuccess: 'RATIO',
  /** Mean, from opening a round to its balance. */
  executionTime: 'MS',
  /** Hard stops, liquidations, overfills, and leverage above the rung's. */
  riskViolations: 'COUNT',
  unplannedInterventions: 'COUNT',
  approvals: 'COUNT',
  /** Smallest depth within the slippage band among the last 20 rounds. */
  recentDepth: 'USD',
} as const satisfies Readonly<Record<string, LadderUnit>>;

export type MetricName = keyof typeof METRICS;
type Figures = Readonly<Record<MetricName, Decimal | number | undefined>>;

const ONE_BPS = new Decimal(1);
const ONE_DAY = new Decimal(1);

/**
 * Excess of realised over estimated slippage as a share of the estimate (R48): better fills than estimated are no error. Records
 * are in whole basis points (R49), so an estimate below 1 bps counts as 1. Undefined before anything was entered.
 */
export function slippageErrorOf(realised: Decimal | undefined, estimated: Decimal | undefined): Decimal | undefined {
  return realised && estimated && Decimal.max(ZERO, realised.minus(estimated)).div(Decimal.max(ONE_BPS, estimated));
}

const shareOf = (part: Decimal, whole: Decimal): Decimal | undefined => (whole.isZero() ? undefined : part.div(whole));
const shareOfCounts = (part: number, whole: number): Decimal | undefined => (whole === 0 ? undefined : new Decimal(part).div(whole));
const dayCount = (from: Ms, to: Ms): Decimal => new Decimal(to - from).div(DAY_MS);

function resultFigures({ from, to }: RungRecord, tally: Tally): Pick<Figures, 'days' | 'trades' | 'winRate' | 'winRateLow' | 'winRateHigh' | 'nonNegativeRate' | 'netResult' | 'dailyProfit' | 'planVolume' | 'dailyVolume'> {
  const days = dayCount(from, to);
  const perDay = (amount: Decimal): Decimal => amount.div(Decimal.max(ONE_DAY, days));
  const interval = wilson(tally.wins, tally.trades);
  return {
    days, trades: tally.trades, winRate: winRateOf(tally), winRateLow: interval?.low, winRateHigh: interval?.high, nonNegativeRate: nonNegativeRateOf(tally),
    netResult: tally.net, dailyProfit: perDay(tally.net), planVolume: tally.planVolume, dailyVolume: perDay(tally.planVolume),
  };
}

function curveFigures(curve: Curve | undefined): Pick<Figures, 'sharpe' | 'sharpeDays' | 'maxDrawdown' | 'drawdown' | 'capital'> {
  const returns = curve ? dailyReturnsOf(curve) : [];
  return { sharpe: sharpe(returns), sharpeDays: returns.length, maxDrawdown: curve?.drawdownMax, drawdown: curve && drawdownOf(curve), capital: curve?.capital };
}

function roundFigures(all: RoundDone, recent: readonly RoundDone[], over: number): Pick<Figures, 'fillRate' | 'recentFillRate' | 'rounds' | 'recentRounds' | 'slippageEstimated' | 'slippageRealised' | 'recentSlippage' | 'slippageError' | 'recentDepth'> {
  const last = recent.reduce(addRounds, NO_ROUND);
  const [estimated, realised] = [shareOf(all.estimated, all.entered), shareOf(all.realised, all.entered)];
  return {
    fillRate: shareOf(all.filled, all.ordered), recentFillRate: shareOf(last.filled, last.ordered), rounds: over, recentRounds: recent.length,
    slippageEstimated: estimated, slippageRealised: realised, recentSlippage: shareOf(last.realised, last.entered), slippageError: slippageErrorOf(realised, estimated),
    recentDepth: recent.length === 0 ? undefined : Decimal.min(...recent.map(({ depth }) => depth)),
  };
}

function orderFigures({ orders, live, balanced }: RungRecord): Pick<Figures, 'orders' | 'executionFailures' | 'executionSuccess' | 'recentOrders' | 'recentExecutionSuccess' | 'executionTime'> {
  const unknown = [...live.values()].filter((order) => order.unknown).length;
  const [asked, failed] = [orders.ended + unknown, orders.failed + unknown];
  const recentFailed = orders.recent.filter((each) => each).length;
  return {
    orders: asked, executionFailures: failed, executionSuccess: shareOfCounts(asked - failed, asked),
    recentOrders: orders.recent.length, recentExecutionSuccess: shareOfCounts(orders.recent.length - recentFailed, orders.recent.length),
    executionTime: shareOfCounts(balanced.ms, balanced.rounds),
  };
}

function figuresOf(record: RungRecord): Figures {
  const { portfolioId, dayBoundaryMs, curves, results, rounds, recent, roundsOver, violations, interventions, approvals, to } = record;
  const curve = curves.portfolios.get(portfolioId);
  return {
    ...resultFigures(record, results.portfolios.get(portfolioId)?.total ?? EMPTY_TALLY),
    ...curveFigures(curve && rolledTo(curve, to, dayBoundaryMs)),
    ...roundFigures(rounds, recent, roundsOver),
    ...orderFigures(record),
    riskViolations: violations, unplannedInterventions: interventions, approvals,
  };
}

/** A figure as it is recorded: 12 digits, half-even. */
const textOf = (value: Decimal | number): string => canonicalRatio(new Decimal(value)).toString();

/** What the record says, as it is put into an event: two folds of the same range give the same text. */
export function evidenceOf(record: RungRecord): LadderEvidence {
  const { rung, firstSequence, lastSequence, hash, from, to } = record;
  const metrics = Object.entries(figuresOf(record)).map(([name, value]): LadderMetric => {
    const unit = METRICS[name as MetricName];
    return value === undefined ? { name, unit } : { name, unit, value: textOf(value) };
  });
  return { rung, firstSequence, lastSequence, hash, from, to, metrics };
}

/** The drawdown figure alone, as the evidence of this moment would have it: cheap enough to be looked at with every observation. */
export function drawdownNow({ portfolioId, dayBoundaryMs, curves, to }: RungRecord): Decimal | undefined {
  const curve = curves.portfolios.get(portfolioId);
  return curve && drawdownOf(rolledTo(curve, to, dayBoundaryMs));
}

/** A figure of the evidence; undefined where nothing was measured. */
export function figureOf({ metrics }: LadderEvidence, name: MetricName): Decimal | undefined {
  const value = metrics.find((metric) => metric.name === name)?.value;
  return value === undefined ? undefined : new Decimal(value);
}
