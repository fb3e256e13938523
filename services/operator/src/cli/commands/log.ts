import { readFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import type { Command } from 'commander';
import { archiveLog, ArchiveError, ArchiveFolder, checkArchive, CONTRACTS_UP_TO, type LogStreams, type Manifest, type Progress, readKey, RESTORER, restoreLog, totalDigest } from '@ballast/bus';
import { connectLog, type LinkOptions, targetOf } from '../connection.js';
import { CliFailure, type CliIo, type Target, WrongUsage } from '../io.js';
import { linesOf, show, timeText } from '../output.js';
import { addLogRoll } from './log-roll.js';
import { addLogSize } from './log-size.js';
import { onBus, withExamples } from './options.js';

interface ArchiveOptions extends LinkOptions {
  readonly sign?: string;
}

interface TrustOptions extends LinkOptions {
  readonly trust?: string;
}

type Exit = (code: number) => void;

const PROGRESS_MS = 2_000;

/** `ballast log …`: copies of the log, what it is made of, and rolling it over. */
export function addLog(program: Command, io: CliIo, exit: Exit): void {
  const log = withExamples(program.command('log'), 'ballast log archive /backup/ballast', 'ballast log size').description('copies of the log: archive, check, restore; what a round costs in it: size; and keeping it small: roll');
  onBus(log.command('archive <dir>'), 'ballast log archive /backup/ballast --sign archive.key')
    .description('copies what the log has gained since the last run into this folder, while services go on')
    .option('--sign <file>', 'PEM of the ed25519 private key that signs the manifest')
    .action((dir: string, options: ArchiveOptions) => told(() => archive(dir, options, io)));
  withExamples(log.command('check <dir>'), 'ballast log check /backup/ballast --trust archive.pub')
    .description('reads a whole archive: files, sequences, digests, hash chains; exit code 1 where anything is wrong')
    .option('--trust <file>', 'PEM of the public key that must have signed it')
    .option('--json', 'one JSON document on stdout; decimals are strings')
    .action((dir: string, options: TrustOptions) => told(() => check(dir, options, io, exit)));
  withExamples(log.command('restore <dir>'), 'ballast log restore /backup/ballast --trust archive.pub --seed restorer.nk')
    .description('puts an archive back into an empty log, every message at its sequence; killed, it goes on where it ended')
    .option('--trust <file>', 'PEM of the public key that must have signed it')
    .option('--nats <url>', 'the NATS server (NATS_URL; else the running local stack)')
    .option('--seed <file>', 'seed file of user restorer (BALLAST_RESTORER_SEED; else the running local stack)')
    .option('--json', 'one JSON document on stdout; decimals are strings')
    .action((dir: string, options: TrustOptions) => told(() => restore(dir, options, io)));
  addLogRoll(log, io, { withLog, told, signingKey: (file) => keyIn('--sign', 'private', file) });
  addLogSize(log, io);
}

async function archive(dir: string, options: ArchiveOptions, io: CliIo): Promise<void> {
  const key = keyIn('--sign', 'private', options.sign);
  const { manifest, added } = await withLog(targetOf(options, io), (log) => archiveLog(log, new ArchiveFolder(dir), { ...(key ? { key } : {}), onProgress: progress(io) }));
  show(io, options.json, { ...documentOf(manifest), added }, () => linesOf(`archived   ${added} messages more`, ...textOf(manifest), `next       \`ballast log check ${dir}\`, then copy the folder off this machine`));
}

async function check(dir: string, options: TrustOptions, io: CliIo, exit: Exit): Promise<void> {
  const { manifest, keyId, faults, logFaults } = await checkArchive(new ArchiveFolder(dir), { ...trustOf(options), onProgress: progress(io) });
  const signature = signatureText(keyId, options);
  const ok = faults.length === 0 && logFaults.length === 0;
  show(io, options.json, { ok, ...documentOf(manifest), signature, faults, logFaults }, () => linesOf(...textOf(manifest), `signature  ${signature}`, ...(ok ? ['everything holds'] : [])));
  if (ok) return;
  for (const fault of faults) io.err(`damaged: ${fault}`);
  for (const fault of logFaults) io.err(`the log was broken when it was archived: ${fault}`);
  io.err(faults.length > 0 ? 'next: take what is named from another copy of the archive' : 'next: `ballast verify` where the log is served; what was archived before the break is whole');
  exit(1);
}

async function restore(dir: string, options: TrustOptions, io: CliIo): Promise<void> {
  const { manifest, keyId, appended, found } = await withLog(targetOf(options, io, RESTORER), (log) => restoreLog(log, new ArchiveFolder(dir), { ...trustOf(options), contractsUpTo: CONTRACTS_UP_TO, onProgress: progress(io) }));
  const signature = signatureText(keyId, options);
  show(io, options.json, { ...documentOf(manifest), signature, appended, found }, () =>
    linesOf(`restored   ${appended} messages${found > 0 ? `, ${found} were there already and are the same` : ''}`, ...textOf(manifest), `signature  ${signature}`, 'next       `ballast verify` and `ballast rebuild`, then take the restorer out of the server\'s configuration and start the services'),
  );
}

/** What is wrong with an archive is told with what to do next. @throws CliFailure */
async function told(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof ArchiveError) throw new CliFailure(error.message, error.advice);
    throw error;
  }
}

async function withLog<Result>(target: Target, use: (log: LogStreams) => Promise<Result>): Promise<Result> {
  const log = await connectLog(target);
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

/** Long work says where it is, from the second look on. */
function progress(io: CliIo): Progress {
  let next = performance.now() + PROGRESS_MS;
  return (stream, done, all) => {
    if (performance.now() < next) return;
    next = performance.now() + PROGRESS_MS;
    io.err(`${stream}: ${done} of ${all} messages`);
  };
}

function keyIn(option: string, kind: 'private' | 'public', file: string | undefined): KeyObject | undefined {
  if (file === undefined) return undefined;
  try {
    return readKey(kind, readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof ArchiveError) throw new WrongUsage(`${option} ${file}: ${error.message}; ${error.advice}`);
    throw new WrongUsage(`${option}: found ${file}, which cannot be read (${error instanceof Error ? error.message : String(error)}), allowed is the PEM file of an ed25519 key`);
  }
}

function trustOf({ trust }: TrustOptions): { readonly trusted?: KeyObject } {
  const trusted = keyIn('--trust', 'public', trust);
  return trusted ? { trusted } : {};
}

/** Whose archive it is: without a key to trust nobody has looked. */
function signatureText(keyId: string | undefined, { trust }: TrustOptions): string {
  if (keyId === undefined) return 'not signed';
  return trust === undefined ? `key ${keyId}, not looked at: name the public key by --trust` : `key ${keyId}, valid`;
}

const filesOf = ({ streams }: Manifest): number => streams.reduce((sum, { segments }) => sum + segments.length, 0);

const documentOf = (manifest: Manifest): object => ({
  messages: messagesOf(manifest),
  bytes: manifest.streams.reduce((sum, { bytes }) => sum + bytes, 0),
  files: filesOf(manifest),
  last: Object.fromEntries(manifest.streams.map(({ stream, last }) => [stream, last])),
  contracts: manifest.contracts,
  newestAt: manifest.newestAt,
  digest: totalDigest(manifest.streams),
});

const messagesOf = ({ streams }: Manifest): number => streams.reduce((sum, { last }) => sum + last, 0);

function textOf(manifest: Manifest): readonly string[] {
  const held = manifest.streams.filter(({ last }) => last > 0).map(({ stream, last }) => `${stream} 1-${last}`);
  return [
    `holds      ${messagesOf(manifest)} messages in ${filesOf(manifest)} files: ${held.join(', ') || 'nothing'}`,
    `contracts  ${manifest.contracts.map(({ contract, messages }) => `version ${contract} in ${messages} decisions`).join(', ') || 'none'}`,
    `newest     ${manifest.newestAt === 0 ? 'nothing' : `${timeText(manifest.newestAt)} of market time`}`,
    `digest     ${totalDigest(manifest.streams)}`,
  ];
}
