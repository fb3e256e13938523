import { Decimal } from '@ballast/domain';
import type { TradeContext } from '../context/trade-context.js';
import { csvOf } from '../export/csv.js';
import { paragraphs, percent, plain, signedDollars, table, tableOr } from '../export/markdown.js';
import { isoOf, periodText } from '../report/period.js';
import type { Report } from '../report/report.js';
import type { ReportFold } from '../report/report-fold.js';
import { meanOf, type Tallied, tallyOf } from '../report/results.js';
import type { Figure } from '../summary/statistics.js';
import type { Scope } from '../summary/summary.types.js';
import { leanOf, type TrackedTrade, trackedTrade } from './tracked-trade.js';

/** Means of some trades; null where nothing was measured. */
export interface Lesson {
  readonly trades: number;
  readonly net: Figure;
  readonly rMultiple: Figure;
  readonly timeToProfitMs: Figure;
  readonly heldMs: Figure;
  readonly spreadBps: Figure;
  readonly depthNotional: Figure;
  readonly volatilityDaily: Figure;
  /** Towards what the legs did: positive where a buyer met more bids, a seller more asks. */
  readonly bookLean: Figure;
  readonly estimatedSlippageBps: Figure;
}

export interface Tracker {
  readonly kind: 'tracker';
  readonly period: { readonly from: string | null; readonly to: string | null };
  readonly total: Tallied;
  /** Trades that were ever in profit while they stood or at their end, of all. */
  readonly everInProfit: number;
  readonly all: Lesson;
  readonly winners: Lesson;
  readonly losers: Lesson;
  readonly trades: readonly TrackedTrade[];
}

interface Pair {
  readonly tracked: TrackedTrade;
  readonly context: TradeContext | undefined;
}

const SHOWN = 20;
const TRADE_FIELDS = ['tradeId', 'botId', 'portfolioId', 'outcome', 'plannedAt', 'enteredAt', 'closedAt', 'heldMs', 'net', 'planVolume', 'fees', 'funding', 'risk', 'riskBasis', 'rMultiple', 'timeToProfitMs', 'bestSeen', 'worstSeen'] as const;
const LEG_FIELDS = ['instrument', 'side', 'spreadBps', 'depthNotional', 'bookImbalance', 'volatilityDaily', 'estimatedSlippageBps'] as const;

/** The learning tracker: every trade with the market that its plan saw, its R-multiple and its time to profit (R106, R107, W-17). */
export function trackerReport(fold: ReportFold, scope: Scope): Report {
  const results = fold.results(scope);
  const pairs = results.map((result): Pair => {
    const context = fold.contexts.state.trades.get(result.trade.tradeId);
    return { context, tracked: trackedTrade(result, context) };
  });
  const document: Tracker = {
    kind: 'tracker', period: { from: isoOf(fold.period.from), to: isoOf(fold.period.to) }, total: tallyOf(results), everInProfit: pairs.filter(({ tracked }) => tracked.timeToProfitMs !== null).length,
    all: lessonOf(pairs), winners: lessonOf(pairs.filter(({ tracked }) => new Decimal(tracked.net).gt(0))), losers: lessonOf(pairs.filter(({ tracked }) => new Decimal(tracked.net).lt(0))),
    trades: pairs.map(({ tracked }) => tracked),
  };
  return { kind: 'tracker', document, markdown: textOf(document, periodText(fold.period)), csv: { 'tracker.csv': csvOf([...TRADE_FIELDS, ...[0, 1].flatMap((leg) => LEG_FIELDS.map((field) => `leg${leg}.${field}`))], document.trades.map(rowOf)) } };
}

function lessonOf(pairs: readonly Pair[]): Lesson {
  const trades = pairs.map(({ tracked }) => tracked);
  const legs = pairs.flatMap(({ context }) => context?.legs ?? []);
  const of = (values: readonly (string | number | null)[]): Figure => meanOf(values.map((value) => (value === null ? undefined : new Decimal(value))));
  return {
    trades: trades.length,
    net: of(trades.map(({ net }) => net)),
    rMultiple: of(trades.map((trade) => trade.rMultiple)),
    timeToProfitMs: of(trades.map(({ timeToProfitMs }) => timeToProfitMs)),
    heldMs: of(trades.map(({ heldMs }) => heldMs)),
    spreadBps: meanOf(legs.map(({ spreadBps }) => spreadBps)),
    depthNotional: meanOf(legs.map(({ depthNotional }) => depthNotional)),
    volatilityDaily: meanOf(legs.map(({ volatilityDaily }) => volatilityDaily)),
    bookLean: meanOf(pairs.flatMap(({ context }) => (context ? leanOf(context) : []))),
    estimatedSlippageBps: meanOf(legs.map(({ estimatedSlippageBps }) => estimatedSlippageBps)),
  };
}

const seconds = (ms: Figure | number): string => (ms === null ? 'never' : `${new Decimal(ms).div(1_000).toDecimalPlaces(1).toString()} s`);
const measuredSeconds = (ms: Figure): string => (ms === null ? 'not measured' : seconds(ms));
const amount = (value: Figure): string => (value === null ? 'not measured' : `$${plain(value, 0)}`);

const METHOD = [
  '**R** of a trade (W-17): its cost budget in dollars, or, where its plan names none, the cost that the plan expected; no plan names a stop yet, to which R would count. **R-multiple**: net result over R.',
  '**Time to profit** (R107): from the first fill until its result, after the fees paid so far, was first seen above 0; while a trade stands it is seen at the marks of its account\'s observations, once a minute.',
  '**Spread, depth, volatility, book**: as its plan saw them, both legs together. Depth is within the slippage band on the side taken. Volatility is the standard deviation of a day, from the prices that its account\'s decisions saw in the hour before. The book leans from -1 to 1: positive where a buyer met more bids than asks, a seller more asks than bids; plans record the other side of the book only under a profile that binds sizing.',
] as const;

function textOf({ total, everInProfit, all, winners, losers, trades }: Tracker, period: string): string {
  if (trades.length === 0) return paragraphs('# Learning tracker', `Trades closed ${period}.`, 'No trade with a result: nothing is measured.');
  const line = (name: string, show: (lesson: Lesson) => string): readonly string[] => [name, show(all), show(winners), show(losers)];
  const newest = trades.slice(-SHOWN);
  return paragraphs(
    '# Learning tracker',
    `Trades closed ${period}: ${total.trades}, ${total.wins} won, ${total.losses} lost, net ${signedDollars(total.net)}; ${everInProfit} were in profit at some time.`,
    '## What winners and losers had in common',
    table(['mean', `all (${all.trades})`, `won (${winners.trades})`, `lost (${losers.trades})`], [
      line('net', ({ net }) => signedDollars(net)),
      line('R-multiple', ({ rMultiple }) => plain(rMultiple, 3)),
      line('time to profit', ({ timeToProfitMs }) => measuredSeconds(timeToProfitMs)),
      line('held', ({ heldMs }) => measuredSeconds(heldMs)),
      line('spread, bps', ({ spreadBps }) => plain(spreadBps, 3)),
      line('depth', ({ depthNotional }) => amount(depthNotional)),
      line('volatility of a day', ({ volatilityDaily }) => percent(volatilityDaily, 2)),
      line('book leans', ({ bookLean }) => plain(bookLean, 3)),
      line('slippage estimated, bps', ({ estimatedSlippageBps }) => plain(estimatedSlippageBps, 3)),
    ]),
    `## The last ${newest.length === trades.length ? '' : `${newest.length} of ${trades.length} `}trades`,
    tableOr('', ['closed', 'trade', 'bot', 'outcome', 'net', 'R', 'R-multiple', 'time to profit', 'spread bps', 'volatility'], newest.map((trade) => [trade.closedAt ?? '', trade.tradeId, trade.botId, trade.outcome, signedDollars(trade.net), trade.risk === null ? 'not measured' : `$${plain(trade.risk)}`, plain(trade.rMultiple, 3), seconds(trade.timeToProfitMs), trade.legs.map(({ spreadBps }) => plain(spreadBps, 3)).join(' / '), trade.legs.map(({ volatilityDaily }) => percent(volatilityDaily, 2)).join(' / ')])),
    '## What the figures mean',
    METHOD.map((note) => `- ${note}`).join('\n'),
  );
}

function rowOf(trade: TrackedTrade): Readonly<Record<string, string>> {
  const own = TRADE_FIELDS.map((field) => [field, text(trade[field])]);
  const legs = trade.legs.flatMap((leg, index) => LEG_FIELDS.map((field) => [`leg${index}.${field}`, text(leg[field])]));
  return Object.fromEntries([...own, ...legs]) as Readonly<Record<string, string>>;
}

const text = (value: string | number | null): string => (value === null ? '' : String(value));
