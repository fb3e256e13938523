import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { CliFailure, type CliIo, WrongUsage } from '../io.js';
import { withExamples } from './options.js';

interface BacktestOptions {
  readonly strategy: string;
  readonly data: string;
  readonly config?: string;
  readonly minutes?: string;
  readonly seed?: string;
  readonly profile?: readonly string[];
  readonly deposit?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const ENTRY = fileURLToPath(new URL('../../../../../deploy/local/dist/backtest/main.js', import.meta.url));

/** `ballast backtest`: the same services in one process, on the in-memory bus, in virtual time. */
export function addBacktest(program: Command, io: CliIo, exit: (code: number) => void): void {
  const command = program
    .command('backtest')
    .description('recorded books through the same services, in one process and virtual time')
    .requiredOption('--strategy <name>', 'a folder of services/strategies, as dn-pair')
    .option('--data <folder>', 'folder or file of recorded books, or generated', 'generated')
    .option('--config <file>', "JSON file with the bot's settings (default: those of the demonstration, for dn-pair)")
    .option('--minutes <count>', 'market time to run for (default: all of the data; 35 generated)')
    .option('--seed <number>', 'of the generated market and of the venue')
    .option('--profile <name...>', 'policy profiles (default: demo)')
    .option('--deposit <amount>', 'what the account starts with (default: 2000)')
    .option('--out <folder>', 'where the report is written (default: out/backtest/latest)')
    .option('--json', 'one JSON document on stdout; decimals are strings');
  withExamples(command, 'ballast backtest --strategy dn-pair --data recordings --config pair.json', 'ballast backtest --strategy dn-pair --minutes 10').action(async (options: BacktestOptions) => exit(await backtest(options, io)));
}

async function backtest({ json, profile, ...texts }: BacktestOptions, io: CliIo): Promise<number> {
  const paths = [['--data', texts.data === 'generated' ? undefined : texts.data], ['--config', texts.config]] as const;
  for (const [option, path] of paths) if (path !== undefined && !existsSync(path)) throw new WrongUsage(`${option}: found "${path}", which does not exist; allowed is a path that does`);
  if (!existsSync(ENTRY)) throw new CliFailure('the back-test is not compiled', 'run `make build`');
  const named = Object.entries(texts as Readonly<Record<string, string | undefined>>).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  return io.run(process.execPath, ['--enable-source-maps', ENTRY, ...named, ...(profile ?? []).flatMap((name) => ['--profile', name]), ...(json === true ? ['--json'] : [])]);
}
