import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Ms } from '@ballast/domain';
import type { EngineInstrument, MarketInput } from '../engine/engine.api.js';
import { CsvTable } from './csv-table.js';
import { MarketDataError, type Provenance } from './market-source.js';
import type { PricePath } from './modelled-market.js';
import { recordedFunding } from './recorded-funding.js';

const MINUTE_MS: Ms = 60_000;
const LENGTHS: Readonly<Record<string, Ms>> = { '1m': MINUTE_MS, '5m': 5 * MINUTE_MS, '1h': 60 * MINUTE_MS, '4h': 240 * MINUTE_MS };

export interface CandlePathOptions {
  /** Folder with `*_<COIN>[USDT]_<length>_<from>_<to>.csv(.gz)` candles, or one whose `candles/` has them. */
  readonly path: string;
  /** `1m`, `5m`, `1h` or `4h`. */
  readonly length: string;
  readonly coins: readonly string[];
  /** Part of the recording, ms of market time; default: all of it. */
  readonly from?: Ms;
  readonly to?: Ms;
}

/** Open, high, low, close. */
type Candle = readonly [number, number, number, number];

interface Series {
  readonly file: string;
  readonly start: Ms;
  readonly candles: readonly Candle[];
}

/**
 * Prices that touch every open, high, low and close of recorded candles: straight from the open to the nearer extreme (a
 * rising candle goes to its low first), to the other one and to the close. @throws MarketDataError for a missing, torn or gappy file
 */
export class CandlePath implements PricePath {
  readonly coins: readonly string[];
  readonly startTime: Ms;
  readonly endTime: Ms;
  /** From when on there are prices, also before the part that is walked. */
  readonly knownFrom: Ms;
  readonly provenance: Provenance;
  readonly #series: ReadonlyMap<string, Series>;
  readonly #length: Ms;
  readonly #fundingFiles: ReadonlyMap<string, readonly string[]>;

  constructor({ path, length, coins, from = 0, to = Infinity }: CandlePathOptions) {
    const ms = LENGTHS[length];
    if (ms === undefined) throw new MarketDataError(`length: found ${length}, allowed are ${Object.keys(LENGTHS).join(', ')}`);
    this.#length = ms;
    this.coins = coins;
    const folder = folderOf(path, 'candles');
    this.#series = new Map(coins.map((coin) => [coin, readSeries(candleFile(folder, coin, length), ms)]));
    const all = [...this.#series.values()];
    this.knownFrom = Math.max(...all.map(({ start }) => start));
    this.startTime = Math.max(from, this.knownFrom);
    this.endTime = Math.min(to, ...all.map(({ start, candles }) => start + candles.length * ms)) - 1;
    if (this.endTime <= this.startTime) throw new MarketDataError(`${path}: found no ${length} candles of all of ${coins.join(', ')} from ${new Date(this.startTime).toISOString()} to ${to === Infinity ? 'their end' : new Date(to).toISOString()}`);
    this.#fundingFiles = new Map(coins.map((coin) => [coin, fundingFiles(folder, coin)]));
    this.provenance = {
      kind: 'recorded',
      files: all.map(({ file }) => file),
      statements: [`Recorded ${length} candles of ${coins.join(', ')} from ${new Date(this.startTime).toISOString()} to ${new Date(this.endTime).toISOString()}, walked open, extremes, close.`],
    };
  }

  midAt(coin: string, time: Ms): number {
    const series = this.#series.get(coin);
    const candle = series?.candles[Math.floor((time - series.start) / this.#length)];
    if (!series || !candle) throw new MarketDataError(`${coin}: found no candle at ${new Date(time).toISOString()}`);
    const [open, high, low, close] = candle;
    const points = close >= open ? [open, low, high, close] : [open, high, low, close];
    const share = (((time - series.start) % this.#length) / this.#length) * 3;
    const leg = Math.min(2, Math.floor(share));
    const [a = open, b = close] = points.slice(leg);
    return a + (b - a) * (share - leg);
  }

  funding({ base, symbol, productId }: EngineInstrument): readonly MarketInput[] {
    return recordedFunding(this.#fundingFiles.get(base) ?? [], symbol, productId, this.startTime, this.endTime).inputs;
  }
}

const folderOf = (path: string, inner: string): string => (existsSync(join(path, inner)) ? join(path, inner) : path);

function candleFile(folder: string, coin: string, length: string): string {
  const named = new RegExp(`_${coin}(?:USDT)?_${length}_.*\\.csv(?:\\.gz)?$`);
  const names = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).filter((name) => named.test(name)) : [];
  const [name] = names;
  if (name === undefined || names.length > 1) throw new MarketDataError(`${folder}: found ${names.length === 0 ? 'no' : names.length} ${length} candles of ${coin}, allowed is one *_${coin}[USDT]_${length}_*.csv(.gz)`);
  return join(folder, name);
}

function fundingFiles(folder: string, coin: string): readonly string[] {
  const named = new RegExp(`_${coin}(?:USDT)?_funding_(?:1h|8h)_.*\\.csv(?:\\.gz)?$`);
  return [folder, join(folder, '..', 'funding')].filter((at) => existsSync(at)).flatMap((at) => readdirSync(at).filter((name) => named.test(name)).sort().map((name) => join(at, name)));
}

function readSeries(file: string, length: Ms): Series {
  const table = CsvTable.read(file);
  const time = table.column(table.has('date') ? 'date' : 'timestamp');
  const [open, high, low, close] = (['open', 'high', 'low', 'close'] as const).map((name) => table.column(name));
  const price = (row: number, column: number | undefined): number => Number(table.positive(row, column ?? -1)) / 1e18;
  const start = table.time(0, time);
  const candles = table.rows.map((_, row): Candle => {
    const at = start + row * length;
    if (table.time(row, time) !== at) throw table.wrong(row, time, table.text(row, time), `${at}: one candle each ${length / MINUTE_MS} min, without gaps`);
    const candle: Candle = [price(row, open), price(row, high), price(row, low), price(row, close)];
    const [first, top, bottom, last] = candle;
    if (top < Math.max(first, last) || bottom > Math.min(first, last)) throw table.wrong(row, high ?? -1, table.text(row, high ?? -1), 'a high and a low that hold open and close between them');
    return candle;
  });
  return { file, start, candles };
}
