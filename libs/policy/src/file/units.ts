import { type Bps, bps, Decimal, type Money, money, type Ms, type Notional, notional, type Ratio, ratio } from '@ballast/domain';

/** A number with its unit in the text (C-44): how it is written, and what is made of it. */
export interface Unit<Value> {
  /** What is allowed, with an example. */
  readonly allowed: string;
  /** Undefined where the text is not of this unit. */
  readonly read: (text: string) => Value | undefined;
  /** What `none` stands for: no such limit. Absent: the field must have a number. */
  readonly none?: Value;
}

const NUMBER = '((?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?)';
const PERCENT = new RegExp(`^${NUMBER} ?%$`);
const TIMES = new RegExp(`^${NUMBER}x$`);
const DOLLARS = new RegExp(`^\\$${NUMBER}$`);
const BPS = new RegExp(`^${NUMBER} bps$`);
const SHARPE = new RegExp(`^${NUMBER} Sharpe$`);
const DURATION = /^(\d+) (ms|s|min|h|days?)$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** No account is ever above it (R8, C-29). */
const LEVERAGE_MAX = 20;
const COUNT_MAX = 1_000_000_000;
/** Larger than any position: what `none` stands for where the wire and the arithmetic need a number. */
export const UNBOUND = notional('1000000000000');

const numberIn = (pattern: RegExp, text: string): Decimal | undefined => {
  const digits = pattern.exec(text)?.[1]?.replaceAll(',', '');
  return digits === undefined ? undefined : new Decimal(digits);
};
const inRange = (value: Decimal | undefined, least: number, most: number): string | undefined => (value && value.gte(least) && value.lte(most) ? value.toString() : undefined);
const made = <Value>(text: string | undefined, of: (text: string) => Value): Value | undefined => (text === undefined ? undefined : of(text));
const percentAs = (text: string): string | undefined => {
  const value = numberIn(PERCENT, text);
  return value && value.lte(100) ? value.div(100).toString() : undefined;
};

export const percent: Unit<Ratio> = { allowed: 'a percentage of 0 to 100 as "15 %"', read: (text) => made(percentAs(text), ratio) };
export const times: Unit<Ratio> = { allowed: 'a factor as "1.25x"', read: (text) => made(inRange(numberIn(TIMES, text), 0, COUNT_MAX), ratio) };
export const leverage: Unit<Ratio> = { allowed: 'a leverage above 0x and up to 20x as "5x"', read: (text) => made(inRange(numberIn(TIMES, text), 0.01, LEVERAGE_MAX), ratio) };
export const dollars: Unit<Notional> = { allowed: 'an amount as "$1,000"', read: (text) => made(inRange(numberIn(DOLLARS, text), 0, COUNT_MAX), notional) };
export const amount: Unit<Money> = { allowed: dollars.allowed, read: (text) => made(inRange(numberIn(DOLLARS, text), 0, COUNT_MAX), money) };
export const basisPoints: Unit<Bps> = { allowed: 'basis points as "10 bps"', read: (text) => made(inRange(numberIn(BPS, text), 0, 10_000), bps) };
export const sharpe: Unit<Ratio> = { allowed: 'a Sharpe ratio as "1.5 Sharpe"', read: (text) => made(numberIn(SHARPE, text)?.toString(), ratio) };

const SCALE: Readonly<Record<string, Ms>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, day: 86_400_000, days: 86_400_000 };
export const duration: Unit<Ms> = {
  allowed: 'a duration as "250 ms", "5 s", "5 min", "24 h" or "14 days"',
  read(text) {
    const [, digits, scale] = DURATION.exec(text) ?? [];
    const unit = scale === undefined ? undefined : SCALE[scale];
    const found = digits === undefined ? undefined : numberOf(digits, COUNT_MAX);
    return found === undefined || unit === undefined ? undefined : found * unit;
  },
};

/** A whole count of something: `40 trades`, `1 trade`. */
export const count = (things: string): Unit<number> => ({
  allowed: `a whole number of ${things} as "3 ${things}"`,
  read(text) {
    const [, digits, found] = /^(\d{1,3}(?:,\d{3})+|\d+) (\S.*)$/.exec(text) ?? [];
    return digits === undefined || (found !== things && `${found}s` !== things) ? undefined : numberOf(digits.replaceAll(',', ''), COUNT_MAX);
  },
});

export const moment: Unit<Ms> = {
  allowed: 'a moment as "2026-01-31T00:00:00Z"',
  read(text) {
    const at = MOMENT.test(text) ? Date.parse(text) : NaN;
    return Number.isFinite(at) ? at : undefined;
  },
};

const numberOf = (digits: string, most: number): number | undefined => {
  const value = Number.parseInt(digits, 10);
  return value <= most ? value : undefined;
};

export const noneAs = <Value>(unit: Unit<Value>, none: Value): Unit<Value> => ({ ...unit, allowed: `${unit.allowed}, or "none"`, none });
