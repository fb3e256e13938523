import type { Id } from '@ballast/domain';
import { csvOf } from '../export/csv.js';
import { isoOf } from '../report/period.js';
import type { Report } from '../report/report.js';
import type { ReportFold } from '../report/report-fold.js';
import type { Scope } from '../summary/summary.types.js';
import { attentionOf } from './attention.js';
import { type PortfolioDay, portfolioDay } from './portfolio-day.js';
import { standupText } from './standup-text.js';
import type { Standup } from './standup.types.js';

export const STANDUP_COLUMNS = ['portfolioId', 'from', 'to', 'equityAtStart', 'equityAtEnd', 'result', 'transfers', 'unexplained', 'dayReturn', 'drawdown', 'drawdownMax', 'tradingState', 'begun', 'opened', 'completed', 'unwound', 'unfilled', 'openNow', 'wins', 'losses', 'winRate', 'nonNegativeRate', 'net', 'fees', 'funding', 'planVolume', 'turnover'] as const;

/** The daily stand-up (R108): what was made, what stands open, what happened and what needs a person, from the log alone. */
export function standupReport(fold: ReportFold, scope: Scope): Report {
  const portfolios = portfoliosOf(fold, scope).map((portfolioId) => portfolioDay(fold, portfolioId));
  const happenings = fold.happenings(scope);
  const document: Standup = {
    kind: 'standup', period: { from: isoOf(fold.period.from), to: isoOf(fold.period.to) }, portfolios, happenings,
    attention: portfolios.flatMap((day) => attentionOf(day, { liquidations: countOf(fold, day.portfolioId, 'PositionLiquidated'), differences: countOf(fold, day.portfolioId, 'ReconciliationDifferenceFound') })),
  };
  return { kind: 'standup', document, markdown: standupText(document, fold.period), csv: { 'standup.csv': csvOf(STANDUP_COLUMNS, portfolios.map((day) => rowOf(day, document))) } };
}

/** Portfolios with a bot in scope, by name. */
const portfoliosOf = (fold: ReportFold, scope: Scope): readonly Id[] => [...new Set(fold.bots(scope).map((botId) => fold.models.books.state.bots.get(botId)?.portfolioId ?? ''))].sort();

const countOf = (fold: ReportFold, portfolioId: Id, type: string): number => fold.happenings({ portfolioId }).filter(({ event }) => event === type).length;

const rowOf = (day: PortfolioDay, { period }: Standup): Readonly<Record<(typeof STANDUP_COLUMNS)[number], string>> => ({
  portfolioId: day.portfolioId, from: period.from ?? '', to: period.to ?? '', equityAtStart: day.equityAtStart ?? '', equityAtEnd: day.equityAtEnd ?? '', result: day.result, transfers: day.transfers, unexplained: day.unexplained ?? '',
  dayReturn: day.dayReturn ?? '', drawdown: day.drawdown ?? '', drawdownMax: day.drawdownMax ?? '', tradingState: day.tradingState, begun: String(day.rounds.begun), opened: String(day.rounds.opened), completed: String(day.rounds.completed), unwound: String(day.rounds.unwound),
  unfilled: String(day.rounds.unfilled), openNow: String(day.rounds.openNow), wins: String(day.results.wins), losses: String(day.results.losses), winRate: day.results.winRate ?? '', nonNegativeRate: day.results.nonNegativeRate ?? '', net: day.results.net, fees: day.results.fees,
  funding: day.results.funding, planVolume: day.results.planVolume, turnover: day.results.turnover,
});
