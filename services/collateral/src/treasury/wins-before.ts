import type { Ms } from '@ballast/domain';
import type { TradeRecord } from '@ballast/performance';

/** Won trades in a row among those that were closed before a moment: a day that is closed late is judged by its own end. */
export function winsBefore(record: TradeRecord | undefined, moment: Ms): number {
  if (!record) return 0;
  const results = record.recent.filter(({ closedAt }) => closedAt < moment);
  const sinceLast = results.length - 1 - results.findLastIndex(({ net }) => !net.gt(0));
  return sinceLast < results.length || record.before.kind !== 'WINS' ? sinceLast : sinceLast + record.before.length;
}
