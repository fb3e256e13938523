import type { Command } from 'commander';
import { bps, money, notional, ratio } from '@ballast/domain';
import { PHASE_TARGETS, requiredBps, requiredCapital, type RequiredCapital } from '@ballast/planning';
import { withExamples } from '../commands/options.js';
import { type CliIo, WrongUsage } from '../io.js';
import { calculated, countOption, decimalOption, listOption } from '../option-values.js';
import { linesOf, show, tableOf } from '../output.js';
import { count, documentOf, dollars, percent, plain } from './figures.js';

interface CapitalOptions {
  readonly dailyVolume?: string;
  readonly trades?: string;
  readonly leverage?: string;
  readonly safety: string;
  readonly legs: string;
  readonly maintenanceMargin: string;
  readonly nonNegative: string;
  readonly json?: boolean;
}

/** `ballast plan capital` (R21): the plan's four phases where none is named. */
export function addCapital(plan: Command, io: CliIo): void {
  const command = plan.command('capital').description('margin that a round takes, and what the real bottlenecks are; the plan\'s four phases where nothing is named')
    .option('--daily-volume <notional>', 'plan volume of a day')
    .option('--trades <count>', 'rounds a day')
    .option('--leverage <ratio>', 'leverage of the account')
    .option('--safety <ratio>', 'safety factor', '0.8')
    .option('--legs <count>', 'legs that a round holds at once', '2')
    .option('--maintenance-margin <ratio>', "the venue's, for the distance to liquidation", '0.02')
    .option('--non-negative <ratio>', 'share of rounds that may not lose', '0.95')
    .option('--json', 'one JSON document; decimals are strings');
  withExamples(command, 'ballast plan capital', 'ballast plan capital --daily-volume 20000 --trades 20 --leverage 5').action((options: CapitalOptions) => capital(options, io));
}

interface CapitalRow extends RequiredCapital {
  readonly name: string;
  readonly tradesPerDay: number;
}

function capital(options: CapitalOptions, io: CliIo): void {
  const rows = capitalRows(options);
  show(io, options.json, { phases: documentOf(rows) }, () =>
    linesOf(
      tableOf(
        ['phase', 'round', 'capital for\none leg', `capital for\n${options.legs} legs`, 'a round\nevery', 'distance to\nliquidation', 'rounds that\nmay lose'],
        rows.map(({ name, tradeNotional, capital: one, capitalAllLegs, tradesPerDay, bottlenecks }) => [name, dollars(tradeNotional), dollars(one), dollars(capitalAllLegs), `${plain(bottlenecks.secondsPerTrade, 1)} s`, bottlenecks.distanceToLiquidation ? percent(bottlenecks.distanceToLiquidation) : 'none', `${bottlenecks.losingTradesMax} of ${count(tradesPerDay)}`]),
        '',
      ),
      'capital is not the bottleneck: how often rounds come, how near liquidation is at that leverage, and how steadily they end without a loss are (R21)',
    ),
  );
}

function capitalRows(options: CapitalOptions): readonly CapitalRow[] {
  const shared = { safetyFactor: decimalOption('--safety', options.safety, ratio), legs: countOption('--legs', options.legs), maintenanceMarginRatio: decimalOption('--maintenance-margin', options.maintenanceMargin, ratio), nonNegativeRateMin: decimalOption('--non-negative', options.nonNegative, ratio) };
  const { dailyVolume, trades, leverage } = options;
  if (dailyVolume === undefined && trades === undefined && leverage === undefined) {
    return PHASE_TARGETS.map(({ name, dailyVolume: volume, leverage: used, scenario: { tradesPerDay } }) => ({ name, tradesPerDay, ...calculated(() => requiredCapital({ ...shared, dailyVolume: volume, leverage: used, tradesPerDay })) }));
  }
  if (dailyVolume === undefined || trades === undefined || leverage === undefined) throw new WrongUsage('--daily-volume, --trades, --leverage: found some of them, allowed are all three, or none for the plan\'s own phases');
  const tradesPerDay = countOption('--trades', trades);
  const input = { ...shared, tradesPerDay, dailyVolume: decimalOption('--daily-volume', dailyVolume, notional), leverage: decimalOption('--leverage', leverage, ratio) };
  return [{ name: 'as named', tradesPerDay, ...calculated(() => requiredCapital(input)) }];
}

interface BpsOptions {
  readonly dailyProfit?: string;
  readonly dailyVolume?: string;
  readonly expected: string;
  readonly json?: boolean;
}

/** `ballast plan required-bps` (C-20): the plan's four phases where none is named. */
export function addRequiredBps(plan: Command, io: CliIo): void {
  const command = plan.command('required-bps').description('what a day\'s volume must net to bring a day\'s profit, beside what is expected of it')
    .option('--daily-profit <amount>', 'wanted of a day, quote currency')
    .option('--daily-volume <notional>', 'plan volume of a day')
    .option('--expected <bps,…>', 'net results to compare with', '8,16')
    .option('--json', 'one JSON document; decimals are strings');
  withExamples(command, 'ballast plan required-bps', 'ballast plan required-bps --daily-profit 20 --daily-volume 20000').action((options: BpsOptions) => bpsNeeded(options, io));
}

function bpsNeeded(options: BpsOptions, io: CliIo): void {
  const expected = listOption('--expected', options.expected, bps);
  if ((options.dailyProfit === undefined) !== (options.dailyVolume === undefined)) throw new WrongUsage('--daily-profit, --daily-volume: found one of them, allowed are both, or none for the plan\'s own phases');
  const asked = options.dailyProfit !== undefined && options.dailyVolume !== undefined
    ? [{ name: 'as named', profit: decimalOption('--daily-profit', options.dailyProfit, money), volume: decimalOption('--daily-volume', options.dailyVolume, notional) }]
    : PHASE_TARGETS.flatMap(({ name, dailyProfit: { from, to }, dailyVolume }) => [from, ...(to ? [to] : [])].map((profit) => ({ name, profit, volume: dailyVolume })));
  const rows = asked.map(({ name, profit, volume }) => ({ name, profit, volume, ...calculated(() => requiredBps(profit, volume, expected)) }));
  show(io, options.json, { rows: documentOf(rows) }, () =>
    tableOf(
      ['phase', 'profit\na day', 'volume\na day', 'required', ...expected.map((each) => `${plain(each)} bps\nbring`)],
      rows.map(({ name, profit, volume, requiredBps: needed, brings }) => [name, dollars(profit), dollars(volume), `${plain(needed)} bps`, ...brings.map((each) => `${dollars(each.profit)}${each.enough ? '' : ' (too little)'}`)]),
      '',
    ),
  );
}
