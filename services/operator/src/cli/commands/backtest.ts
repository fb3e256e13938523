import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { CliFailure, type CliIo, WrongUsage } from '../io.js';
import { withExamples } from './options.js';

interface BacktestOptions {
  readonly strategy: string;
  readonly data: string;
  readonly config?: string;
  readonly json?: boolean;
}

const ENTRY = fileURLToPath(new URL('../../../../../deploy/local/dist/backtest/main.js', import.meta.url));

/** `ballast backtest`: the same services in one process, on the in-memory bus, in virtual time. */
export function addBacktest(program: Command, io: CliIo, exit: (code: number) => void): void {
  const command = program
    .command('backtest')
    .description('recorded books through the same services, in one process and virtual time')
    .requiredOption('--strategy <name>', 'strategy, as dn-pair')
    .requiredOption('--data <folder>', 'folder or file of recorded books')
    .option('--config <file>', "JSON file with the bot's settings")
    .option('--json', 'one JSON document on stdout; decimals are strings');
  withExamples(command, 'ballast backtest --strategy dn-pair --data recordings --config pair.json').action(async (options: BacktestOptions) => exit(await backtest(options, io)));
}

async function backtest({ strategy, data, config, json }: BacktestOptions, io: CliIo): Promise<number> {
  for (const [option, path] of [['--data', data], ['--config', config]]) if (path !== undefined && !existsSync(path)) throw new WrongUsage(`${option ?? ''}: found "${path}", which does not exist; allowed is a path that does`);
  if (!existsSync(ENTRY)) throw new CliFailure('the back-test is not compiled', 'run `make build`');
  return io.run(process.execPath, ['--enable-source-maps', ENTRY, '--strategy', strategy, '--data', data, ...(config === undefined ? [] : ['--config', config]), ...(json === true ? ['--json'] : [])]);
}
