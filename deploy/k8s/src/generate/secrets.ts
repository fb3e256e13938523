import { permissionTable } from '@ballast/provisioner';
import type { OptionalSecretName, ProcessSpec, SecretName } from '@ballast/topology';
import { ARCHIVE, NATS, REDIS, SECRETS_DIR } from './conventions.js';

/** A Secret that somebody has to put there before Ballast starts, and who reads it. */
export interface SecretSpec {
  readonly name: string;
  /** Keys of its data: names of files where it is mounted. */
  readonly keys: readonly string[];
  readonly meaning: string;
  /** Workloads that may mount it or take a variable from it; nobody else does. */
  readonly readers: readonly string[];
  /** Only a person can bring it, and its readers do without: it is fetched where an overlay has the component of its name. */
  readonly isOptional?: boolean;
}

/** One secret of a process: which Secret it is in and where its file is. */
export interface SecretFile {
  readonly secret: string;
  readonly key: string;
  readonly path: string;
}

export const SEED_KEY = 'seed.nk';
export const VENUE_KEY_KEY = 'key';
export const TOKENS_KEY = 'tokens.json';
export const REDIS_URL_KEY = 'url';
/** Public nkeys of all users, which the servers' configuration includes. */
export const NATS_KEYS = { name: 'nats-public-keys', key: 'keys.conf' } as const;
/** Users of Redis with hashes of their passwords. */
export const REDIS_ACL = { name: 'redis-acl', key: 'users.acl' } as const;

/** Signs the archive of the log. */
export const ARCHIVE_KEY = { name: 'archive-key', keys: ['private.pem'] } as const;

export const seedSecret = (user: string): string => `nats-seed-${user}`;
export const redisSecret = (process: string): string => `redis-${process}`;
const fileIn = (secret: string, key: string): SecretFile => ({ secret, key, path: `${SECRETS_DIR}/${secret}/${key}` });
/** Where a workload finds the seed of a NATS user. */
export const seedFile = (user: string): SecretFile => fileIn(seedSecret(user), SEED_KEY);

/** Where a process finds a secret that the topology names. */
export function secretFile(process: string, name: SecretName | OptionalSecretName): SecretFile {
  switch (name) {
    case 'nats-seed':
      return seedFile(process);
    case 'approver-seed':
      return seedFile('approver');
    case 'cli-seed':
      return seedFile('cli');
    case 'venue-key':
    case 'venue-sender':
      return fileIn(`${name}-${process}`, VENUE_KEY_KEY);
    case 'http-tokens':
      return fileIn(name, TOKENS_KEY);
    case 'notify-webhook':
      return fileIn(name, 'secret');
    case 'notify-telegram':
      return fileIn(name, 'token');
  }
}

const isSeed = (name: SecretName | OptionalSecretName): boolean => name.endsWith('-seed');

/** Secrets that the processes' own variables name, with their readers. */
function ofProcesses(processes: readonly ProcessSpec[]): readonly SecretSpec[] {
  const found = processes.flatMap((process) => process.env.flatMap(({ from, meaning }) => ((from.kind === 'secret' || from.kind === 'optional-secret') && !isSeed(from.name) ? [{ ...secretFile(process.name, from.name), meaning, reader: process.name, isOptional: from.kind === 'optional-secret' }] : [])));
  return [...new Set(found.map(({ secret }) => secret))].map((name) => {
    const uses = found.filter(({ secret }) => secret === name);
    return { name, keys: [...new Set(uses.map(({ key }) => key))], meaning: uses[0]?.meaning ?? '', readers: uses.map(({ reader }) => reader), isOptional: uses.every(({ isOptional }) => isOptional) };
  });
}

const readersOfSeed = (user: string, processes: readonly ProcessSpec[], tools: Readonly<Record<string, string>>): readonly string[] => [
  ...processes.filter((process) => process.env.some(({ from }) => from.kind === 'secret' && secretFile(process.name, from.name).secret === seedSecret(user))).map(({ name }) => name),
  ...Object.entries(tools).filter(([, of]) => of === user).map(([tool]) => tool),
];

/**
 * Every Secret of a deployment: a seed for each user of the NATS permission table, the servers' public keys, Redis users,
 * venue keys, tokens. `tools` are workloads beside the processes, with the NATS user that each one is.
 */
export function secretCatalogue(processes: readonly ProcessSpec[], strategies: readonly string[], tools: Readonly<Record<string, string>>): readonly SecretSpec[] {
  const seeds = permissionTable(strategies).map(({ user }) => ({ name: seedSecret(user), keys: [SEED_KEY], meaning: `nkey seed of the NATS user ${user}`, readers: readersOfSeed(user, processes, tools) }));
  const redis = processes.filter(({ reaches }) => reaches.includes('redis')).map(({ name }) => ({ name: redisSecret(name), keys: [REDIS_URL_KEY], meaning: `URL of Redis with user ${name} and its password`, readers: [name] }));
  return [
    ...seeds,
    { name: NATS_KEYS.name, keys: [NATS_KEYS.key], meaning: 'public nkeys of all users, one `NKEY_<USER>: <key>` a line', readers: [NATS.name] },
    { name: REDIS_ACL.name, keys: [REDIS_ACL.key], meaning: 'users of Redis with the hashes of their passwords', readers: [REDIS.name] },
    { ...ARCHIVE_KEY, keys: [...ARCHIVE_KEY.keys], meaning: 'PEM of the ed25519 private key that signs the archive of the log', readers: [ARCHIVE] },
    ...redis,
    ...ofProcesses(processes),
  ];
}
