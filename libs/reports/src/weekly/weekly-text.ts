import { SHARPE_DEFINITION } from '@ballast/performance';
import { bps, dollars, NOT_MEASURED, paragraphs, percent, plain, signedDollars, table, tableOr } from '../export/markdown.js';
import type { Figure } from '../summary/statistics.js';
import { foundInWords, inUnit, limitInWords } from './weekly-figures.js';
import type { WeeklyReport } from './weekly.types.js';

const METHOD = [
  'Everything is folded from the events of the log; the definitions are those of the ladder\'s evidence. A round counts in the week in which it closes.',
  '**Total return**: growth of the capital at work, day by day; transfers and moves into reserves shift the baseline and are never part of it (C-10, C-11). **Result** is realised and unrealised, after fees and funding.',
  `**Sharpe**: ${SHARPE_DEFINITION}.`,
  '**Win rate**: trades with a net above 0; trades that lost nothing are told apart (C-13). The interval is Wilson\'s, 95 %.',
  '**Slippage**: entries against the best opposing price that their plan saw, weighted by notional, positive = worse. **Delta**: realised less estimated.',
  '**Execution success** (C-14): ended orders that were filled, cancelled or rejected by rule, over all. **Depth**: offered within the slippage band, as the plan of the entry saw it, on the side that is taken on the way in, and on the way out.',
  '**Recommendation**: reduce where a rung was lost, a stop tripped or fill rate, orders, slippage or drawdown no longer hold the size; advance where everything asked for is met; continue in between. It changes nothing by itself.',
] as const;

/** The weekly scaling report as Markdown (R58). */
export const weeklyText = (reports: readonly WeeklyReport[]): string =>
  reports.length === 0 ? paragraphs('# Weekly scaling report', 'The log holds nothing of any portfolio in this period.') : paragraphs('# Weekly scaling report', ...reports.map(one), '## What the figures mean', METHOD.map((note) => `- ${note}`).join('\n'));

function one(report: WeeklyReport): string {
  const { portfolioId, from, to, complete, recommendation, because, criteria, targets, events, evidence } = report;
  return [
    `## Portfolio ${portfolioId}: ${recommendation.toLowerCase()}`,
    `${from} to ${to}${complete ? '' : ' (the log ends before the period does)'}.`,
    because.map((reason) => `- ${reason}`).join('\n'),
    figuresTable(report),
    `### What ${report.size.rung ?? 'growing (R48)'} asks for`,
    table(['criterion', 'limit', 'found', 'met'], criteria.map((criterion) => [criterion.criterion, limitInWords(criterion), foundInWords(criterion), criterion.met ? 'yes' : 'NO'])),
    '### Goals at full capital (R59)',
    table(['goal', 'target', 'found', 'met'], targets.map(({ name, unit, target, found, met }) => [name, target, inUnit(unit, found), met === null ? NOT_MEASURED : met ? 'yes' : 'NO'])),
    '### What happened to its size',
    tableOr('Nothing: no rung was asked for, entered or lost, and no stop tripped.', ['when', 'what'], events.map(({ at, what }) => [at, what])),
    `Folded from sequence ${evidence.firstSequence} to ${evidence.lastSequence} of its partition, hash \`${evidence.hash}\`.`,
  ].join('\n\n');
}

function figuresTable({ size, performance, execution, depth, risk }: WeeklyReport): string {
  return table(['figure', 'value'], [
    ['ladder; rung', `${size.ladder ?? 'none'}; ${size.rung ?? 'none'}${size.daysOnRung === null ? '' : ` for ${plain(size.daysOnRung)} days`}`],
    ['capital at work; of the rung', `${dollars(size.capital)}; ${ofRung(size.rungCapital)}`],
    ['largest position observed; allowed by the rung', `${dollars(size.largestPosition)}; ${ofRung(size.positionMax)}`],
    ['total return', percent(performance.totalReturn)],
    ['result; net of trades closed', `${signedDollars(performance.result)}; ${signedDollars(performance.netOfTrades)}`],
    ['Sharpe ratio', `${plain(performance.sharpe)} over ${plain(performance.sharpeDays)} days`],
    ['largest drawdown', percent(performance.maxDrawdown)],
    ['trades; win rate (95 % interval); lost nothing', `${plain(performance.trades)}; ${percent(performance.winRate, 1)} (${percent(performance.winRateLow, 1)} to ${percent(performance.winRateHigh, 1)}); ${percent(performance.nonNegativeRate, 1)}`],
    ['plan volume', dollars(performance.planVolume)],
    ['slippage estimated; realised; delta', `${bps(execution.slippageEstimatedBps)}; ${bps(execution.slippageRealisedBps)}; ${bps(execution.slippageDeltaBps)}`],
    ['execution success; failures; fill rate', `${percent(execution.executionSuccess)}; ${plain(execution.executionFailures)}; ${percent(execution.fillRate)}`],
    ['mean time to balance', inUnit('MS', execution.executionTimeMs)],
    ['mean depth for entry; for exit', `${dollars(depth.entry)}; ${dollars(depth.exit)}`],
    [`entries with ${depth.multipleMin} times their size in the book`, percent(depth.sufficient, 2)],
    ['risk violations; unplanned interventions; approvals', `${plain(risk.violations)}; ${plain(risk.unplannedInterventions)}; ${plain(risk.approvals)}`],
  ]);
}

const ofRung = (amount: Figure): string => (amount === null ? 'no rung' : dollars(amount));
