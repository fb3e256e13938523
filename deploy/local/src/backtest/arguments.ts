import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DecimalError, type Money, money, type Ms } from '@ballast/domain';
import { PROFILES } from '@ballast/policy';

/** What a person asked of `ballast backtest`. */
export interface BacktestArguments {
  readonly strategy: string;
  /** Folder or file of recorded books; absent = the generated market. */
  readonly data: string | undefined;
  /** The bot's settings; absent = the demonstration's, which only the pair strategy knows. */
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  /** Market time to run for; absent = to the end of the data. */
  readonly durationMs: Ms | undefined;
  readonly seed: number;
  readonly profiles: readonly string[];
  readonly deposit: Money;
  readonly outDir: string;
  readonly isJson: boolean;
}

/** Every argument at fault: what was found, what is allowed. */
export class ArgumentsError extends Error {
  override readonly name = 'ArgumentsError';
}

const MINUTE_MS = 60_000;
const MINUTES_MAX = 1_440;
const text = { type: 'string' } as const;
const OPTIONS = {
  strategy: text,
  data: text,
  config: text,
  minutes: text,
  seed: { ...text, default: '1' },
  profile: { ...text, multiple: true as const, default: ['demo'] },
  deposit: { ...text, default: '2000' },
  out: { ...text, default: 'out/backtest/latest' },
  json: { type: 'boolean' as const, default: false },
};

/** @throws ArgumentsError naming every argument that does not fit */
export function backtestArguments(argv: readonly string[]): BacktestArguments {
  const faults: string[] = [];
  const fault = (name: string, found: string | undefined, allowed: string): undefined => void faults.push(`--${name}: found ${found === undefined ? 'nothing' : `"${found}"`}, allowed is ${allowed}`);
  const values = read(argv);
  const whole = (name: string, found: string, [min, max]: readonly [number, number]): number | undefined => (/^\d{1,10}$/.test(found) && parseInt(found, 10) >= min && parseInt(found, 10) <= max ? parseInt(found, 10) : fault(name, found, `a whole number from ${min} to ${max}`));
  const minutes = values.minutes === undefined ? undefined : whole('minutes', values.minutes, [1, MINUTES_MAX]);
  const seed = whole('seed', values.seed, [0, 4_294_967_295]);
  const data = values.data === 'generated' ? undefined : values.data;
  if (data !== undefined && !existsSync(data)) fault('data', data, 'an existing folder or file of recorded books, or generated');
  if (values.strategy === undefined) fault('strategy', undefined, 'the name of a folder in services/strategies');
  for (const profile of values.profile) if (!PROFILES.has(profile)) fault('profile', profile, `one of ${[...PROFILES.keys()].join(', ')}`);
  const settings = values.config === undefined ? undefined : settingsIn(values.config, (found, allowed) => fault('config', found, allowed));
  const deposit = depositOf(values.deposit) ?? fault('deposit', values.deposit, 'an amount of quote currency above 0, as 2000');
  if (faults.length > 0) throw new ArgumentsError(`back-test: ${faults.join('; ')}`);
  return { strategy: values.strategy ?? '', data, settings, durationMs: minutes === undefined ? undefined : minutes * MINUTE_MS, seed: seed ?? 1, profiles: values.profile, deposit: deposit ?? money('2000'), outDir: resolve(values.out), isJson: values.json };
}

function read(argv: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new ArgumentsError(`back-test: ${error instanceof Error ? error.message : String(error)}; allowed are ${Object.keys(OPTIONS).map((name) => `--${name}`).join(', ')}`, { cause: error });
  }
}

function settingsIn(file: string, fault: (found: string, allowed: string) => undefined): Readonly<Record<string, unknown>> | undefined {
  if (!existsSync(file)) return fault(file, "an existing JSON file with the bot's settings");
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Readonly<Record<string, unknown>>) : fault(file, "a JSON object with the bot's settings");
  } catch (error) {
    return fault(`${file}: ${error instanceof Error ? error.message : String(error)}`, "a JSON object with the bot's settings");
  }
}

function depositOf(text: string): Money | undefined {
  try {
    const deposit = money(text);
    return deposit.gt(0) ? deposit : undefined;
  } catch (error) {
    if (error instanceof DecimalError) return undefined;
    throw error;
  }
}
