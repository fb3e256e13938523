import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RESTORER } from '@ballast/bus';
import { ensureSeeds, natsServerConfig } from '@ballast/provisioner';
import { JOBS, type ProcessSpec, readStrategies, type SecretName, topology } from '@ballast/topology';
import { DEMO_BOT } from '../demo/demo-bot.js';
import { httpTokens } from '../stack/http-tokens.js';
import { paperWallet } from '../stack/wallet.js';

const OWNER_ONLY = 0o600;
/** The tokens themselves, for the person at the command line. */
export const TOKENS = 'http-tokens.json';

/** The restorer's seed, for the person at the command line, on occasion. */
const RESTORER_SEED = 'restorer-seed';

/** Where the keys of a stack in containers are made and handed out; all full paths. */
export interface HandOut {
  /** Top folder of the image or of the working copy. */
  readonly root: string;
  /** What is made is kept here; nobody but this job reads it. */
  readonly keysDir: string;
  /** One folder for each process, which it alone is given. */
  readonly handedDir: string;
  readonly natsConfigFile: string;
  /** Where the NATS server stores its files, as it sees it. */
  readonly natsStoreDir: string;
  /** Whether the server lets in who puts an archive back and rolls partitions over; where not, its seed is deleted. */
  readonly restorer: boolean;
}

/** The secrets that a process reads, by the name that its folder has them under. */
const secretsOf = ({ env }: ProcessSpec): readonly SecretName[] => env.flatMap(({ from }) => (from.kind === 'secret' ? [from.name] : []));

/**
 * Makes the keys that are missing, hands each process copies of its own and nothing else, and writes the server's
 * configuration. Repeating it changes nothing. @returns the processes that were given something
 */
export function handOut({ root, keysDir, handedDir, natsConfigFile, natsStoreDir, restorer }: HandOut): readonly string[] {
  const strategies = readStrategies(root);
  const names = strategies.map(({ name }) => name);
  const seeds = ensureSeeds(join(keysDir, 'seeds'), names, { restorer });
  const wallet = paperWallet(keysDir);
  const tokens = httpTokens(keysDir);
  const senderFile = join(keysDir, 'venue-sender');
  writeFileSync(senderFile, `${wallet.senderOf(DEMO_BOT.accountId)}\n`, { mode: OWNER_ONLY });
  const fileOf = (secret: SecretName, user: string): string => {
    switch (secret) {
      case 'nats-seed':
        return seedOf(seeds.seedFiles, user);
      case 'approver-seed':
        return seedOf(seeds.seedFiles, 'approver');
      case 'cli-seed':
        return seedOf(seeds.seedFiles, 'cli');
      case 'venue-key':
        return wallet.keyFile;
      case 'venue-sender':
        return senderFile;
      case 'http-tokens':
        return tokens.hashFile;
    }
  };
  const receivers = [...topology(strategies), ...JOBS].filter((process) => secretsOf(process).length > 0);
  for (const receiver of receivers) for (const secret of secretsOf(receiver)) give(fileOf(secret, receiver.name), join(handedDir, receiver.name, secret));
  give(tokens.file, join(handedDir, 'ballast', TOKENS));
  const restorersCopy = join(handedDir, 'ballast', RESTORER_SEED);
  if (restorer) give(seedOf(seeds.seedFiles, RESTORER), restorersCopy);
  else for (const file of [restorersCopy, join(keysDir, 'seeds', `${RESTORER}.nk`)]) rmSync(file, { force: true });
  mkdirSync(dirname(natsConfigFile), { recursive: true });
  writeFileSync(natsConfigFile, natsServerConfig({ listen: '0.0.0.0:4222', monitor: '0.0.0.0:8222', storeDir: natsStoreDir, strategies: names, restorer }, seeds.publicKeys));
  return receivers.map(({ name }) => name);
}

function seedOf(seedFiles: Readonly<Record<string, string>>, user: string): string {
  const file = seedFiles[user];
  if (file === undefined) throw new Error(`user: found "${user}", allowed is a user of the permission table: ${Object.keys(seedFiles).join(', ')}`);
  return file;
}

/** A copy that only its owner reads; what was there before makes way. */
function give(file: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  rmSync(to, { force: true });
  copyFileSync(file, to);
}
