import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { EngineInstrument } from '../engine/engine.api.js';
import { MarketDataError } from './market-source.js';

const BOOK_FILE = /^(.*)_([A-Z0-9]+)_([^_]+)_book20\.csv(\.gz)?$/;

/** The files that belong to one instrument's recorded book. */
export interface RecordedFiles {
  readonly terms: EngineInstrument;
  readonly book: string;
  readonly bbo: string | undefined;
  readonly trades: string | undefined;
  readonly funding: readonly string[];
}

const firstThatExists = (...paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path));

/**
 * Finds book files in a folder (or beside one file) and, for each, its BBO, trades and funding files: BBO in the same
 * folder, trades and funding there too or in `../trades`, `../funding`. Coins without terms in `instruments` are left out.
 * @throws MarketDataError where no usable book file is found, or two belong to one coin
 */
export function findRecordedFiles(path: string, instruments: readonly EngineInstrument[]): RecordedFiles[] {
  if (!existsSync(path)) throw new MarketDataError(`${path}: does not exist; allowed is a folder with *_book20.csv(.gz) files, or one such file`);
  const isFolder = statSync(path).isDirectory();
  const folder = isFolder ? withBooks(path) : dirname(path);
  const names = (isFolder ? readdirSync(folder) : [basename(path)]).filter((name) => BOOK_FILE.test(name)).sort();
  const found = names.flatMap((name) => filesOf(folder, name, instruments) ?? []);
  if (found.length === 0) throw new MarketDataError(`${path}: found no order book file, allowed are *_<COIN>_<period>_book20.csv(.gz) with COIN one of ${instruments.map(({ base }) => base).join(', ')}`);
  for (const { terms, book } of found) {
    const twin = found.find((other) => other.terms === terms && other.book !== book);
    if (twin) throw new MarketDataError(`${path}: found two books of ${terms.base} (${basename(book)}, ${basename(twin.book)}); allowed is one period at a time: name the file or use a folder of its own`);
  }
  return found;
}

/** A folder of data sets has its books in `book/`. */
function withBooks(folder: string): string {
  const inner = join(folder, 'book');
  const has = (candidate: string): boolean => existsSync(candidate) && readdirSync(candidate).some((name) => BOOK_FILE.test(name));
  return !has(folder) && has(inner) ? inner : folder;
}

function filesOf(folder: string, name: string, instruments: readonly EngineInstrument[]): RecordedFiles | undefined {
  const [, prefix = '', coin = '', period = ''] = BOOK_FILE.exec(name) ?? [];
  const terms = instruments.find(({ base }) => base === coin);
  if (!terms) return undefined;
  const sibling = (kind: string, ...folders: readonly string[]): string | undefined =>
    firstThatExists(...folders.flatMap((at) => ['.csv.gz', '.csv'].map((end) => join(at, `${prefix}_${coin}_${period}_${kind}${end}`))));
  const fundingFolders = [folder, join(folder, '..', 'funding')].filter((at) => existsSync(at));
  const isFunding = new RegExp(`_${coin}(?:USDT)?_funding_(?:1h|8h)_.*\\.csv(?:\\.gz)?$`);
  return {
    terms,
    book: join(folder, name),
    bbo: sibling('bbo', folder),
    trades: sibling('trades', folder, join(folder, '..', 'trades')),
    funding: fundingFolders.flatMap((at) => readdirSync(at).filter((file) => isFunding.test(file)).sort().map((file) => join(at, file))),
  };
}
