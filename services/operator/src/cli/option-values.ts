import { DecimalError, type Ms } from '@ballast/domain';
import { WrongUsage } from './io.js';

const COUNT = /^\d{1,9}$/;
const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;
const MS_OF: Readonly<Record<string, Ms>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A decimal with its unit. @throws WrongUsage naming the option. */
export function decimalOption<Value>(option: string, text: string, of: (text: string) => Value): Value {
  try {
    return of(text);
  } catch (error) {
    if (error instanceof DecimalError) throw new WrongUsage(`${option}: ${error.message}`);
    throw error;
  }
}

/** A whole number of at least `least`. @throws WrongUsage */
export function countOption(option: string, text: string, least = 1): number {
  const value = COUNT.test(text) ? parseInt(text, 10) : NaN;
  if (!(value >= least)) throw new WrongUsage(`${option}: found "${text}", allowed is a whole number from ${least}`);
  return value;
}

/** `45s`, `10m`, `8h` as milliseconds, more than 0. @throws WrongUsage */
export function durationOption(option: string, text: string): Ms {
  const [, count = '0', unit = 's'] = DURATION.exec(text) ?? [];
  const value = parseInt(count, 10) * (MS_OF[unit] ?? 0);
  if (value <= 0) throw new WrongUsage(`${option}: found "${text}", allowed is a time as 45s, 10m, 8h or 2d`);
  return value;
}

/** One of a few words. @throws WrongUsage */
export function choiceOption<Choice extends string>(option: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new WrongUsage(`${option}: found "${text}", allowed is one of ${choices.join(', ')}`);
  return found;
}

/** Values separated by commas, each read by `of`. */
export const listOption = <Value>(option: string, text: string, of: (text: string) => Value): readonly Value[] => text.split(',').map((part) => decimalOption(option, part.trim(), of));

/** What a calculator says of values that make no sense, as wrong usage. */
export function calculated<Result>(calculate: () => Result): Result {
  try {
    return calculate();
  } catch (error) {
    if (error instanceof RangeError) throw new WrongUsage(error.message);
    throw error;
  }
}
