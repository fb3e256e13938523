import { csvOf } from '../export/csv.js';
import type { OrderFacts, TradeFacts } from '../facts/trade-facts.js';
import { slippageBuckets } from './slippage-buckets.js';
import { slippageAnalyses, slippageRecord } from './slippage-records.js';

export const SLIPPAGE_COLUMNS = ['timestamp', 'level', 'portfolioId', 'botId', 'tradeId', 'clientOrderId', 'instrument', 'positionSizeCents', 'estimatedSlippageBps', 'realizedSlippageBps', 'positionSize', 'estimatedBps', 'realizedBps'] as const;
export const SLIPPAGE_BUCKET_COLUMNS = ['bucket', 'count', 'avgEstimatedBps', 'avgRealizedBps', 'maxRealizedBps'] as const;

/** slippage.json, slippage.csv and slippage-buckets.csv by name: the records with integers as the plan has them (R49), the exact figures beside them, and the report by size (R50). */
export function slippageFiles(trades: readonly TradeFacts[], orders: readonly OrderFacts[]): Readonly<Record<'slippage.json' | 'slippage.csv' | 'slippage-buckets.csv', string>> {
  const analyses = slippageAnalyses(trades, orders);
  const buckets = slippageBuckets(analyses);
  const records = analyses.map((analysis) => {
    const { level, portfolioId, botId, tradeId, clientOrderId = null, instrument = null, positionSize, estimatedBps, realizedBps } = analysis;
    return { ...slippageRecord(analysis), level, portfolioId, botId, tradeId, clientOrderId, instrument, positionSize: positionSize.toString(), estimatedBps: estimatedBps.toDecimalPlaces(12).toString(), realizedBps: realizedBps.toDecimalPlaces(12).toString() };
  });
  const cells = (row: object): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, value === null ? '' : String(value)]));
  return {
    'slippage.json': `${JSON.stringify({ buckets, records }, undefined, 2)}\n`,
    'slippage.csv': csvOf(SLIPPAGE_COLUMNS, records.map(cells)),
    'slippage-buckets.csv': csvOf(SLIPPAGE_BUCKET_COLUMNS, buckets.map(cells)),
  };
}
