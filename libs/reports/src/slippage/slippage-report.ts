import { paragraphs, plain, tableOr } from '../export/markdown.js';
import { isWithin, isoOf, periodText } from '../report/period.js';
import type { Report } from '../report/report.js';
import type { ReportFold } from '../report/report-fold.js';
import type { Scope } from '../summary/summary.types.js';
import type { SlippageBucket } from './slippage-buckets.js';
import { slippageFiles } from './slippage-files.js';

/** Slippage estimated and realised, by size, of the trades that were opened in the period (R49, R50, C-58). */
export function slippageReport(fold: ReportFold, scope: Scope): Report {
  const trades = fold.trades(scope).filter(({ openedAt }) => isWithin(fold.period, openedAt));
  const own = new Set(trades.map(({ tradeId }) => tradeId));
  const { 'slippage.json': json, ...csv } = slippageFiles(trades, fold.models.ordersIn(scope).filter(({ submitted }) => own.has(submitted.tradeId)));
  const { buckets, records } = JSON.parse(json) as { readonly buckets: readonly SlippageBucket[]; readonly records: readonly object[] };
  const markdown = paragraphs(
    '# Slippage by size',
    `Trades opened ${periodText(fold.period)}: ${trades.length}.`,
    records.length === 0 ? 'No entry was filled: nothing is measured.' : '',
    tableOr('', ['size', 'entries', 'mean estimated, bps', 'mean realised, bps', 'worst realised, bps'], buckets.map(({ bucket, count, avgEstimatedBps, avgRealizedBps, maxRealizedBps }) => [bucket, count, plain(avgEstimatedBps, 3), plain(avgRealizedBps, 3), plain(maxRealizedBps, 3)])),
    'Both against the best opposing price that the plan saw; negative = better than it, as a maker is. A bucket holds its lower bound and not its upper one.',
  );
  return { kind: 'slippage', document: { kind: 'slippage', period: { from: isoOf(fold.period.from), to: isoOf(fold.period.to) }, buckets, records }, markdown, csv };
}
