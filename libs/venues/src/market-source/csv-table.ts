import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { Ms } from '@ballast/domain';
import type { X18 } from '../engine/engine.api.js';
import { parseX18 } from '../engine/fixed.js';
import { MarketDataError } from './market-source.js';

const EXPONENT = /^(-?)(\d+)(?:\.(\d*))?[eE]([+-]?\d{1,2})$/;

/** One CSV file (gzip where the name ends in .gz), every row as wide as its header. */
export class CsvTable {
  readonly #columns = new Map<string, number>();

  private constructor(
    readonly file: string,
    readonly header: readonly string[],
    readonly rows: readonly (readonly string[])[],
  ) {
    header.forEach((name, index) => this.#columns.set(name, index));
  }

  /** @throws MarketDataError where the file can't be read, unpacked or split into full rows */
  static read(file: string): CsvTable {
    const [header, ...rows] = split(file, textOf(file));
    if (!header) throw new MarketDataError(`${file}: found an empty file, allowed is a CSV file with a header line`);
    const torn = rows.findIndex((row) => row.length !== header.length);
    if (torn >= 0) throw new MarketDataError(`${file} line ${torn + 2}: found ${rows[torn]?.length ?? 0} fields, allowed are ${header.length} as in the header (is the row truncated?)`);
    if (rows.length === 0) throw new MarketDataError(`${file}: found no rows below the header, allowed is at least one`);
    return new CsvTable(file, header, rows);
  }

  has(column: string): boolean {
    return this.#columns.has(column);
  }

  /** Index of a column. @throws MarketDataError where it is missing */
  column(name: string): number {
    const index = this.#columns.get(name);
    if (index === undefined) throw new MarketDataError(`${this.file} line 1: column ${name} is missing; found ${this.header.slice(0, 8).join(', ')}${this.header.length > 8 ? ', …' : ''}`);
    return index;
  }

  /** A decimal > 0 in x18. @throws MarketDataError */
  positive(row: number, column: number): X18 {
    const text = this.text(row, column);
    const value = parseX18(text);
    if (value === undefined || value <= 0n) throw this.wrong(row, column, text, 'a plain decimal > 0 with at most 18 decimal digits');
    return value;
  }

  /** Any decimal in x18; exponents are allowed (funding rates are written like 1e-7). @throws MarketDataError */
  signed(row: number, column: number): X18 {
    const text = this.text(row, column);
    const value = parseX18(plainOf(text));
    if (value === undefined) throw this.wrong(row, column, text, 'a decimal');
    return value;
  }

  /** Whole ms since 1970. @throws MarketDataError */
  time(row: number, column: number): Ms {
    const text = this.text(row, column);
    const value = /^\d{12,14}$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
    if (Number.isNaN(value)) throw this.wrong(row, column, text, 'whole milliseconds since 1970 (12 to 14 digits)');
    return value;
  }

  text(row: number, column: number): string {
    return this.rows[row]?.[column] ?? '';
  }

  wrong(row: number, column: number, found: string, allowed: string): MarketDataError {
    return new MarketDataError(`${this.file} line ${row + 2}, field ${this.header[column] ?? column}: found "${found.slice(0, 60)}", allowed is ${allowed}`);
  }
}

function textOf(file: string): string {
  try {
    const bytes = readFileSync(file);
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MarketDataError(`${file}: can not be read (${reason}); allowed is a complete ${file.endsWith('.gz') ? 'gzip' : 'text'} file`, { cause: error });
  }
}

/** Text without quotes is split directly: market data is large, has none, and this is twenty times faster than the full grammar. */
function split(file: string, text: string): string[][] {
  if (!text.includes('"')) return text.replace(/^\uFEFF/, '').replace(/\r?\n$/, '').split(/\r?\n/).filter((line, index) => index > 0 || line !== '').map((line) => line.split(','));
  try {
    return parse(text, { bom: true, relax_column_count: true }) as string[][];
  } catch (error) {
    throw new MarketDataError(`${file}: is not CSV (${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
}

/** Writes `-1.5e-7` out as plain digits; leaves anything else as it is. */
function plainOf(text: string): string {
  const match = EXPONENT.exec(text);
  if (!match) return text;
  const [, minus = '', whole = '', fraction = '', power = '0'] = match;
  const shift = Number.parseInt(power, 10);
  const digits = whole + fraction;
  const point = whole.length + shift;
  if (point >= digits.length) return `${minus}${digits.padEnd(point, '0')}`;
  return point > 0 ? `${minus}${digits.slice(0, point)}.${digits.slice(point)}` : `${minus}0.${'0'.repeat(-point)}${digits}`;
}
