import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newCredential, publicKeyOf, RESTORER } from '@ballast/bus';
import { stringify } from 'yaml';
import { REDIS } from '../generate/conventions.js';
import { keysFile } from '../generate/nats-config.js';
import { ARCHIVE_KEY, NATS_KEYS, REDIS_ACL, REDIS_URL_KEY, redisSecret, SEED_KEY, type SecretSpec, seedSecret, TOKENS_KEY } from '../generate/secrets.js';
import { redisAcl } from './redis-acl.js';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const ROLES = ['viewer', 'operator', 'approver'] as const;
const SEED_PREFIX = seedSecret('');
const REDIS_PREFIX = redisSecret('');
const REDIS_URL = /^redis:\/\/([^:]+):([^@]+)@/;
/** Beside the Secrets: for people, never for the cluster. */
const FOR_PEOPLE = 'for-people';

/** What was made, and what only a person can bring. */
export interface MadeSecrets {
  /** `<secret>/<key>` of what is in the folder now. */
  readonly ready: readonly string[];
  /** `<secret>/<key>` of what is still missing: keys of wallets are nobody's to make. */
  readonly missing: readonly string[];
}

export interface SecretOptions {
  /** Folder that holds the Secrets: `<folder>/<secret>/<key>`. What is there stays as it is. */
  readonly folder: string;
  readonly catalogue: readonly SecretSpec[];
  /** Whether to make a wallet of its own for the simulated venue. */
  readonly paper: boolean;
  /** Whether the servers let in who puts an archive back and rolls partitions over; where not, its seed is deleted. */
  readonly restorer: boolean;
}

/** Writes a file unless it is there, readable by its owner alone; gives what it holds. */
function kept(path: string, make: () => string): string {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
    writeFileSync(path, make(), { mode: OWNER_ONLY });
  }
  return readFileSync(path, 'utf8');
}

const namesWith = (catalogue: readonly SecretSpec[], prefix: string, key: string): readonly string[] => catalogue.filter(({ name, keys }) => name.startsWith(prefix) && keys.includes(key)).map(({ name }) => name.slice(prefix.length));

const keptSeed = (path: string): string => publicKeyOf(kept(path, () => `${newCredential().seed}\n`));

/** The restorer's seed is a person's, for one occasion, and no Secret. */
function restorerKey({ folder, restorer }: SecretOptions): readonly (readonly [string, string])[] {
  const file = join(folder, FOR_PEOPLE, `${RESTORER}.nk`);
  if (restorer) return [[RESTORER, keptSeed(file)]];
  rmSync(file, { force: true });
  return [];
}

function natsSecrets(options: SecretOptions): void {
  const { folder, catalogue } = options;
  const users = namesWith(catalogue, SEED_PREFIX, SEED_KEY).map((user) => [user, keptSeed(join(folder, seedSecret(user), SEED_KEY))] as const);
  const publicKeys = [...users, ...restorerKey(options)];
  const file = join(folder, NATS_KEYS.name, NATS_KEYS.key);
  mkdirSync(dirname(file), { recursive: true, mode: OWNER_ONLY_FOLDER });
  writeFileSync(file, keysFile(Object.fromEntries(publicKeys)), { mode: OWNER_ONLY });
}

function redisSecrets({ folder, catalogue }: SecretOptions): void {
  const urls = namesWith(catalogue, REDIS_PREFIX, REDIS_URL_KEY).map((user) => kept(join(folder, redisSecret(user), REDIS_URL_KEY), () => `redis://${user}:${randomBytes(32).toString('hex')}@${REDIS.name}:${REDIS.port}`));
  const passwords = urls.map((url) => REDIS_URL.exec(url)).map((match) => [match?.[1] ?? '', match?.[2] ?? ''] as const);
  const file = join(folder, REDIS_ACL.name, REDIS_ACL.key);
  mkdirSync(dirname(file), { recursive: true, mode: OWNER_ONLY_FOLDER });
  writeFileSync(file, redisAcl(Object.fromEntries(passwords)), { mode: OWNER_ONLY });
}

function tokenSecrets({ folder }: SecretOptions): void {
  const tokens = ROLES.map((role) => [role, kept(join(folder, FOR_PEOPLE, `${role}.token`), () => randomBytes(32).toString('base64url')).trim()] as const);
  kept(join(folder, 'http-tokens', TOKENS_KEY), () => `${JSON.stringify(tokens.map(([role, token]) => ({ name: role, role, sha256: createHash('sha256').update(token, 'utf8').digest('hex') })))}\n`);
}

function archiveSecrets({ folder }: SecretOptions): void {
  const [privateFile = ''] = ARCHIVE_KEY.keys;
  if (existsSync(join(folder, ARCHIVE_KEY.name, privateFile))) return;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  kept(join(folder, ARCHIVE_KEY.name, privateFile), () => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  kept(join(folder, FOR_PEOPLE, 'archive-key.pub.pem'), () => publicKey.export({ type: 'spki', format: 'pem' }).toString());
}

/** One wallet for whoever signs, as on the simulated venue one owner has every account. */
function paperWallet({ folder, catalogue }: SecretOptions): void {
  const key = kept(join(folder, FOR_PEOPLE, 'paper-wallet.key'), () => `0x${randomBytes(32).toString('hex')}\n`);
  for (const { name, keys } of catalogue) if (name.startsWith('venue-key-')) for (const file of keys) kept(join(folder, name, file), () => key);
}

/** Makes every Secret of an environment that can be made, each a folder of files; what is there stays. */
export function makeSecrets(options: SecretOptions): MadeSecrets {
  natsSecrets(options);
  redisSecrets(options);
  tokenSecrets(options);
  archiveSecrets(options);
  if (options.paper) paperWallet(options);
  const all = options.catalogue.flatMap(({ name, keys, isOptional = false }) => keys.map((key) => ({ path: `${name}/${key}`, isThere: existsSync(join(options.folder, name, key)), isOptional })));
  return { ready: all.filter(({ isThere }) => isThere).map(({ path }) => path), missing: all.filter(({ isThere, isOptional }) => !isThere && !isOptional).map(({ path }) => path) };
}

/** The folder as Secrets of a namespace, for a cluster without a store of secrets: to be applied, never to be kept. */
export const secretManifests = (folder: string, namespace: string, catalogue: readonly SecretSpec[]): string =>
  catalogue
    .filter(({ name }) => existsSync(join(folder, name)))
    .map(({ name }) => {
      const files = readdirSync(join(folder, name)).map((key) => [key, readFileSync(join(folder, name, key), 'utf8')] as const);
      return stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'Opaque', stringData: Object.fromEntries(files) }, { lineWidth: 0 });
    })
    .join('---\n');
