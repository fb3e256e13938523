import { type Ms, type Price, price } from '@ballast/domain';

export interface Candle {
  /** When it opens, ms. */
  readonly time: Ms;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
}

/** Recorded candles of one coin, oldest first, and how long each lasts. */
export interface CandleSeries {
  readonly lengthMs: Ms;
  readonly candles: readonly Candle[];
}

const COLUMNS = ['open', 'high', 'low', 'close'] as const;

/** Text that is no series of candles; says which line and what was found. */
export class CandleError extends Error {
  override readonly name = 'CandleError';
}

function candleOf(line: string, places: readonly number[], number: number): Candle {
  const cells = line.split(',');
  const [time, ...prices] = places.map((place) => cells[place] ?? '');
  if (!/^\d{13}$/.test(time ?? '')) throw new CandleError(`line ${number}: found "${time ?? ''}" as its time, allowed is ms since 1970 (13 digits)`);
  const [open, high, low, close] = prices.map((text) => price(text));
  if (!open || !high || !low || !close) throw new CandleError(`line ${number}: found "${line}", allowed is a row with ${COLUMNS.join(', ')}`);
  if (low.gt(open) || low.gt(close) || high.lt(open) || high.lt(close)) throw new CandleError(`line ${number}: found low ${low.toString()} and high ${high.toString()} within open ${open.toString()} and close ${close.toString()}`);
  return { time: Number.parseInt(time ?? '', 10), open, high, low, close };
}

/** Reads CSV with a head line: `date` or `timestamp` in ms, open, high, low, close. @throws CandleError, DecimalError */
export function candlesOf(csv: string): CandleSeries {
  const [head = '', ...lines] = csv.trim().split('\n');
  const names = head.trim().split(',');
  const time = names.findIndex((name) => name === 'date' || name === 'timestamp');
  const places = [time, ...COLUMNS.map((name) => names.indexOf(name))];
  if (places.includes(-1)) throw new CandleError(`head: found "${head}", allowed are the columns date or timestamp, ${COLUMNS.join(', ')}`);
  const candles = lines.map((line, index) => candleOf(line.trim(), places, index + 2));
  const [first, second] = candles;
  if (!first || !second) throw new CandleError('found fewer than two candles');
  return { lengthMs: second.time - first.time, candles };
}

/** The candle with the lowest low of these; undefined for none. */
export const lowestOf = (candles: readonly Candle[]): Candle | undefined => candles.reduce<Candle | undefined>((lowest, candle) => (!lowest || candle.low.lt(lowest.low) ? candle : lowest), undefined);
