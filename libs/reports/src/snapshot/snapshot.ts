import { isoOf, type Period } from '../report/period.js';
import type { Report } from '../report/report.js';
import type { ReportFold } from '../report/report-fold.js';
import { type Tallied, tallyOf } from '../report/results.js';
import { csvOf } from '../export/csv.js';
import { paragraphs, percent, signedDollars, tableOr } from '../export/markdown.js';
import { periodText } from '../report/period.js';
import type { Scope } from '../summary/summary.types.js';

export interface BotSnapshot extends Tallied {
  readonly botId: string;
  readonly portfolioId: string;
  readonly strategy: string;
  readonly status: string;
  readonly profiles: readonly string[];
}

/** Every bot's record, and all of them as one (R93). */
export interface Snapshot {
  readonly kind: 'snapshot';
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly bots: readonly BotSnapshot[];
  /** Trades pooled: one rate over all of them, not a mean of rates (C-37). */
  readonly combined: Tallied;
}

export const SNAPSHOT_COLUMNS = ['botId', 'portfolioId', 'strategy', 'status', 'trades', 'wins', 'losses', 'flat', 'winRate', 'winRateLow', 'winRateHigh', 'nonNegativeRate', 'net', 'netPerTrade', 'realised', 'fees', 'funding', 'planVolume', 'turnover'] as const;
const COMBINED = 'combined';

/** Per-bot snapshot with Wilson intervals and the pooled rate (R93, C-37, C-38). */
export function snapshotReport(fold: ReportFold, scope: Scope): Report {
  const results = fold.results(scope);
  const known = fold.models.books.state.bots;
  const bots = fold.bots(scope).flatMap((botId): readonly BotSnapshot[] => {
    const bot = known.get(botId);
    return bot ? [{ botId, portfolioId: bot.portfolioId, strategy: bot.strategy, status: bot.status, profiles: bot.profiles, ...tallyOf(results.filter(({ trade }) => trade.botId === botId)) }] : [];
  });
  const document: Snapshot = { kind: 'snapshot', period: { from: isoOf(fold.period.from), to: isoOf(fold.period.to) }, bots, combined: tallyOf(results) };
  return { kind: 'snapshot', document, markdown: textOf(document, fold.period), csv: { 'snapshot.csv': csvOf(SNAPSHOT_COLUMNS, [...bots.map((bot) => rowOf(bot, bot)), ...(bots.length === 0 ? [] : [rowOf({ botId: COMBINED, portfolioId: '', strategy: '', status: '' }, document.combined)])]) } };
}

const interval = ({ winRateInterval }: Tallied): string => (winRateInterval ? `${percent(winRateInterval.low, 1)} to ${percent(winRateInterval.high, 1)}` : 'not measured');
const cells = (tally: Tallied): readonly string[] => [`${tally.wins}W / ${tally.losses}L${tally.flat === 0 ? '' : ` / ${tally.flat} at 0`}`, percent(tally.winRate, 1), interval(tally), percent(tally.nonNegativeRate, 1), signedDollars(tally.net), signedDollars(tally.netPerTrade)];

const textOf = ({ bots, combined }: Snapshot, period: Period): string =>
  paragraphs(
    '# Bots',
    `Trades closed ${periodText(period)}.`,
    tableOr('No bots yet.', ['bot', 'status', 'trades', 'win rate', '95 % interval', 'not negative', 'net', 'net per trade'], [
      ...bots.map((bot) => [bot.botId, bot.status, ...cells(bot)]),
      ...(bots.length < 2 ? [] : [[COMBINED, '', ...cells(combined)]]),
    ]),
    combined.trades === 0 ? 'No trade with a result: nothing is measured.' : 'A trade wins with a net result above 0, after fees and with funding. The combined rate is of all trades together, not a mean of rates (C-37). The interval is Wilson\'s: what the true rate may be with so few trades (C-38).',
  );

const rowOf = ({ botId, portfolioId, strategy, status }: Pick<BotSnapshot, 'botId' | 'portfolioId' | 'strategy' | 'status'>, tally: Tallied): Readonly<Record<(typeof SNAPSHOT_COLUMNS)[number], string>> => ({
  botId, portfolioId, strategy, status, trades: String(tally.trades), wins: String(tally.wins), losses: String(tally.losses), flat: String(tally.flat), winRate: tally.winRate ?? '', winRateLow: tally.winRateInterval?.low ?? '', winRateHigh: tally.winRateInterval?.high ?? '',
  nonNegativeRate: tally.nonNegativeRate ?? '', net: tally.net, netPerTrade: tally.netPerTrade ?? '', realised: tally.realised, fees: tally.fees, funding: tally.funding, planVolume: tally.planVolume, turnover: tally.turnover,
});
