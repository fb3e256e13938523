import { Command, CommanderError } from 'commander';
import { addBacktest } from './commands/backtest.js';
import { addBot } from './commands/bot.js';
import { addDead } from './commands/dead.js';
import { addExplain } from './commands/explain.js';
import { addHalt } from './commands/halt.js';
import { addLadder } from './commands/ladder.js';
import { addPlan } from './commands/plan.js';
import { addPolicy } from './commands/policy.js';
import { addLog } from './commands/log.js';
import { addMaintenance } from './commands/maintenance.js';
import { addProtection } from './commands/protection.js';
import { addRebuild } from './commands/rebuild.js';
import { addReport } from './commands/report.js';
import { addRules } from './commands/rules.js';
import { addSize } from './commands/size.js';
import { addStatus } from './commands/status.js';
import { addTail } from './commands/tail.js';
import { addTreasury } from './commands/treasury.js';
import { addVerify } from './commands/verify.js';
import { addViews } from './commands/views.js';
import { ArchiveError, RequestTimeout, SealedLog, StoreUnreachable } from '@ballast/bus';
import { CliFailure, type CliIo, WrongUsage } from './io.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/**
 * Runs one `ballast …`. @returns 0; 1 where it could not be done or a proof failed; 2 for wrong usage. Errors go to
 * stderr with what to do next.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode = 0;
  const program = programOf(io, (code) => (exitCode = code));
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return failed(error, io);
  }
}

/** Every command, as it is typed; `exit` hears the code of a proof that failed. */
export function programOf(io: CliIo, exit: (code: number) => void): Command {
  const trimmed = (text: string): string => text.replace(/\n$/, '');
  const program = new Command('ballast')
    .description('Runs leveraged trading bots upright: size, watch, halt, rebuild, verify and explain.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(trimmed(text)), writeErr: (text) => io.err(trimmed(text)) })
    .option('--as <user>', 'whose credential: cli or approver (BALLAST_AS; else cli)')
    .hook('preAction', (all, command) => {
      const { as } = all.opts<{ readonly as?: string }>();
      if (as !== undefined && command.getOptionValue('as') === undefined) command.setOptionValue('as', as);
    })
    .showHelpAfterError('run it with --help for what is allowed and an example');
  program.addHelpText('after', '\nExample:\n  $ ballast status\n  $ ballast explain --help\n');
  addSize(program, io);
  addBot(program, io);
  addStatus(program, io);
  addViews(program, io);
  addTail(program, io);
  addHalt(program, io);
  addRules(program, io);
  addMaintenance(program, io);
  addDead(program, io);
  addLadder(program, io, exit);
  addPolicy(program, io, exit);
  addTreasury(program, io);
  addProtection(program, io);
  addRebuild(program, io, exit);
  addVerify(program, io, exit);
  addLog(program, io, exit);
  addExplain(program, io);
  addBacktest(program, io, exit);
  addPlan(program, io);
  addReport(program, io);
  return program;
}

function failed(error: unknown, io: CliIo): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof WrongUsage) {
    io.err(`error: ${error.message}`);
    io.err('next: run it with --help for what is allowed and an example');
    return EXIT_USAGE;
  }
  const failure = failureOf(error);
  if (failure) {
    io.err(`error: ${failure.message}`);
    io.err(`next: ${failure.advice}`);
    return EXIT_FAILED;
  }
  io.err(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  io.err('next: this is a fault of ballast itself; keep the lines above for whoever looks at it');
  return EXIT_FAILED;
}

function failureOf(error: unknown): Pick<CliFailure, 'message' | 'advice'> | undefined {
  if (error instanceof CliFailure || error instanceof ArchiveError) return error;
  if (error instanceof StoreUnreachable || error instanceof RequestTimeout) return { message: `the log does not answer: ${error.message}`, advice: 'see whether NATS and the provisioner run; a stop does without the log: `ballast halt --portfolio <id>`, or `ballast halt --venue`' };
  return error instanceof SealedLog ? { message: error.message, advice: 'name the folder that the partition was rolled over into by --archive or BALLAST_ARCHIVE' } : undefined;
}
