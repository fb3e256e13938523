import { canonicalRatio, Decimal, type Money } from '@ballast/domain';
import { rateOf, wilson } from '@ballast/performance';
import { exact, type Figure, figure, shareOf, sumOf } from '../summary/statistics.js';
import type { TradeResult } from '../summary/trade-result.js';

/** Wins, losses and money of some trades; rates are of all of them together, never a mean of rates (C-37). */
export interface Tallied {
  readonly trades: number;
  /** Net > 0, < 0 and exactly 0 (C-13). */
  readonly wins: number;
  readonly losses: number;
  readonly flat: number;
  readonly winRate: Figure;
  /** Wilson interval of the win rate, 95 % (C-37, C-38). */
  readonly winRateInterval: { readonly low: string; readonly high: string } | null;
  readonly nonNegativeRate: Figure;
  readonly net: string;
  readonly netPerTrade: Figure;
  readonly realised: string;
  readonly fees: string;
  readonly funding: string;
  readonly planVolume: string;
  readonly turnover: string;
  readonly netBpsOfPlanVolume: Figure;
}

export function tallyOf(results: readonly TradeResult[]): Tallied {
  const trades = results.length;
  const wins = results.filter(({ net }) => net.gt(0)).length;
  const losses = results.filter(({ net }) => net.lt(0)).length;
  const interval = wilson(wins, trades);
  const net = sumOf(results.map((result) => result.net));
  const planVolume = sumOf(results.map(({ closed }) => closed.planVolume));
  return {
    trades, wins, losses, flat: trades - wins - losses,
    winRate: rateOf(wins, trades)?.toString() ?? null,
    winRateInterval: interval ? { low: interval.low.toString(), high: interval.high.toString() } : null,
    nonNegativeRate: rateOf(trades - losses, trades)?.toString() ?? null,
    net: exact(net),
    netPerTrade: figure(shareOf(net, new Decimal(trades))),
    realised: exact(sumOf(results.map(({ closed }) => closed.realisedPnl))),
    fees: exact(sumOf(results.map(({ closed }) => closed.fees))),
    funding: exact(sumOf(results.map(({ funding }) => funding))),
    planVolume: exact(planVolume),
    turnover: exact(sumOf(results.map(({ closed }) => closed.turnover))),
    netBpsOfPlanVolume: figure(shareOf(net, planVolume)?.times(10_000)),
  };
}

/** Mean of what was measured, 12 digits; null where nothing was. */
export function meanOf(values: readonly (Decimal | Money | undefined)[]): Figure {
  const measured = values.filter((value): value is Decimal => value !== undefined);
  return measured.length === 0 ? null : canonicalRatio(sumOf(measured).div(measured.length)).toString();
}
