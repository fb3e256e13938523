import { basename } from 'node:path';
import type { Ms } from '@ballast/domain';
import type { MarketInput, X18 } from '../engine/engine.api.js';
import { floorDiv } from '../engine/fixed.js';
import { CsvTable } from './csv-table.js';

const PERIOD = /_(\d{4}-\d{2}-\d{2})_(\d{4}-\d{2}-\d{2})\.csv(?:\.gz)?$/;
const DAY_MS: Ms = 86_400_000;

interface RateSeries {
  readonly file: string;
  /** Hours that one rate covers; it is paid at the end of them. */
  readonly hours: bigint;
  readonly rows: readonly { readonly time: Ms; readonly rate: X18 }[];
}

export interface RecordedFunding {
  readonly inputs: readonly MarketInput[];
  readonly statement: string;
  readonly file: string | undefined;
}

function readSeries(file: string): RateSeries {
  const table = CsvTable.read(file);
  const [time, rate] = [table.column('date'), table.column('open')];
  const rows = table.rows.map((_, row) => ({ time: table.time(row, time), rate: table.signed(row, rate) }));
  const unsorted = rows.findIndex((row, index) => index > 0 && row.time < (rows[index - 1]?.time ?? 0));
  if (unsorted >= 0) throw table.wrong(unsorted, time, table.text(unsorted, time), 'a time not before the row above');
  return { file, hours: basename(file).includes('_funding_8h_') ? 8n : 1n, rows };
}

/** Names end in the period they cover: only files nearest by it are read; all of them where a name says no period. */
function nearestByName(files: readonly string[], start: Ms, end: Ms): readonly string[] {
  const gaps = files.map((file) => {
    const [, first = '', last = ''] = PERIOD.exec(file) ?? [];
    return Math.max(0, Date.parse(first) - end, start - Date.parse(last) - DAY_MS);
  });
  return gaps.some(Number.isNaN) ? files : files.filter((_, index) => gaps[index] === Math.min(...gaps));
}

/** How far a series is from the window [start, end], ms; 0 where they overlap. */
function distance(series: RateSeries, start: Ms, end: Ms): Ms {
  const first = series.rows[0]?.time ?? 0;
  const last = series.rows.at(-1)?.time ?? 0;
  return Math.max(0, first - end, start - last);
}

/**
 * Hourly rates for a window, from the recorded series whose period is nearest (hourly before 8-hourly where equally near):
 * the rate in force is the one paid next. Without any series the rate is 0, and the statement says so.
 */
export function recordedFunding(files: readonly string[], symbol: string, productId: number, start: Ms, end: Ms): RecordedFunding {
  const ranked = nearestByName(files, start, end).map(readSeries).sort((a, b) => distance(a, start, end) - distance(b, start, end) || (a.hours < b.hours ? -1 : 1));
  const series = ranked[0];
  if (!series) return { inputs: [], statement: `Funding ${symbol}: no recorded rates found, so the rate is 0.`, file: undefined };
  const hourly = (rate: X18): X18 => floorDiv(rate, series.hours);
  const next = series.rows.findIndex((row) => row.time >= start);
  const first = next < 0 ? series.rows.at(-1) : series.rows[next];
  const inputs: MarketInput[] = [{ type: 'fundingRate', time: start, productId, rateHourly: hourly(first?.rate ?? 0n) }];
  for (let index = next; index >= 0 && index + 1 < series.rows.length; index += 1) {
    const settled = series.rows[index];
    const following = series.rows[index + 1];
    if (!settled || !following || settled.time >= end) break;
    inputs.push({ type: 'fundingRate', time: settled.time, productId, rateHourly: hourly(following.rate) });
  }
  const near = distance(series, start, end) === 0 ? 'of the same period' : `of the nearest period (${isoDay(series.rows[0]?.time)} to ${isoDay(series.rows.at(-1)?.time)})`;
  const spread = series.hours === 1n ? 'hourly' : `${series.hours}-hourly, divided by ${series.hours}`;
  return { inputs, statement: `Funding ${symbol}: recorded rates ${near}, ${spread}, from ${basename(series.file)}.`, file: series.file };
}

const isoDay = (time: Ms | undefined): string => new Date(time ?? 0).toISOString().slice(0, 10);
