import { Decimal, type Ms, type Ratio, ratio } from '@ballast/domain';
import { CandleError } from './candles.js';

/** One settlement: longs pay `rate` of their notional, shorts receive it; negative the other way. */
export interface FundingPoint {
  readonly time: Ms;
  readonly rate: Ratio;
}

const HOUR_MS = 3_600_000;
/** Hyperliquid's rate where nothing presses it: 0.01 % per 8 h, paid each hour (venues.md §3.3). */
export const RESTING_FUNDING_HOURLY: Ratio = ratio('0.0000125');

/** The same rate at every full hour after `from`, up to `until`. */
export function statedFunding(rateHourly: Ratio, from: Ms, until: Ms): readonly FundingPoint[] {
  const first = Math.floor(from / HOUR_MS) * HOUR_MS + HOUR_MS;
  return Array.from({ length: Math.max(0, Math.ceil((until - first) / HOUR_MS)) }, (_, index) => ({ time: first + index * HOUR_MS, rate: rateHourly }));
}

/** Recorders print small rates as 4.7e-7. */
const plain = (text: string): string => (/^-?\d(\.\d+)?e-\d{1,2}$/.test(text) ? new Decimal(text).toFixed() : text);

/** Reads recorded settlements from CSV with a head line: `date` in ms, and the rate of the settlement in `open`. @throws CandleError, DecimalError */
export function fundingOf(csv: string): readonly FundingPoint[] {
  const [head = '', ...lines] = csv.trim().split('\n');
  const names = head.trim().split(',');
  const [time, rate] = [names.indexOf('date'), names.indexOf('open')];
  if (time < 0 || rate < 0) throw new CandleError(`head: found "${head}", allowed are the columns date and open`);
  return lines.map((line, index) => {
    const cells = line.trim().split(',');
    const at = cells[time] ?? '';
    if (!/^\d{13}$/.test(at)) throw new CandleError(`line ${index + 2}: found "${at}" as its time, allowed is ms since 1970 (13 digits)`);
    return { time: parseInt(at, 10), rate: ratio(plain(cells[rate] ?? '')) };
  });
}
