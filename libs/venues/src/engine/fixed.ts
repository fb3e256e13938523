import type { X18 } from './engine.api.js';

/** 1 in x18. */
export const ONE: X18 = 1_000_000_000_000_000_000n;
const SCALES = Array.from({ length: 19 }, (_, digits) => 10n ** BigInt(18 - digits));

/** a x b, rounded towards minus infinity. */
export const mulDown = (a: X18, b: X18): X18 => floorDiv(a * b, ONE);
/** a x b, rounded towards plus infinity: what is charged. */
export const mulUp = (a: X18, b: X18): X18 => -floorDiv(-(a * b), ONE);
/** a / b rounded towards minus infinity; `b` is not 0. */
export const divDown = (a: X18, b: X18): X18 => floorDiv(a * ONE, b);

/** Whole-number division rounded towards minus infinity. */
export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

export const abs = (value: bigint): bigint => (value < 0n ? -value : value);
export const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
export const sign = (value: bigint): -1n | 0n | 1n => (value > 0n ? 1n : value < 0n ? -1n : 0n);

/** The largest multiple of `step` (> 0) not above `value` (>= 0). */
export const floorTo = (value: bigint, step: bigint): bigint => value - (value % step);
/** The smallest multiple of `step` (> 0) not below `value` (>= 0). */
export const ceilTo = (value: bigint, step: bigint): bigint => floorTo(value + step - 1n, step);

/** x18 of a plain decimal of at most 18 decimal digits, `undefined` for anything else: `-1.5`, `0.001`, `42`. */
export function parseX18(text: string): X18 | undefined {
  const negative = text.charCodeAt(0) === 45;
  const start = negative ? 1 : 0;
  const point = text.indexOf('.');
  const digits = point < 0 ? 0 : text.length - point - 1;
  if (digits > 18 || point === start || (point > 0 && digits === 0) || text.length === start) return undefined;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (index !== point && (code < 48 || code > 57)) return undefined;
  }
  const whole = BigInt(point < 0 ? text.slice(start) : text.slice(start, point) + text.slice(point + 1));
  const value = whole * (SCALES[digits] ?? 1n);
  return negative ? -value : value;
}

/** The same for a literal in code or configuration. @throws RangeError where `text` is no plain decimal */
export function x18(text: string): X18 {
  const value = parseX18(text);
  if (value === undefined) throw new RangeError(`x18: found "${text}", allowed is a plain decimal with at most 18 decimal digits`);
  return value;
}

/** Shortest plain decimal: no exponent, no trailing zeros. */
export function formatX18(value: X18): string {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(19, '0');
  const whole = digits.slice(0, -18);
  const fraction = digits.slice(-18).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * e^x out of additions, multiplications and one power of two, so that every machine gets the same bits; |x| <= 50,
 * relative error below 1e-14. The host's `Math.exp` may differ in the last bit from one build to the next.
 */
export function exactExp(x: number): number {
  const halvings = 10;
  const small = x / 1024;
  let term = 1;
  let sum = 1;
  for (let n = 1; n <= 10; n += 1) {
    term = (term * small) / n;
    sum += term;
  }
  for (let n = 0; n < halvings; n += 1) sum *= sum;
  return sum;
}
