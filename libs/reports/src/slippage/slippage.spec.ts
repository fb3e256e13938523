import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '@ballast/domain';
import { ETH, goldenRound, Log } from '../report-log.fixtures.js';
import { slippageBuckets } from './slippage-buckets.js';
import { slippageFiles, SLIPPAGE_BUCKET_COLUMNS } from './slippage-files.js';
import { type SlippageAnalysis, slippageAnalyses, slippageRecord } from './slippage-records.js';

const entry = (size: string, estimated = '10', realized = '12', over: Partial<SlippageAnalysis> = {}): SlippageAnalysis => ({ level: 'TRADE', portfolioId: 'p', botId: 'b', tradeId: 't', positionSize: new Decimal(size), estimatedBps: new Decimal(estimated), realizedBps: new Decimal(realized), timestamp: 1, ...over });
const analysesOf = (log: Log): readonly SlippageAnalysis[] => slippageAnalyses(log.models.tradesIn({}), log.models.ordersIn({}));

describe('slippage records (R49)', () => {
  it('hold what the plan estimated and what the fills did, of the entry and of each of its orders', () => {
    const log = new Log();
    log.round('t1', goldenRound);
    const found = analysesOf(log);
    expect(found.map(({ level, instrument, positionSize, estimatedBps, realizedBps }) => [level, instrument, positionSize.toString(), estimatedBps.toString(), realizedBps.toFixed(6)])).toEqual([
      ['TRADE', undefined, '115.824', '1.5', '1.735140'],
      ['SLICE', ETH, '115.794', '1.5', '0.362726'],
      ['SLICE', 'SOL-PERP', '115.824', '1.5', '3.107198'],
    ]);
    expect(slippageRecord(found[0]!)).toEqual({ positionSizeCents: 11_582, estimatedSlippageBps: 2, realizedSlippageBps: 2, timestamp: found[0]!.timestamp });
  });

  it('are in whole cents and basis points, half to even (C-57)', () => {
    const rounded = (size: string, estimated: string, realized: string): readonly number[] => {
      const { positionSizeCents, estimatedSlippageBps, realizedSlippageBps } = slippageRecord(entry(size, estimated, realized));
      return [positionSizeCents, estimatedSlippageBps, realizedSlippageBps];
    };
    expect(rounded('10.005', '1.5', '2.5')).toEqual([1000, 2, 2]);
    expect(rounded('10.015', '0.5', '-3.5')).toEqual([1002, 0, -4]);
  });

  it('are not made of an entry that filled nothing, nor of exits', () => {
    const log = new Log();
    log.plan('t1', goldenRound);
    expect(analysesOf(log)).toEqual([]);
    log.enter('t1', goldenRound);
    const entered = analysesOf(log).length;
    log.exit('t1', goldenRound);
    expect(analysesOf(log).length).toBe(entered);
  });

  it('are files whose columns can be read back, with the report by size', () => {
    const log = new Log();
    log.round('t1', goldenRound);
    const files = slippageFiles(log.models.tradesIn({}), log.models.ordersIn({}));
    const rows: readonly Record<string, string>[] = parse(files['slippage.csv'], { columns: true });
    expect(rows.map((row) => [row['level'], row['positionSizeCents'], row['realizedSlippageBps']])).toEqual([['TRADE', '11582', '2'], ['SLICE', '11579', '0'], ['SLICE', '11582', '3']]);
    expect((parse(files['slippage-buckets.csv'], { columns: true }) as readonly object[])[0]).toEqual({ bucket: '$0-1K', count: '1', avgEstimatedBps: '1.5', avgRealizedBps: '1.735140033633', maxRealizedBps: '1.735140033633' });
    expect(JSON.parse(files['slippage.json'])).toMatchObject({ buckets: [{ bucket: '$0-1K', count: 1 }, {}, {}, {}, {}, {}, { bucket: '$100K+', count: 0 }], records: [{ positionSizeCents: 11582 }, {}, {}] });
  });
});

describe('slippage by size (R50, W-22)', () => {
  it.each([
    ['0', '$0-1K'],
    ['999.99', '$0-1K'],
    ['1000', '$1-5K'],
    ['4999.99', '$1-5K'],
    ['5000', '$5-10K'],
    ['10000', '$10-20K'],
    ['20000', '$20-50K'],
    ['49999.99', '$20-50K'],
    ['50000', '$50-100K'],
    ['99999.99', '$50-100K'],
    ['100000', '$100K+'],
    ['5000000', '$100K+'],
  ])('puts an entry of $%s into %s: lower bounds are in, upper ones are not, the last is open (C-58)', (size, bucket) => {
    expect(slippageBuckets([entry(size)]).filter(({ count }) => count === 1).map((line) => line.bucket)).toEqual([bucket]);
  });

  it('tells averages and the worst of each bucket under the plan\'s names, and nothing of an empty one', () => {
    const [first, second] = slippageBuckets([entry('100', '10', '12'), entry('900', '20', '40'), entry('100', '1', '900', { level: 'SLICE' })]);
    expect(first).toEqual({ bucket: '$0-1K', count: 2, avgEstimatedBps: '15', avgRealizedBps: '26', maxRealizedBps: '40' });
    expect(second).toEqual({ bucket: '$1-5K', count: 0, avgEstimatedBps: null, avgRealizedBps: null, maxRealizedBps: null });
    expect(Object.keys(first!)).toEqual([...SLIPPAGE_BUCKET_COLUMNS]);
  });

  it('loses no entry, whatever its size', () => {
    const cents = fc.bigInt({ min: 0n, max: 10n ** 13n }).map((value) => new Decimal(String(value)).div(100).toString());
    fc.assert(fc.property(fc.array(cents, { maxLength: 50 }), (sizes) => {
      expect(slippageBuckets(sizes.map((size) => entry(size))).reduce((sum, { count }) => sum + count, 0)).toBe(sizes.length);
    }));
  });
});
