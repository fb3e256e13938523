import type { Command } from 'commander';
import { money, notional, ratio } from '@ballast/domain';
import { compare, entriesBefore, HYPERLIQUID_COSTS, HYPERLIQUID_TIERS, lowestOf, PATHS, POSITION_SIDES, type PositionSide, RESTING_FUNDING_HOURLY, type SimulatedCosts, statedFunding } from '@ballast/protection';
import { withExamples } from '../commands/options.js';
import { type CliIo, WrongUsage } from '../io.js';
import { calculated, choiceOption, countOption, decimalOption, durationOption, listOption } from '../option-values.js';
import { linesOf, show, tableOf } from '../output.js';
import { documentOf } from '../planning/figures.js';
import { coinOf, COINS, readCandles, readFunding } from './candle-files.js';
import { rowOf, SIMULATION_HEAD } from './simulation-table.js';

interface SimulateOptions {
  readonly candles: string;
  readonly coin?: string;
  readonly leverage: string;
  readonly side: string;
  readonly mode?: string;
  readonly notional: string;
  readonly capOf: string;
  readonly capShare: string;
  readonly increment: string;
  readonly cooldown: string;
  readonly path: string;
  readonly day?: string;
  readonly entries: string;
  readonly hold: string;
  readonly funding?: string;
  readonly fundingRate: string;
  readonly slippage: string;
  readonly json?: boolean;
}

const DAY_MS = 86_400_000;
const MODES = ['increment', 'smart', 'both'] as const;

/** `ballast protection simulate` (C-62): the real decider over recorded candles. */
export function addSimulate(protection: Command, io: CliIo): void {
  const command = protection.command('simulate').description('would a position have survived these candles: without protection, by increment, and smart')
    .requiredOption('--candles <file>', 'CSV of candles, packed or not')
    .option('--coin <coin>', `${COINS.join(', ')}: whose tiers (default: by the file's name)`)
    .option('--leverage <ratio,…>', 'which', '3,5,10')
    .option('--side <side>', 'long, short or both', 'both')
    .option('--mode <mode>', MODES.join(', '), 'both')
    .option('--notional <amount>', 'of the position', '10000')
    .option('--cap-of <base>', 'margin or notional: what the cap is a share of', 'margin')
    .option('--cap-share <ratio>', 'share of it', '0.5')
    .option('--increment <amount>', 'step of increment', '5')
    .option('--cooldown <time>', 'least time between two actions', '60s')
    .option('--path <way>', `inside a candle: ${PATHS.join(' or ')}`, 'seconds')
    .option('--day <date>', 'as 2025-10-10: entered 24 h before its lowest price (default: the day of the lowest price of all)')
    .option('--entries <count>', 'so many, an hour apart: the share that survives', '1')
    .option('--hold <time>', 'how long each is held', '48h')
    .option('--funding <file>', 'CSV of recorded funding settlements, packed or not')
    .option('--funding-rate <ratio>', 'without such a file: what longs pay of their notional each hour', RESTING_FUNDING_HOURLY.toString())
    .option('--slippage <ratio>', 'what a reduction or a forced sale is worse than the price by', HYPERLIQUID_COSTS.slippage.toString())
    .option('--json', 'one JSON document; decimals are strings');
  withExamples(command, 'ballast protection simulate --candles ETH_5m.csv.gz --day 2025-10-10 --leverage 3,5', 'ballast protection simulate --candles SOL_1h.csv.gz --leverage 5 --side long --mode smart --entries 24').action((options: SimulateOptions) => run(options, io));
}

function sidesOf(text: string): readonly PositionSide[] {
  const side = choiceOption('--side', text, ['long', 'short', 'both'] as const);
  return side === 'both' ? POSITION_SIDES : [side === 'long' ? 'LONG' : 'SHORT'];
}

function dayOf(text: string | undefined, lowest: number): number {
  if (text === undefined) return Math.floor(lowest / DAY_MS) * DAY_MS;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(day)) throw new WrongUsage(`--day: found "${text}", allowed is a date as 2025-10-10`);
  return day;
}

/** Recorded funding, or the stated rate over all entries. */
function costsOf({ funding, fundingRate, slippage }: SimulateOptions, entries: readonly number[], holdMs: number): SimulatedCosts {
  const rate = decimalOption('--funding-rate', fundingRate, ratio);
  return {
    ...HYPERLIQUID_COSTS, slippage: decimalOption('--slippage', slippage, ratio),
    funding: funding === undefined ? statedFunding(rate, Math.min(...entries), Math.max(...entries) + holdMs) : readFunding('--funding', funding),
  };
}

function run(options: SimulateOptions, io: CliIo): void {
  const series = readCandles('--candles', options.candles);
  const coin = options.coin === undefined ? coinOf(options.candles) : choiceOption('--coin', options.coin, COINS);
  const mode = choiceOption('--mode', options.mode ?? 'both', MODES);
  const shown = { capOf: choiceOption('--cap-of', options.capOf, ['margin', 'notional'] as const), capShare: decimalOption('--cap-share', options.capShare, ratio), way: choiceOption('--path', options.path, PATHS), notional: decimalOption('--notional', options.notional, notional) };
  const changes = { increment: decimalOption('--increment', options.increment, money), cooldownMs: durationOption('--cooldown', options.cooldown) };
  const entries = calculated(() => entriesBefore(series, dayOf(options.day, lowestOf(series.candles)?.time ?? 0), countOption('--entries', options.entries)));
  const holdMs = durationOption('--hold', options.hold);
  const costs = costsOf(options, entries, holdMs);
  const cases = sidesOf(options.side).flatMap((side) => listOption('--leverage', options.leverage, ratio).map((leverage) => ({
    side, leverage, result: calculated(() => compare({ ...shown, series, model: HYPERLIQUID_TIERS[coin], side, leverage, entries, holdMs, costs, changes })),
  })));
  const modes = mode === 'both' ? SIMULATION_HEAD : SIMULATION_HEAD.filter((name) => name !== (mode === 'smart' ? 'increment' : 'smart') && !(mode === 'increment' && (name === 'smart, urgent' || name === 'policy reduce')));
  const kept = modes.map((name) => SIMULATION_HEAD.indexOf(name));
  show(io, options.json, { coin, entries, cases: cases.map(({ side, leverage, result }) => documentOf({ side, leverage, ...result })) }, () => linesOf(
    `${coin}, entered ${entries.map((at) => new Date(at).toISOString()).slice(0, 1).join()}${entries.length > 1 ? ` and ${entries.length - 1} more, an hour apart` : ''}; cap ${options.capShare} of ${shown.capOf}, path ${shown.way}`,
    tableOf(modes, cases.map(({ side, leverage, result }) => { const row = rowOf(side, leverage, result); return kept.map((place) => row[place] ?? ''); }), ''),
    ...cases.flatMap(({ side, leverage, result: { refused } }) => refused.map((text) => `${side} at ${leverage.toString()} x is refused: ${text}`)),
  ));
}
