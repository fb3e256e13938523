import { Decimal as DecimalJs } from 'decimal.js';

/**
 * The one decimal arithmetic of the project: 40 significant digits, half-even, and never an exponent when printed,
 * so that a value survives JSON and a venue's parser unchanged.
 */
export const Decimal = DecimalJs.clone({ precision: 40, rounding: DecimalJs.ROUND_HALF_EVEN, toExpNeg: -40, toExpPos: 40 });
export type Decimal = DecimalJs;

declare const unit: unique symbol;
/** A decimal that carries its unit in the type; only the factories below and unit arithmetic make one. */
export type Branded<Unit extends string> = DecimalJs & { readonly [unit]: Unit };

/** Quote currency per base unit; > 0. */
export type Price = Branded<'price'>;
/** Base units; >= 0. The direction is a side, never a sign. */
export type Quantity = Branded<'quantity'>;
/** Quantity x price, quote currency; >= 0. */
export type Notional = Branded<'notional'>;
/** An amount of quote currency, signed: fees (positive = paid), results (positive = gained), balances. */
export type Money = Branded<'money'>;
/** A dimensionless fraction, 0.001 = 0.1 %. */
export type Ratio = Branded<'ratio'>;
/** Quote currency set aside to carry a position; >= 0. A share of equity is of this, never of a notional (C-7). */
export type MarginCommitted = Branded<'marginCommitted'>;
/** Basis points, 1 = 0.0001. */
export type Bps = Branded<'bps'>;
/** A signed amount of base units: a position (LONG > 0, SHORT < 0). */
export type SignedQuantity = Branded<'signedQuantity'>;

/** Market time or wall time, whole milliseconds since 1970-01-01T00:00Z. */
export type Ms = number;

const PLAIN = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;
const DIGITS_MAX = 60;

/** Thrown where text is not the decimal that its unit demands; says what was found and what is allowed. */
export class DecimalError extends Error {
  override readonly name = 'DecimalError';
}

/** Values do not change, so one read serves all: lots, limits, prices and quantities come again and again in a log. */
const READ = new Map<string, DecimalJs>();
const READ_MAX = 8_192;

/** Undefined where it is no plain decimal. */
function read(text: string): DecimalJs | undefined {
  if (text.length > DIGITS_MAX || !PLAIN.test(text)) return undefined;
  const value = new Decimal(text);
  if (READ.size >= READ_MAX) READ.clear();
  READ.set(text, value);
  return value;
}

function parse(text: unknown, what: string, allowed: string, accepts: (value: DecimalJs) => boolean): DecimalJs {
  if (typeof text !== 'string') throw new DecimalError(`${what}: found ${describe(text)}, allowed is a decimal string (${allowed})`);
  const value = READ.get(text) ?? read(text);
  if (!value) throw new DecimalError(`${what}: found ${describe(text)}, allowed is ${allowed} as plain digits without exponent, at most ${DIGITS_MAX} characters`);
  if (!accepts(value)) throw new DecimalError(`${what}: found "${text}", allowed is ${allowed}`);
  return value;
}

function describe(found: unknown): string {
  const text = JSON.stringify(found);
  return `${typeof found} ${text === undefined ? String(found) : text.slice(0, 80)}`;
}

/** @throws DecimalError unless `text` is a plain decimal string greater than 0. */
export const price = (text: string): Price => parse(text, 'price', 'a decimal > 0', (v) => !v.isNegative() && !v.isZero()) as Price;
/** @throws DecimalError unless `text` is a plain decimal string of 0 or more. */
export const quantity = (text: string): Quantity => parse(text, 'quantity', 'a decimal >= 0', (v) => !v.isNegative() || v.isZero()) as Quantity;
/** @throws DecimalError unless `text` is a plain decimal string of 0 or more. */
export const notional = (text: string): Notional => parse(text, 'notional', 'a decimal >= 0', (v) => !v.isNegative() || v.isZero()) as Notional;
/** @throws DecimalError unless `text` is a plain decimal string. */
export const money = (text: string): Money => parse(text, 'money', 'a decimal', () => true) as Money;
/** @throws DecimalError unless `text` is a plain decimal string. */
export const ratio = (text: string): Ratio => parse(text, 'ratio', 'a decimal (0.001 = 0.1 %)', () => true) as Ratio;
/** @throws DecimalError unless `text` is a plain decimal string. */
export const bps = (text: string): Bps => parse(text, 'bps', 'a decimal in basis points', () => true) as Bps;
/** @throws DecimalError unless `text` is a plain decimal string. */
export const signedQuantity = (text: string): SignedQuantity => parse(text, 'signedQuantity', 'a decimal', () => true) as SignedQuantity;

export const ZERO_MONEY = money('0');
export const ZERO_QUANTITY = quantity('0');
export const ZERO_NOTIONAL = notional('0');
export const ZERO_RATIO = ratio('0');

/** Quantity x price. */
export const notionalOf = (size: Quantity, at: Price): Notional => size.times(at) as Notional;
export const addQuantity = (a: Quantity, b: Quantity): Quantity => a.plus(b) as Quantity;
/** a - b, never below 0: what is left of `a` after `b`. */
export const remainderOf = (a: Quantity, b: Quantity): Quantity => (a.gt(b) ? a.minus(b) : ZERO_QUANTITY) as Quantity;
export const addMoney = (a: Money, b: Money): Money => a.plus(b) as Money;
export const subMoney = (a: Money, b: Money): Money => a.minus(b) as Money;
export const addNotional = (a: Notional, b: Notional): Notional => a.plus(b) as Notional;
/** What a position of this size commits at this leverage; > 0 (C-40: 40 at 5x is 8). */
export const marginOf = (size: Notional, leverage: Ratio): MarginCommitted => size.div(leverage) as MarginCommitted;
/** `amount` x (bps / 10,000). */
export const bpsOf = (amount: Notional, rate: Bps): Money => amount.times(rate).div(10_000) as Money;
/** The same number as a fraction: 10 bps = 0.001. */
export const ratioOfBps = (rate: Bps): Ratio => rate.div(10_000) as Ratio;
export const bpsOfRatio = (share: Ratio): Bps => share.times(10_000) as Bps;

/**
 * Difference of two leg notionals over the smaller one (C-33): symmetric, and 0.0506 for $99.25 against $104.27.
 * 0 where both are 0; infinite where only one is.
 */
export function imbalanceOf(a: Notional, b: Notional): Ratio {
  const smaller = a.lt(b) ? a : b;
  const difference = a.minus(b).abs();
  if (difference.isZero()) return ZERO_RATIO;
  return (smaller.isZero() ? new Decimal(Infinity) : difference.div(smaller)) as Ratio;
}

/** True where `value` is a whole number of `step`s; `step` > 0. */
export const isMultipleOf = (value: DecimalJs, step: DecimalJs): boolean => value.mod(step).isZero();
/** The largest multiple of `step` that is not above `value`; for limits and search bounds, never for a planned quantity. */
export const floorTo = <T extends DecimalJs>(value: T, step: DecimalJs): T => value.div(step).floor().times(step) as T;
export const ceilTo = <T extends DecimalJs>(value: T, step: DecimalJs): T => value.div(step).ceil().times(step) as T;
/** A ratio as it is recorded: 12 decimal digits, half-even (canonical form of the architecture). */
export const canonicalRatio = <T extends DecimalJs>(value: T): T => (value.decimalPlaces() <= 12 ? value : (value.toDecimalPlaces(12, DecimalJs.ROUND_HALF_EVEN) as T));
export const minOf = <T extends DecimalJs>(first: T, ...rest: readonly T[]): T => rest.reduce((least, value) => (value.lt(least) ? value : least), first);
export const maxOf = <T extends DecimalJs>(first: T, ...rest: readonly T[]): T => rest.reduce((most, value) => (value.gt(most) ? value : most), first);
