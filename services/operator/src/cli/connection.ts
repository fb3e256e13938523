import { existsSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { connectJetStream, connectLogStreams, type LogStreams, RESTORER } from '@ballast/bus';
import { currentRun } from './current-run.js';
import { CLI_USERS, type CliBus, CliFailure, type CliIo, type CliUser, type Target, WrongUsage } from './io.js';

/** Options of every command that asks the bus. */
export interface LinkOptions {
  readonly nats?: string;
  readonly seed?: string;
  readonly as?: string;
  readonly json?: boolean;
  readonly archive?: string;
}

const DEFAULT_URL = 'nats://127.0.0.1:4222';
const DEFAULT_PORT = 4222;
const DIAL_MS = 2_000;

/** Options, then NATS_URL, BALLAST_ARCHIVE, BALLAST_AS and BALLAST_CLI_SEED or BALLAST_APPROVER_SEED, then what the local stack wrote. @throws CliFailure, WrongUsage */
export function targetOf(options: LinkOptions, io: Pick<CliIo, 'env' | 'cwd'>, user: Target['user'] = userOf(options, io)): Target {
  const named = options.nats ?? io.env['NATS_URL'];
  for (const url of named?.split(',') ?? []) if (!addressOf(url)) throw new WrongUsage(`${options.nats === undefined ? 'NATS_URL' : '--nats'}: found "${url}", allowed is nats://host:port, several with commas`);
  const run = named === undefined ? currentRun(io.cwd) : undefined;
  const seedFile = options.seed ?? io.env[SEED_OF[user]] ?? run?.seedFiles[user];
  if (seedFile !== undefined && !existsSync(seedFile)) throw new CliFailure(`there is no seed file ${seedFile}`, `name the file with the seed of user ${user} by --seed or ${SEED_OF[user]}`);
  const archiveDir = options.archive ?? io.env['BALLAST_ARCHIVE'];
  return { natsUrl: named ?? run?.natsUrl ?? DEFAULT_URL, user, seedFile, ...(archiveDir === undefined ? {} : { archiveDir }) };
}

const SEED_OF: Readonly<Record<Target['user'], string>> = { cli: 'BALLAST_CLI_SEED', approver: 'BALLAST_APPROVER_SEED', [RESTORER]: 'BALLAST_RESTORER_SEED' };

function userOf({ as }: LinkOptions, { env }: Pick<CliIo, 'env'>): CliUser {
  const found = as ?? env['BALLAST_AS'] ?? 'cli';
  const user = CLI_USERS.find((each) => each === found);
  if (!user) throw new WrongUsage(`${as === undefined ? 'BALLAST_AS' : '--as'}: found "${found}", allowed are ${CLI_USERS.join(', ')}`);
  return user;
}

/** Runs with a connection and closes it, whatever happens. */
export async function withBus<Result>(io: CliIo, options: LinkOptions, use: (bus: CliBus) => Promise<Result>): Promise<Result> {
  const bus = await io.connect(targetOf(options, io));
  try {
    return await use(bus);
  } finally {
    await bus.close();
  }
}

/** Connects as this user; a person is told at once where there is no server. @throws CliFailure */
export const connectCli = (target: Target): Promise<CliBus> =>
  reaching(target, ({ natsUrl, user, seedFile, archiveDir }) => connectJetStream({ url: natsUrl, service: user, onFault: rethrow, archiveDir, ...(seedFile === undefined ? {} : { credentialSeedFile: seedFile }) }));

/** The same, to the streams themselves. @throws CliFailure */
export const connectLog = (target: Target): Promise<LogStreams> =>
  reaching(target, ({ natsUrl, user, seedFile }) => connectLogStreams({ url: natsUrl, user, ...(seedFile === undefined ? {} : { credentialSeedFile: seedFile }) }));

async function reaching<Bus>(target: Target, open: (target: Target) => Promise<Bus>): Promise<Bus> {
  const { natsUrl } = target;
  const reachable = await Promise.all(natsUrl.split(',').map((url) => answers(url)));
  if (!reachable.includes(true)) throw new CliFailure(`no NATS server answers at ${natsUrl}`, 'serve the log of the last finished run (make inspect), start a stack (make demo KEEP=1), or name the server with --nats or NATS_URL');
  return within(open(target), target);
}

function rethrow(error: Error): never {
  throw error;
}

const CONNECT_MS = 10_000;

function within<Bus>(bus: Promise<Bus>, { natsUrl, user }: Pick<Target, 'natsUrl' | 'user'>): Promise<Bus> {
  const advice = `give the seed file of user ${user} by --seed or ${SEED_OF[user]}`;
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new CliFailure(`the NATS server at ${natsUrl} did not let user ${user} in within ${CONNECT_MS / 1_000} s`, advice)), CONNECT_MS);
    bus.then(resolve, (error: unknown) => reject(new CliFailure(`user ${user} cannot connect to ${natsUrl}: ${error instanceof Error ? error.message : String(error)}`, advice))).finally(() => clearTimeout(late));
  });
}

function addressOf(url: string): { readonly host: string; readonly port: number } | undefined {
  const full = url.includes('://') ? url : `nats://${url}`;
  if (!URL.canParse(full)) return undefined;
  const { hostname, port } = new URL(full);
  return hostname === '' ? undefined : { host: hostname, port: port === '' ? DEFAULT_PORT : parseInt(port, 10) };
}

function answers(url: string): Promise<boolean> {
  const address = addressOf(url);
  if (!address) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = dial({ ...address, timeout: DIAL_MS });
    const end = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false));
  });
}
