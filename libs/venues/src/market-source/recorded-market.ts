import { basename } from 'node:path';
import type { Ms } from '@ballast/domain';
import type { EngineInstrument, MarketInput, PriceLevel, X18 } from '../engine/engine.api.js';
import { NADO_INSTRUMENTS } from '../engine/presets.js';
import { CsvTable } from './csv-table.js';
import { ORACLE_STATEMENT, type MarketSource, type Provenance } from './market-source.js';
import { findRecordedFiles, type RecordedFiles } from './recorded-files.js';
import { recordedFunding } from './recorded-funding.js';

export interface RecordedMarketOptions {
  /** Folder with `*_book20.csv(.gz)` files, a folder whose `book/` has them, or one such file. */
  readonly path: string;
  /** Only these coins (`ETH`); default: every coin with terms. */
  readonly coins?: readonly string[];
  /** Terms by coin; default: Nado's. */
  readonly instruments?: readonly EngineInstrument[];
}

/** At equal times a print comes before the book that it changed, and a whole book before a single level. */
const RANK: Readonly<Record<MarketInput['type'], number>> = { fundingRate: 0, oracle: 1, trade: 2, snapshot: 3, delta: 4, bbo: 5 };

/** Recorded books, best prices, trades and funding as one stream in exchange time. @throws MarketDataError at construction for any bad row */
export class RecordedMarket implements MarketSource {
  readonly productIds: readonly number[];
  readonly startTime: Ms;
  readonly endTime: Ms;
  readonly #inputs: readonly MarketInput[];
  readonly #provenance: Provenance;

  constructor(options: RecordedMarketOptions) {
    const instruments = (options.instruments ?? NADO_INSTRUMENTS).filter(({ base }) => !options.coins || options.coins.includes(base));
    const recordings = findRecordedFiles(options.path, instruments).map(readRecording);
    const inputs = recordings.flatMap((recording) => recording.inputs);
    inputs.sort((a, b) => a.time - b.time || RANK[a.type] - RANK[b.type] || a.productId - b.productId);
    this.#inputs = inputs;
    this.productIds = recordings.map(({ productId }) => productId);
    this.startTime = inputs[0]?.time ?? 0;
    this.endTime = inputs.at(-1)?.time ?? 0;
    this.#provenance = { kind: 'recorded', files: recordings.flatMap(({ files }) => files), statements: [this.#period(), ORACLE_STATEMENT, ...recordings.flatMap(({ statements }) => statements)] };
  }

  *events(from: Ms = this.startTime): IterableIterator<MarketInput> {
    let low = 0;
    let high = this.#inputs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#inputs[middle]?.time ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    for (let index = low; index < this.#inputs.length; index += 1) yield this.#inputs[index] as MarketInput;
  }

  provenance(): Provenance {
    return this.#provenance;
  }

  #period(): string {
    return `Recorded market from ${new Date(this.startTime).toISOString()} to ${new Date(this.endTime).toISOString()}, ${this.#inputs.length} inputs.`;
  }
}

interface Recording {
  readonly productId: number;
  readonly inputs: MarketInput[];
  readonly files: readonly string[];
  readonly statements: readonly string[];
}

function readRecording(files: RecordedFiles): Recording {
  const { terms } = files;
  const inputs = readBook(files.book, terms.productId);
  const start = inputs[0]?.time ?? 0;
  const end = inputs.at(-1)?.time ?? 0;
  if (files.bbo) inputs.push(...readBbo(files.bbo, terms.productId, start));
  const trades = files.trades ? readTrades(files.trades, terms.productId, start) : { inputs: [], statement: `Trades ${terms.symbol}: none found.` };
  inputs.push(...trades.inputs);
  const funding = recordedFunding(files.funding, terms.symbol, terms.productId, start, end);
  inputs.push(...funding.inputs);
  const used = [files.book, files.bbo, files.trades, funding.file].flatMap((file) => (file === undefined ? [] : [basename(file)]));
  return { productId: terms.productId, inputs, files: used, statements: [trades.statement, funding.statement] };
}

/** The time of a row, never before the row above. */
function risingTime(table: CsvTable, row: number, column: number, previous: Ms): Ms {
  const time = table.time(row, column);
  if (time < previous) throw table.wrong(row, column, table.text(row, column), `a time not before ${previous}, that of the row above`);
  return time;
}

function readBook(file: string, productId: number): MarketInput[] {
  const table = CsvTable.read(file);
  const timeColumn = table.column('exchange_timestamp');
  const depth = table.header.filter((name) => name.startsWith('bid_price_')).length;
  const columns = Array.from({ length: Math.max(depth, 1) }, (_, level) => (['bid_price', 'bid_size', 'ask_price', 'ask_size'] as const).map((name) => table.column(`${name}_${level}`)));
  let time = 0;
  return table.rows.map((_, row): MarketInput => {
    time = risingTime(table, row, timeColumn, time);
    const bids = readSide(table, row, columns, 0);
    const asks = readSide(table, row, columns, 2);
    const [bid, ask] = [bids[0], asks[0]];
    if (bid && ask && bid[0] >= ask[0]) throw table.wrong(row, table.column('bid_price_0'), table.text(row, table.column('bid_price_0')), `less than the best ask ${table.text(row, table.column('ask_price_0'))} (the book is crossed)`);
    return { type: 'snapshot', time, productId, bids, asks };
  });
}

/** One side of a row; levels that were not recorded are empty fields at its end. */
function readSide(table: CsvTable, row: number, columns: readonly (readonly number[])[], offset: 0 | 2): PriceLevel[] {
  const side: PriceLevel[] = [];
  let previous: X18 | undefined;
  for (const level of columns) {
    const [priceColumn = 0, sizeColumn = 0] = level.slice(offset);
    if (side.length > 0 && table.text(row, priceColumn) === '' && table.text(row, sizeColumn) === '') break;
    const price = table.positive(row, priceColumn);
    if (previous !== undefined && (offset === 0 ? price >= previous : price <= previous)) throw table.wrong(row, priceColumn, table.text(row, priceColumn), 'a price worse than the level before it');
    side.push([price, table.positive(row, sizeColumn)]);
    previous = price;
  }
  return side;
}

function readBbo(file: string, productId: number, start: Ms): MarketInput[] {
  const table = CsvTable.read(file);
  const [timeColumn, sideColumn, priceColumn, sizeColumn] = [table.column('exchange_timestamp'), table.column('side'), table.column('price'), table.column('size')];
  const inputs: MarketInput[] = [];
  let time = 0;
  table.rows.forEach((_, row) => {
    time = risingTime(table, row, timeColumn, time);
    const side = table.text(row, sideColumn);
    if (side !== 'bid' && side !== 'ask') throw table.wrong(row, sideColumn, side, 'bid or ask');
    const input: MarketInput = { type: 'bbo', time, productId, side, price: table.positive(row, priceColumn), size: table.positive(row, sizeColumn) };
    if (time >= start) inputs.push(input);
  });
  return inputs;
}

function readTrades(file: string, productId: number, start: Ms): { readonly inputs: MarketInput[]; readonly statement: string } {
  const table = CsvTable.read(file);
  const [timeColumn, idColumn, sideColumn, priceColumn, sizeColumn] = [table.column('exchange_timestamp'), table.column('trade_id'), table.column('side'), table.column('price'), table.column('size')];
  const seen = new Set<string>();
  const inputs: MarketInput[] = [];
  let [repeated, older, previous] = [0, 0, 0];
  table.rows.forEach((_, row) => {
    const time = table.time(row, timeColumn);
    const tradeId = table.text(row, idColumn);
    const side = table.text(row, sideColumn);
    if (side !== 'buy' && side !== 'sell') throw table.wrong(row, sideColumn, side, 'buy or sell');
    const input: MarketInput = { type: 'trade', time, productId, tradeId, side: side === 'buy' ? 'BUY' : 'SELL', price: table.positive(row, priceColumn), size: table.positive(row, sizeColumn) };
    if (seen.has(tradeId)) repeated += 1;
    else if (time < start) older += 1;
    else {
      previous = risingTime(table, row, timeColumn, previous);
      inputs.push(input);
    }
    seen.add(tradeId);
  });
  return { inputs, statement: `Trades ${basename(file)}: ${inputs.length} used, ${repeated} repeated ids and ${older} from before the first book left out.` };
}
