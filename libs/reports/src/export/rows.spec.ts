import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '@ballast/domain';
import { ETH, type FillScript, goldenRound, type LegScript, Log, SOL } from '../report-log.fixtures.js';
import { summarise } from '../summary/summary.js';
import { csvOf } from './csv.js';
import { NOT_FILLED, SLICE_COLUMNS, sliceRows, TRADE_COLUMNS, tradeRows } from './rows.js';

type Row = Readonly<Record<string, string>>;
const csvOfLog = (log: Log): string => csvOf(TRADE_COLUMNS, tradeRows(log.models.tradesIn({})));
const read = (csv: string): Row[] => parse(csv, { columns: true });
const sum = (rows: readonly Row[], column: string): Decimal => rows.reduce((total, row) => total.plus(row[column] || '0'), new Decimal(0));

/** The plan's own analysis of the last ten rows, row by row: percentages of imbalance as it prints them. */
function lastTen(rows: readonly Row[]): readonly string[] {
  const found: string[] = [];
  for (let i = rows.length - 10; i < rows.length; i += 2) {
    const [eth, sol] = [rows[i], rows[i + 1]];
    if (!eth?.['side']?.includes('ETH') || !sol?.['side']?.includes('SOL')) continue;
    const [worthEth, worthSol] = [eth, sol].map((row) => new Decimal(row['quantity'] ?? '').times(row['price'] ?? '')) as [Decimal, Decimal];
    found.push(worthSol.minus(worthEth).abs().div(worthEth).times(100).toFixed(2));
  }
  return found;
}

const PYTHON = `
import csv, sys
from decimal import Decimal
with open(sys.argv[1], 'r') as f:
    rows = list(csv.DictReader(f))
for i in range(len(rows) - 10, len(rows), 2):
    if i + 1 < len(rows):
        a, b = rows[i], rows[i + 1]
        if 'ETH' in a['side'] and 'SOL' in b['side']:
            x = Decimal(a['quantity']) * Decimal(a['price'])
            y = Decimal(b['quantity']) * Decimal(b['price'])
            print('%.2f' % (abs(y - x) / x * 100))
`;
const hasPython = spawnSync('python3', ['-c', 'print(1)']).status === 0;

const rounds = (count: number): Log => {
  const log = new Log();
  for (let index = 0; index < count; index += 1) log.round(`t${index}`, goldenRound);
  return log;
};

describe('trades.csv (R41, W-21)', () => {
  it('has one row per leg and side of a round: the ETH row, then the SOL row', () => {
    expect(read(csvOfLog(rounds(1))).map(({ phase, side, quantity, price }) => [phase, side, quantity, price])).toEqual([
      ['ENTRY', 'BUY ETH', '0.042', '2757'],
      ['ENTRY', 'SELL SOL', '1', '115.824'],
      ['EXIT', 'SELL ETH', '0.042', '2758'],
      ['EXIT', 'BUY SOL', '1', '115.95'],
    ]);
  });

  it('answers the plan’s own look at the last ten rows with every pair’s imbalance', () => {
    expect(lastTen(read(csvOfLog(rounds(3))))).toEqual(['0.10', '0.03', '0.10', '0.03', '0.10']);
  });

  it.runIf(hasPython)('is read by the plan’s script as it is written there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-report-'));
    try {
      writeFileSync(join(folder, 'trades.csv'), csvOfLog(rounds(3)));
      expect(execFileSync('python3', ['-c', PYTHON, join(folder, 'trades.csv')], { encoding: 'utf8' }).trim().split('\n')).toEqual(['0.10', '0.03', '0.10', '0.03', '0.10']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps rows in pairs where a leg was not filled, and lets no reader divide by it', () => {
    const log = new Log();
    const [eth, sol] = goldenRound as [LegScript, LegScript];
    log.plan('t1', goldenRound);
    log.order('t1', 1, sol, 'ENTRY');
    log.exit('t1', [{ ...eth, entry: [], exit: [] }, sol], 'UNWOUND');
    for (const name of ['t2', 't3']) log.round(name, goldenRound);
    const rows = read(csvOfLog(log));
    expect(rows.slice(0, 2).map(({ side, instrument, quantity }) => [side, instrument, quantity])).toEqual([[NOT_FILLED, ETH, '0'], ['SELL SOL', SOL, '1']]);
    expect(rows.length % 2).toBe(0);
    expect(lastTen(rows)).toHaveLength(4);
  });

  it('nets what was trimmed, so that a row has the quantity that the round stood in', () => {
    const log = new Log();
    log.plan('t1', goldenRound);
    log.order('t1', 0, { ...(goldenRound[0] as LegScript), entry: [{ quantity: '0.043', price: '2757', fee: '0' }] }, 'ENTRY');
    const [submitted] = [...log.models.trades.state.orders.values()].map((order) => order.submitted);
    log.fill({ ...submitted!, purpose: 'TRIM', side: 'SELL' }, { quantity: '0.001', price: '2756', fee: '0' });
    const [row] = read(csvOfLog(log));
    expect(row).toMatchObject({ quantity: '0.042', notional: '115.795', turnover: '121.307', cash: '-115.795' });
  });
});

describe('slices.csv', () => {
  it('has one row per fill, with the order it belongs to', () => {
    const { models } = rounds(1);
    const rows = read(csvOf(SLICE_COLUMNS, sliceRows(models.ordersIn({}), models.tradesIn({}))));
    expect(rows).toHaveLength(5);
    expect(rows[2]).toMatchObject({ instrument: SOL, side: 'SELL', orderedQuantity: '1', quantity: '0.6', price: '115.8', notional: '69.48', liquidity: 'TAKER', status: 'FILLED' });
  });

  it('quotes what a cell demands', () => {
    expect(csvOf(['a', 'b'], [{ a: 'x,"y"', b: '' }])).toBe('a,b\n"x,""y""",\n');
  });
});

describe('the exports and the books', () => {
  const amount = (min: number, max: number, scale: number): fc.Arbitrary<string> => fc.integer({ min, max }).map((units) => new Decimal(units).div(scale).toString());
  const fill: fc.Arbitrary<FillScript> = fc.record({ quantity: amount(1, 500, 1_000), price: amount(10_000, 400_000, 100), fee: amount(-50, 500, 10_000), liquidity: fc.constantFrom('MAKER', 'TAKER') });
  const leg = (instrument: string): fc.Arbitrary<LegScript> => fc.record({ side: fc.constantFrom('BUY' as const, 'SELL' as const), entry: fc.array(fill, { minLength: 1, maxLength: 4 }), exitPrice: amount(10_000, 400_000, 100), exitFee: amount(0, 500, 10_000) })
    .map(({ side, entry, exitPrice, exitFee }) => ({ instrument, side, reference: entry[0]!.price, entry, exit: entry.map(({ quantity }) => ({ quantity, price: exitPrice, fee: exitFee })) }));

  it('agree to the last digit: cash of all rows is the realised result, fees are the fees, notionals the turnover', () => {
    fc.assert(fc.property(fc.array(fc.tuple(leg(ETH), leg(SOL)), { minLength: 1, maxLength: 6 }), (scripts) => {
      const log = new Log();
      scripts.forEach((script, index) => log.round(`t${index}`, script));
      const summary = summarise(log.models, {}, {});
      const rows = read(csvOfLog(log));
      const slices = read(csvOf(SLICE_COLUMNS, sliceRows(log.models.ordersIn({}), log.models.tradesIn({}))));
      expect(rows).toHaveLength(scripts.length * 4);
      expect(sum(rows, 'cash').toString()).toBe(summary.pnl.realised);
      expect(sum(rows, 'fee').toString()).toBe(summary.pnl.fees);
      expect(sum(slices, 'fee').toString()).toBe(summary.pnl.fees);
      expect(sum(slices, 'notional').toString()).toBe(summary.execution.turnover);
      expect(sum(rows, 'turnover').toString()).toBe(summary.execution.turnover);
      expect(JSON.stringify(summary)).not.toMatch(/NaN|Infinity/);
    }), { numRuns: 100 });
  });
});
