import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ratio } from '@ballast/domain';
import { MODELLED_VENUES } from '@ballast/protection';
import { filesOf, PROTECTION_DEFAULTS, type ProtectionAsked, writeReportFiles } from '@ballast/reports';
import { askedOf, type ReportChoice } from '../commands/report.js';
import { onBus } from '../commands/options.js';
import { type LinkOptions, withBus } from '../connection.js';
import type { CliIo } from '../io.js';
import { choiceOption, decimalOption } from '../option-values.js';
import { linesOf, show } from '../output.js';
import { coinOf, COINS, readCandles } from './candle-files.js';
import { protectionWorth } from './worth.js';

interface WorthOptions extends LinkOptions, ReportChoice {
  readonly candles?: string;
  readonly coin?: string;
  readonly venue: string;
  readonly moneyRate: string;
  readonly slippage: string;
  readonly out?: string;
}

/** `ballast protection report`: what protection was worth, episode by episode (R90). */
export function addWorth(protection: Command, io: CliIo): void {
  const { venue, moneyRate, slippage } = PROTECTION_DEFAULTS;
  const command = protection.command('report').description('each protected episode, and the same path without its deposits: prevented liquidations, loss avoided, cost, return, and who uses it')
    .option('--bot <id>', 'of this bot only')
    .option('--portfolio <id>', 'of this portfolio only')
    .option('--from <time>', 'episodes that began from this market time on, as 2026-01-31 or 2026-01-31T12:00:00Z')
    .option('--to <time>', 'before this market time (default: the end of the log)')
    .option('--candles <file>', 'CSV of candles, packed or not, laid between the recorded prices of their coin')
    .option('--coin <coin>', `${COINS.join(', ')}: whose candles (default: by the file's name)`)
    .option('--venue <venue>', `whose rules of liquidation: ${MODELLED_VENUES.join(', ')}`, venue)
    .option('--money-rate <ratio>', 'what bound money could have earned elsewhere in a year', moneyRate.toString())
    .option('--slippage <ratio>', 'of a forced market order (hyperliquid)', slippage.toString())
    .option('--out <folder>', 'writes the report as .md, .json and .csv into this folder');
  onBus(command, 'ballast protection report', 'ballast protection report --bot swing-1 --from 2025-10-10 --candles ETH_5m.csv.gz --json').action((options: WorthOptions) => worth(options, io));
}

function choiceOf({ venue, moneyRate, slippage, candles, coin }: WorthOptions): ProtectionAsked {
  return {
    venue: choiceOption('--venue', venue, MODELLED_VENUES), moneyRate: decimalOption('--money-rate', moneyRate, ratio), slippage: decimalOption('--slippage', slippage, ratio),
    ...(candles === undefined ? {} : { candles: { coin: coin === undefined ? coinOf(candles) : choiceOption('--coin', coin, COINS), series: readCandles('--candles', candles) } }),
  };
}

async function worth(options: WorthOptions, io: CliIo): Promise<void> {
  const { period, scope } = askedOf(options);
  const asked = choiceOf(options);
  const made = await withBus(io, options, ({ store }) => protectionWorth(store, period, scope, asked));
  if (options.out === undefined) return show(io, options.json, made.document, () => made.markdown.trimEnd());
  const files = await writeReportFiles(resolve(io.cwd, options.out), filesOf(made));
  show(io, options.json, { files }, () => linesOf(...Object.values(files)));
}
