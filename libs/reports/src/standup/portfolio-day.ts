import { type Id, type Money, type Ms, strictest, subMoney, type TradingState, ZERO_MONEY } from '@ballast/domain';
import { drawdownOf, equityOf, resultOf } from '@ballast/performance';
import { isLive, type TradeFacts } from '../facts/trade-facts.js';
import { isWithin } from '../report/period.js';
import type { ReportFold } from '../report/report-fold.js';
import { type Tallied, tallyOf } from '../report/results.js';
import { exact, type Figure, figure, sumOf, tally } from '../summary/statistics.js';
import type { TradeResult } from '../summary/trade-result.js';

export interface LosingTrade {
  readonly tradeId: Id;
  readonly botId: Id;
  readonly net: string;
  readonly realised: string;
  readonly fees: string;
  readonly funding: string;
  /** In words, from its events (C-21). */
  readonly why: string;
}

/** What a portfolio did in the period, and how it stands at its end. */
export interface PortfolioDay {
  readonly portfolioId: Id;
  /** Of its accounts; null before the first observation. */
  readonly equityAtStart: Figure;
  readonly equityAtEnd: Figure;
  /** Realised and unrealised; transfers are no part of it (C-11). */
  readonly result: string;
  readonly transfers: string;
  /** What the venue's equity differs by from start + result + transfers: 0, or a person looks. */
  readonly unexplained: Figure;
  /** Of the day that the period ends in; null before the first observation. */
  readonly dayReturn: Figure;
  readonly drawdown: Figure;
  readonly drawdownMax: Figure;
  readonly tradingState: TradingState;
  readonly notActive: readonly string[];
  /** null where the portfolio is on no ladder. */
  readonly rung: string | null;
  /** null where it has no treasury (W-18). */
  readonly funds: { readonly trading: string; readonly chest: string; readonly operating: string; readonly withdrawal: string } | null;
  readonly rounds: { readonly begun: number; readonly opened: number; readonly completed: number; readonly unwound: number; readonly unfilled: number; readonly openNow: number };
  readonly results: Tallied;
  /** The last ten trades up to the end of the period (R109). */
  readonly lastTen: Pick<Tallied, 'trades' | 'wins' | 'winRate' | 'winRateInterval'>;
  readonly bots: readonly (Tallied & { readonly botId: Id; readonly status: string })[];
  readonly refusals: Readonly<Record<string, number>>;
  readonly infeasible: Readonly<Record<string, number>>;
  readonly losing: readonly LosingTrade[];
  readonly positions: readonly { readonly position: string; readonly quantity: string; readonly entryPrice: string }[];
  readonly liveOrders: number;
  readonly residualsAlone: number;
}

const LAST = 10;

export function portfolioDay(fold: ReportFold, portfolioId: Id): PortfolioDay {
  const scope = { portfolioId };
  const trades = fold.trades(scope);
  const results = fold.results(scope);
  const bots = fold.models.books.state.bots;
  const positions = Object.entries(fold.models.positionsIn(scope)).filter(([, { quantity }]) => quantity !== '0');
  const owns = fold.models.ownsAccount(scope);
  return {
    portfolioId,
    ...moneyOf(fold, portfolioId, owns),
    ...statesOf(fold, portfolioId),
    rung: fold.capital.state.rungs.get(portfolioId) ?? null,
    funds: fundsOf(fold, portfolioId),
    rounds: roundsOf(fold, trades),
    results: tallyOf(results),
    lastTen: lastTenOf(fold, portfolioId),
    bots: fold.bots(scope).map((botId) => ({ botId, status: bots.get(botId)?.status ?? 'UNKNOWN', ...tallyOf(results.filter(({ trade }) => trade.botId === botId)) })),
    refusals: tally(begunIn(fold, trades).flatMap(({ stage, refusedBy }) => (refusedBy !== undefined && stage !== 'INFEASIBLE' ? [refusedBy] : []))),
    infeasible: tally(begunIn(fold, trades).flatMap(({ stage, refusedBy }) => (refusedBy !== undefined && stage === 'INFEASIBLE' ? [refusedBy] : []))),
    losing: results.filter(({ net }) => net.lt(0)).map(losingTrade),
    positions: positions.map(([position, { quantity, entryPrice }]) => ({ position, quantity, entryPrice })),
    liveOrders: fold.models.ordersIn(scope).filter(isLive).length,
    residualsAlone: [...fold.models.trades.state.residuals.values()].filter(({ left, takenOverBy }) => owns(left.accountId) && takenOverBy === undefined && left.missing !== true && !left.quantity.isZero()).length,
  };
}

function moneyOf(fold: ReportFold, portfolioId: Id, owns: (accountId: Id) => boolean): Pick<PortfolioDay, 'equityAtStart' | 'equityAtEnd' | 'result' | 'transfers' | 'unexplained' | 'dayReturn' | 'drawdown' | 'drawdownMax'> {
  const books = [...fold.curves.state.books].filter(([accountId]) => owns(accountId));
  const starts = books.flatMap(([accountId]) => fold.startOf(accountId) ?? []);
  const totalOf = (values: readonly (Money | undefined)[]): Money | undefined => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : (sumOf(known) as Money);
  };
  const equityAtStart = totalOf(starts.map(({ equity }) => equity));
  const equityAtEnd = totalOf(books.map(([, book]) => equityOf(book)));
  const result = subMoney(sumOf(books.map(([, book]) => resultOf(book))) as Money, sumOf(starts.map((start) => start.result)) as Money);
  const transfers = sumOf(fold.transfers.filter(({ accountId }) => owns(accountId)).map(({ amount }) => amount));
  const end = fold.end;
  const curve = end === undefined ? undefined : fold.curves.portfolio(portfolioId, end);
  return {
    equityAtStart: figure(equityAtStart), equityAtEnd: figure(equityAtEnd), result: exact(result), transfers: exact(transfers),
    unexplained: figure(equityAtEnd?.minus(equityAtStart ?? ZERO_MONEY).minus(result).minus(transfers)),
    dayReturn: figure(curve?.day.growth.minus(1)), drawdown: figure(curve && drawdownOf(curve)), drawdownMax: figure(curve?.drawdownMax),
  };
}

function statesOf(fold: ReportFold, portfolioId: Id): Pick<PortfolioDay, 'tradingState' | 'notActive'> {
  const own = [...fold.models.desk.state.tradingStates].filter(([key, state]) => key.startsWith(`${portfolioId}/`) && state !== 'ACTIVE').sort(([a], [b]) => (a < b ? -1 : 1));
  return { tradingState: own.reduce<TradingState>((worst, [, state]) => strictest(worst, state), 'ACTIVE'), notActive: own.map(([key, state]) => `${key.slice(portfolioId.length + 1).replace('/', ' ').toLowerCase()} is ${state}`) };
}

function fundsOf(fold: ReportFold, portfolioId: Id): PortfolioDay['funds'] {
  const funds = fold.capital.state.funds.get(portfolioId);
  return funds ? { trading: exact(funds.trading), chest: exact(funds.chest), operating: exact(funds.operating), withdrawal: exact(funds.withdrawal) } : null;
}

const begunIn = (fold: ReportFold, trades: readonly TradeFacts[]): readonly TradeFacts[] => trades.filter(({ startedAt }) => isWithin(fold.period, startedAt));

function roundsOf(fold: ReportFold, trades: readonly TradeFacts[]): PortfolioDay['rounds'] {
  const within = (at: Ms | undefined): boolean => isWithin(fold.period, at);
  const ended = (outcome: string): number => trades.filter(({ stage, closed, closedAt }) => stage === 'CLOSED' && closed?.outcome === outcome && within(closedAt)).length;
  return {
    begun: begunIn(fold, trades).length,
    opened: trades.filter(({ openedAt }) => within(openedAt)).length,
    completed: ended('COMPLETED'), unwound: ended('UNWOUND'), unfilled: ended('UNFILLED'),
    openNow: trades.filter(({ openedAt, stage }) => openedAt !== undefined && stage !== 'CLOSED').length,
  };
}

function lastTenOf(fold: ReportFold, portfolioId: Id): PortfolioDay['lastTen'] {
  const { trades, wins, winRate, winRateInterval } = tallyOf(fold.resultsUntilEnd({ portfolioId }).slice(-LAST));
  return { trades, wins, winRate, winRateInterval };
}

function losingTrade({ trade, closed, funding, net }: TradeResult): LosingTrade {
  return { tradeId: trade.tradeId, botId: trade.botId, net: exact(net), realised: exact(closed.realisedPnl), fees: exact(closed.fees), funding: exact(funding), why: whyLost(trade, closed, funding) };
}

/** What took its result below 0, from its events: an unwind with its reason, fees above the gain, funding, or prices. */
function whyLost(trade: TradeFacts, { outcome, realisedPnl, fees, reason }: TradeResult['closed'], funding: TradeResult['funding']): string {
  if (outcome === 'UNWOUND') return `unwound before its time: ${trade.exitReason ?? reason}`;
  if (realisedPnl.gte(fees)) return `funding of ${funding.toString()} took the gain`;
  if (realisedPnl.gt(0)) return `prices gave ${realisedPnl.toString()}, less than the fees of ${fees.toString()}`;
  return realisedPnl.isZero() ? `prices gave nothing, fees were ${fees.toString()}` : `prices went against it by ${realisedPnl.abs().toString()}, and fees were ${fees.toString()}`;
}

