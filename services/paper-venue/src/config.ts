import { existsSync, readFileSync } from 'node:fs';
import { type FaultRule, NADO_INSTRUMENTS, PRICE_PATHS, type PricePathName } from '@ballast/venues';
import { faultRuleOf } from './gateway/faults.js';

export type MarketChoice =
  | { readonly kind: 'recorded'; readonly path: string }
  | { readonly kind: 'generated'; readonly durationMs: number }
  /** Books modelled around a price path, a book each second; from and to in ms of market time. */
  | { readonly kind: 'modelled'; readonly name: PricePathName; readonly path: string; readonly from: number | undefined; readonly to: number | undefined };

/** Callers of /sim: this machine alone, or anyone who reaches the port. */
export type SimCallers = 'loopback' | 'anyone';

/** What the process is told by its environment, read once. */
export interface PaperVenueConfig {
  readonly port: number;
  readonly healthPort: number;
  readonly host: string;
  readonly market: MarketChoice;
  readonly seed: number;
  readonly speed: number | 'max';
  readonly journalPath: string;
  /** Coins as `ETH`. */
  readonly coins: readonly string[];
  readonly faults: readonly FaultRule[];
  readonly rateLimits: boolean;
  /** While this file exists the market waits at a start for POST /sim/release, which removes it. */
  readonly holdFile: string | undefined;
  /** Who may use the simulation's own controls: this machine, or whoever reaches the port (a network of its own, as in containers). */
  readonly simCallers: SimCallers;
}

const KNOWN = ['VENUE_PORT', 'VENUE_HOST', 'HEALTH_PORT', 'DATA', 'SEED', 'DURATION', 'SPEED', 'JOURNAL', 'INSTRUMENTS', 'FAULTS', 'RATE_LIMITS', 'HOLD_FILE', 'CANDLES', 'FROM', 'TO', 'SIM_CALLERS'] as const;
type Variable = (typeof KNOWN)[number];
type Environment = Readonly<Record<string, string | undefined>>;

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Thrown with every variable that does not fit, what was found and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** @throws ConfigError naming every variable that does not fit */
export function configOf(environment: Environment): PaperVenueConfig {
  const wrong: string[] = [];
  const text = (name: Variable): string | undefined => (environment[name] === '' ? undefined : environment[name]);
  const read = <Value>(name: Variable, fallback: string | undefined, allowed: string, parse: (found: string) => Value | undefined): Value | undefined => {
    const found = text(name) ?? fallback;
    const value = found === undefined ? undefined : parse(found);
    if (value === undefined) wrong.push(`${name}: found ${found === undefined ? 'nothing' : `"${found}"`}, allowed is ${allowed}`);
    return value;
  };
  const whole = (max: number) => (found: string): number | undefined => (/^[0-9]{1,15}$/.test(found) && Number(found) <= max ? Number(found) : undefined);
  const port = read('VENUE_PORT', '4020', 'a port from 0 to 65535', whole(65_535));
  const healthPort = read('HEALTH_PORT', '0', 'a port from 0 to 65535', whole(65_535));
  const host = read('VENUE_HOST', '127.0.0.1', 'an address to listen on', (found) => found);
  const seed = read('SEED', '1', 'a whole number up to 4294967295', whole(4_294_967_295));
  const speed = read('SPEED', '15', 'a number > 0, or max', (found) => (found === 'max' ? 'max' : /^[0-9]+(\.[0-9]+)?$/.test(found) && Number(found) > 0 ? Number(found) : undefined));
  const journalPath = read('JOURNAL', undefined, 'the path of the journal file', (found) => found);
  const coins = read('INSTRUMENTS', NADO_INSTRUMENTS.map((entry) => entry.base).join(','), `a list of ${NADO_INSTRUMENTS.map((entry) => entry.base).join(', ')}, divided by commas`, coinsOf);
  const rateLimits = read('RATE_LIMITS', 'on', 'on or off', (found) => (found === 'on' ? true : found === 'off' ? false : undefined));
  const simCallers = read('SIM_CALLERS', 'loopback', 'loopback or anyone', (found): SimCallers | undefined => (found === 'loopback' || found === 'anyone' ? found : undefined));
  const durationMs = read('DURATION', '30m', 'a whole number of s, m or h, as 30m', durationOf);
  const path = text('DATA');
  if (path !== undefined && !existsSync(path)) wrong.push(`DATA: found "${path}", which does not exist; allowed is a folder or file of recorded books`);
  const candles = read('CANDLES', 'none', `${PRICE_PATHS.join(', ')} or none`, (found) => [...PRICE_PATHS, 'none' as const].find((name) => name === found));
  const [from, to] = (['FROM', 'TO'] as const).map((name) => (text(name) === undefined ? undefined : read(name, undefined, 'a moment as 2025-10-10T20:45:00Z', momentOf)));
  if (candles !== undefined && candles !== 'none' && candles !== 'scripted' && path === undefined) wrong.push('DATA: found nothing, allowed is the folder of the CANDLES');
  const faults = faultsOf(text('FAULTS'), wrong);
  if (wrong.length > 0 || port === undefined || healthPort === undefined || host === undefined || seed === undefined || speed === undefined || journalPath === undefined || coins === undefined || rateLimits === undefined || durationMs === undefined || candles === undefined || simCallers === undefined) throw new ConfigError(`paper-venue cannot start:\n  ${wrong.join('\n  ')}`);
  return { port, healthPort, host, seed, speed, journalPath, coins, rateLimits, holdFile: text('HOLD_FILE'), simCallers, faults, market: marketOf() };

  function marketOf(): MarketChoice {
    if (candles !== undefined && candles !== 'none') return { kind: 'modelled', name: candles, path: path ?? '', from, to };
    return path === undefined ? { kind: 'generated', durationMs: durationMs ?? 0 } : { kind: 'recorded', path };
  }
}

function momentOf(found: string): number | undefined {
  const at = Date.parse(found);
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/.test(found) && !Number.isNaN(at) ? at : undefined;
}

function coinsOf(found: string): readonly string[] | undefined {
  const coins = found.split(',').map((coin) => coin.trim().replace(/-PERP$/, ''));
  return coins.every((coin) => NADO_INSTRUMENTS.some((entry) => entry.base === coin)) ? coins : undefined;
}

function durationOf(found: string): number | undefined {
  const [, count, unit] = /^([1-9][0-9]{0,6})([smh])$/.exec(found) ?? [];
  return count === undefined || unit === undefined ? undefined : Number(count) * (UNITS[unit] ?? 0);
}

function faultsOf(path: string | undefined, wrong: string[]): readonly FaultRule[] {
  if (path === undefined) return [];
  try {
    const rules: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!Array.isArray(rules)) throw new Error('allowed is a list of rules');
    return rules.map(faultRuleOf);
  } catch (error) {
    wrong.push(`FAULTS: ${path}: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}
