import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatX18 } from '../engine/fixed.js';
import { MarketDataError } from './market-source.js';
import { RecordedMarket } from './recorded-market.js';

const T = 1_700_000_000_000;
const HEADER = 'timestamp,sequence,exchange_timestamp,bid_price_0,bid_size_0,ask_price_0,ask_size_0,bid_price_1,bid_size_1,ask_price_1,ask_size_1';
const row = (time: number, bid = '1999.9', ask = '2000.1'): string => `1.5,${time},${time},${bid},1.25,${ask},2,1999.8,3,2000.2,4`;

describe('a recorded market', () => {
  let folder: string;
  const write = (name: string, lines: readonly string[]): string => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    const text = `${lines.join('\n')}\n`;
    writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
    return file;
  };
  const writeBook = (...rows: readonly string[]): string => write('book/x_ETH_day_book20.csv', [HEADER, ...rows]);
  const open = (): RecordedMarket => new RecordedMarket({ path: join(folder, 'book') });

  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'ballast-market-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('merges books, best prices, trades and funding by exchange time, a print before the book it changed', () => {
    writeBook(row(T), row(T + 500));
    write('book/x_ETH_day_bbo.csv', ['timestamp,price,size,side,exchange_timestamp', `1,1999.9,1.25,bid,${T - 10}`, `1,2000,0.5,ask,${T + 500}`]);
    write('trades/x_ETH_day_trades.csv.gz', ['timestamp,price,size,side,trade_id,exchange_timestamp', `1,2000,1,buy,7,${T - 1}`, `1,2000.1,0.3,buy,8,${T + 500}`, `1,2000.1,0.3,buy,8,${T + 500}`]);
    write('funding/v_ETHUSDT_funding_8h_2023-11-01_2023-11-30.csv', ['date,open,high', `${T - 1000},0.1,0`, `${T + 1000},1e-7,0`]);
    const market = open();
    expect([...market.events()].map(({ type, time }) => [type, time - T])).toEqual([['fundingRate', 0], ['snapshot', 0], ['trade', 500], ['snapshot', 500], ['bbo', 500]]);
    const [funding] = market.events();
    expect(funding?.type === 'fundingRate' && formatX18(funding.rateHourly)).toBe('0.0000000125');
    expect(market.provenance().statements.join(' ')).toMatch(/1 used, 1 repeated ids and 1 from before the first book.*divided by 8/s);
    expect([...market.events(T + 500)].map(({ type }) => type)).toEqual(['trade', 'snapshot', 'bbo']);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['a truncated row', [HEADER, row(T), `1.5,${T},${T},1999.9`], /x_ETH_day_book20\.csv line 3: found 4 fields, allowed are 11/],
    ['times that fall', [HEADER, row(T), row(T - 1)], /line 3, field exchange_timestamp: found "1699999999999", allowed is a time not before 1700000000000/],
    ['a crossed book', [HEADER, row(T, '2000.1')], /line 2, field bid_price_0: found "2000.1", allowed is less than the best ask 2000.1/],
    ['a price that is no decimal', [HEADER, row(T, '2e3')], /line 2, field bid_price_0: found "2e3", allowed is a plain decimal > 0/],
    ['a size of zero', [HEADER, row(T).replace('1.25', '0')], /field bid_size_0: found "0"/],
    ['levels out of order', [HEADER, row(T).replace('1999.8', '1999.95')], /field bid_price_1: found "1999.95", allowed is a price worse than the level before it/],
    ['a missing column', [HEADER.replace('exchange_timestamp', 'received'), row(T)], /line 1: column exchange_timestamp is missing; found timestamp, sequence/],
    ['a time that is none', [HEADER, row(T).replace(`,${T},`, ',x,').replace(`,${T},`, ',soon,')], /field exchange_timestamp: found "soon", allowed is whole milliseconds/],
    ['no rows', [HEADER], /found no rows below the header/],
    ['an empty file', [], /found (an empty file|no rows)/],
  ])('refuses %s, naming file, line, field, what was found and what is allowed', (_what, lines, message) => {
    write('book/x_ETH_day_book20.csv', lines);
    expect(open).toThrow(MarketDataError);
    expect(open).toThrow(message);
  });

  it('refuses a truncated gzip file by name', () => {
    const file = join(folder, 'book', 'x_ETH_day_book20.csv.gz');
    mkdirSync(dirname(file));
    const whole = gzipSync(`${HEADER}\n${row(T)}\n`);
    writeFileSync(file, whole.subarray(0, whole.length - 12));
    expect(open).toThrow(/x_ETH_day_book20\.csv\.gz: can not be read \(unexpected end of file\); allowed is a complete gzip file/);
  });

  it('refuses a folder without books, a path that is not there, and a side that is neither buy nor sell', () => {
    expect(() => new RecordedMarket({ path: folder })).toThrow(/found no order book file, allowed are .*BTC, ETH, SOL/);
    expect(() => new RecordedMarket({ path: join(folder, 'nowhere') })).toThrow(/does not exist/);
    writeBook(row(T));
    write('trades/x_ETH_day_trades.csv', ['timestamp,price,size,side,trade_id,exchange_timestamp', `1,2000,1,up,7,${T}`]);
    expect(open).toThrow(/line 2, field side: found "up", allowed is buy or sell/);
  });
});

const data = process.env['BALLAST_DATA'] ?? resolve(import.meta.dirname, '../../../../../shared/data');

describe.runIf(existsSync(join(data, 'book')))('the recorded 35 minutes of ETH and SOL', () => {
  it('load whole, with every count stated (data/README.md)', () => {
    const market = new RecordedMarket({ path: data, coins: ['ETH', 'SOL'] });
    const counts = new Map<string, number>();
    for (const { type, productId } of market.events()) counts.set(`${type} ${productId}`, (counts.get(`${type} ${productId}`) ?? 0) + 1);
    expect([counts.get('snapshot 4'), counts.get('snapshot 8'), counts.get('trade 4'), counts.get('trade 8')]).toEqual([3785, 3785, 6837, 4397]);
    expect(market.provenance().files).toHaveLength(8);
    expect(market.provenance().statements.filter((line) => line.includes('of the same period'))).toHaveLength(2);
  });
});
