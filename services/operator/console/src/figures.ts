/** Exact sums and readable texts of decimal figures: nothing here goes through a floating-point number. */

interface Scaled {
  readonly digits: bigint;
  readonly places: number;
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const MINUS = '−';

function read(text: string): Scaled {
  if (!DECIMAL.test(text)) throw new Error(`figure: found ${JSON.stringify(text)}, allowed is a decimal text`);
  const [whole = '0', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), places: fraction.length };
}

const raise = ({ digits, places }: Scaled, to: number): bigint => digits * 10n ** BigInt(to - places);

function write(digits: bigint, places: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
  const shown = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
  return digits < 0n ? `-${shown}` : shown;
}

export const isDecimal = (text: string): boolean => DECIMAL.test(text);

/** Exact sum. @throws Error on anything but decimal texts */
export function sum(...texts: readonly string[]): string {
  const all = texts.map(read);
  const places = Math.max(0, ...all.map((each) => each.places));
  return write(all.reduce((total, each) => total + raise(each, places), 0n), places);
}

export const negated = (text: string): string => write(-read(text).digits, read(text).places);

/** Below, at or above zero once the two are subtracted: for sorting. */
export function compared(a: string, b: string): number {
  const difference = read(sum(a, negated(b))).digits;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Half away from zero, at `places` digits after the point, thousands apart. What is no decimal text is shown as it is. */
export function shown(text: string, places: number): string {
  if (!DECIMAL.test(text)) return text;
  const scaled = read(text);
  const digits = scaled.places <= places ? raise(scaled, places) : rounded(scaled.digits, 10n ** BigInt(scaled.places - places));
  const [whole = '', fraction] = write(digits < 0n ? -digits : digits, places).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return `${digits < 0n ? MINUS : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

function rounded(digits: bigint, by: bigint): bigint {
  const half = digits < 0n ? -by / 2n : by / 2n;
  return (digits + half) / by;
}

/** A ratio as a percentage: 0.0512 is 5.12 %. */
export const percent = (text: string, places = 2): string => (DECIMAL.test(text) ? `${shown(write(read(text).digits * 100n, read(text).places), places)} %` : text);

/** Dollars with two digits and their sign where they are lost. */
export const usd = (text: string): string => (shown(text, 2).startsWith(MINUS) ? `${MINUS}$${shown(text, 2).slice(1)}` : `$${shown(text, 2)}`);

/** At most `places` digits after the point, without trailing zeros. */
export function trimmed(text: string, places: number): string {
  const full = shown(text, places);
  return full.includes('.') ? full.replace(/0+$/, '').replace(/\.$/, '') : full;
}

const MOMENT = /^\d{13}$/;
const PLAIN: ReadonlySet<string> = new Set(['COUNT', 'NUMBER', 'STATE']);

/** By unit of the API: a ratio as percentage, dollars, a moment as its time, whatever else with its unit's word. */
export function figure(text: string | undefined, unit: string, wordOf: (unit: string) => string = (word) => word): string {
  if (text === undefined) return '–';
  if (unit === 'RATIO') return percent(text);
  if (unit === 'USD') return usd(text);
  if (unit === 'X') return `${trimmed(text, 2)} ×`;
  if (unit === 'MS' && MOMENT.test(text)) return time(Number.parseInt(text, 10));
  return PLAIN.has(unit) ? trimmed(text, 2) : `${trimmed(text, 4)} ${wordOf(unit.toLowerCase())}`;
}

/** Market time in UTC, to the second. */
export const time = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
