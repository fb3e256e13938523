import 'reflect-metadata';
import { ContractError } from '@ballast/events';
import { MarketDataError } from '@ballast/venues';
import { summaryTable } from '../demo/summary-table.js';
import { UnknownStrategy } from '../strategies.js';
import { ArgumentsError, backtestArguments } from './arguments.js';
import { backtest } from './backtest.js';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;

async function main(): Promise<number> {
  const asked = backtestArguments(process.argv.slice(2));
  const { outcome, failures } = await backtest(asked, () => performance.now());
  const { summary, proofs, files, wallSeconds } = outcome;
  process.stdout.write(`${asked.isJson ? JSON.stringify({ summary, ...proofs, files, wallSeconds, failures }, null, 2) : summaryTable(outcome, failures)}\n`);
  return failures.length === 0 ? 0 : EXIT_FAULT;
}

const isTheirs = (error: unknown): error is Error => error instanceof ArgumentsError || error instanceof UnknownStrategy || error instanceof ContractError || error instanceof MarketDataError;

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${isTheirs(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(isTheirs(error) ? EXIT_USAGE : EXIT_FAULT);
  },
);
