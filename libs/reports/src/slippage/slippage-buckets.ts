import { Decimal } from '@ballast/domain';
import { type Figure, meanWorst } from '../summary/statistics.js';
import type { SlippageAnalysis } from './slippage-records.js';

/** One line of the scaling report; its field names are the plan's (R50, W-22). null where the bucket is empty. */
export interface SlippageBucket {
  readonly bucket: string;
  readonly count: number;
  readonly avgEstimatedBps: Figure;
  readonly avgRealizedBps: Figure;
  readonly maxRealizedBps: Figure;
}

/** Lower bounds, inclusive; each ends before the next, and the last is open (R50, C-58). */
const BUCKETS = [
  ['$0-1K', 0],
  ['$1-5K', 1_000],
  ['$5-10K', 5_000],
  ['$10-20K', 10_000],
  ['$20-50K', 20_000],
  ['$50-100K', 50_000],
  ['$100K+', 100_000],
] as const;

/** Whole entries by their size: how slippage grows with it (R50). Every bucket is told, also an empty one. */
export function slippageBuckets(analyses: readonly SlippageAnalysis[]): readonly SlippageBucket[] {
  const entries = analyses.filter(({ level }) => level === 'TRADE');
  return BUCKETS.map(([bucket, from], index) => {
    const to = BUCKETS[index + 1]?.[1] ?? new Decimal(Infinity);
    const found = entries.filter(({ positionSize }) => positionSize.gte(from) && positionSize.lt(to));
    const realized = meanWorst(found.map(({ realizedBps }) => realizedBps));
    return { bucket, count: found.length, avgEstimatedBps: meanWorst(found.map(({ estimatedBps }) => estimatedBps)).mean, avgRealizedBps: realized.mean, maxRealizedBps: realized.worst };
  });
}
