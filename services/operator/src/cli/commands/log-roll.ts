import type { KeyObject } from 'node:crypto';
import type { Command } from 'commander';
import { ArchiveFolder, type LogStreams, RESTORER } from '@ballast/bus';
import { type LinkOptions, targetOf } from '../connection.js';
import { type CliIo, type Target, WrongUsage } from '../io.js';
import { linesOf, show } from '../output.js';
import { ALL_PARTITIONS } from '../read-log.js';
import { type Rolled, rollPartition } from '../roll/roll-partition.js';
import { withExamples } from './options.js';

interface RollCommandOptions extends LinkOptions {
  readonly archive: string;
  readonly sign?: string;
  readonly keepHours: string;
  readonly wait: string;
  readonly without: readonly string[];
  readonly withoutArchive?: boolean;
}

/** What the commands of the log share: a connection to the streams, and reading the key that signs. */
export interface LogTools {
  readonly withLog: <Result>(target: Target, use: (log: LogStreams) => Promise<Result>) => Promise<Result>;
  readonly signingKey: (file: string | undefined) => KeyObject | undefined;
  /** Tells what is wrong with an archive as a person reads it. */
  readonly told: (run: () => Promise<void>) => Promise<void>;
}

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
const KEEP_HOURS_MAX = 24 * 365;
const WAIT_SECONDS_MAX = 3_600;

/** `ballast log roll`: seals a partition into an archive and opens it anew with its verified books. */
export function addLogRoll(log: Command, io: CliIo, tools: LogTools): void {
  withExamples(log.command('roll <partition>'), 'ballast log roll 3 --archive /backup/ballast --sign archive.key --seed restorer.nk')
    .description('archives a partition, verifies it, opens it anew with its verified books, and removes what is sealed; services go on')
    .requiredOption('--archive <dir>', 'folder of the archive that the sealed part goes to, and is read from afterwards')
    .option('--sign <file>', 'PEM of the ed25519 private key that signs the manifest')
    .option('--keep-hours <n>', 'trades, plans and requests that ended within so many hours of market time stay whole', '24')
    .option('--wait <seconds>', 'longest wait until every reader\'s snapshot reaches the opening', '60')
    .option('--without <user>', 'a reader that is gone for good: nothing waits for it (may be given several times)', (user: string, before: readonly string[]) => [...before, user], [])
    .option('--without-archive', 'goes on although readers have no archive (ARCHIVE_DIR): a snapshot is all that these start from')
    .option('--nats <url>', 'the NATS server (NATS_URL; else the running local stack)')
    .option('--seed <file>', 'seed file of user restorer (BALLAST_RESTORER_SEED; else the running local stack)')
    .option('--json', 'one JSON document on stdout; decimals are strings')
    .action((partition: string, options: RollCommandOptions) => tools.told(() => roll(partition, options, io, tools)));
}

async function roll(text: string, options: RollCommandOptions, io: CliIo, { withLog, signingKey }: LogTools): Promise<void> {
  const partition = ALL_PARTITIONS.find((one) => String(one) === text);
  if (partition === undefined) throw new WrongUsage(`partition: found "${text}", allowed is one of ${ALL_PARTITIONS.join(', ')}`);
  const key = signingKey(options.sign);
  const rolled = await withLog(targetOf(options, io, RESTORER), (log) =>
    rollPartition(log, {
      partition,
      folder: new ArchiveFolder(options.archive),
      ...(key ? { key } : {}),
      wholeMs: wholeOf('--keep-hours', options.keepHours, KEEP_HOURS_MAX) * HOUR_MS,
      waitMs: wholeOf('--wait', options.wait, WAIT_SECONDS_MAX) * SECOND_MS,
      without: options.without,
      withoutArchive: options.withoutArchive === true,
      build: io.env['BALLAST_BUILD'] ?? 'dev',
      onStep: (what) => io.err(what),
    }),
  );
  show(io, options.json, { partition, ...rolled }, () => textOf(partition, rolled, options.archive));
}

function wholeOf(option: string, found: string, most: number): number {
  const value = /^\d{1,5}$/.test(found) ? parseInt(found, 10) : NaN;
  if (value <= most) return value;
  throw new WrongUsage(`${option}: found "${found}", allowed is a whole number from 0 to ${most}`);
}

const textOf = (partition: number, { sealedUpTo, digest, before, after, resumed }: Rolled, dir: string): string =>
  linesOf(
    `sealed     partition ${partition} up to ${sealedUpTo}${resumed ? ', by an earlier run' : ''}`,
    `digest     ${digest}`,
    `log        ${before.messages} messages, ${before.bytes} bytes before; ${after.messages} messages, ${after.bytes} bytes now`,
    `next       keep ${dir}: name it by --archive (BALLAST_ARCHIVE) here, and by ARCHIVE_DIR to services that start without a snapshot`,
  );
