import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newCredential, publicKeyOf, USER } from '@ballast/bus';
import { permissionTable, type Permissions } from './permissions.js';

export interface LocalNatsOptions {
  /** Where the configuration and the seeds are written; made if it is not there. */
  readonly dir: string;
  /** Client port on the loopback interface. */
  readonly port: number;
  /** Port of the server's HTTP monitoring; absent = none. */
  readonly monitorPort?: number;
  /** Where JetStream stores its files. */
  readonly storeDir: string;
  /** Names of strategies, without `strategy-`. */
  readonly strategies: readonly string[];
}

export interface LocalNats {
  readonly configFile: string;
  readonly url: string;
  readonly monitorUrl: string | undefined;
  /** File with the secret seed of each user, mode 0600. */
  readonly seedFiles: Readonly<Record<string, string>>;
}

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
/** A command is answered after its append; longer than anyone waits. */
const RESPONSE_EXPIRES = '5m';
const quoted = (text: string): string => JSON.stringify(text);
const list = (subjects: readonly string[]): string => `[${subjects.map(quoted).join(', ')}]`;

function userBlock(permissions: Permissions, publicKey: string): string {
  const responses = permissions.answers ? `, allow_responses: { max: 1, expires: "${RESPONSE_EXPIRES}" }` : '';
  return `      # ${permissions.user}\n      { nkey: ${publicKey}, permissions: { publish: { allow: ${list(permissions.publish)} }, subscribe: { allow: ${list(permissions.subscribe)} }${responses} } }`;
}

/** The text of a server configuration: one account, one nkey for each user, every message flushed before its ack. */
export function natsConfig(options: LocalNatsOptions, publicKeys: Readonly<Record<string, string>>): string {
  const users = permissionTable(options.strategies).map((permissions) => userBlock(permissions, publicKeys[permissions.user] ?? ''));
  return [
    '# Generated from the permission table (services/provisioner/src/permissions.ts). Holds public keys only.',
    'server_name: "ballast"',
    `listen: "127.0.0.1:${options.port}"`,
    ...(options.monitorPort === undefined ? [] : [`http: "127.0.0.1:${options.monitorPort}"`]),
    `jetstream { store_dir: ${quoted(options.storeDir)}, sync_interval: always }`,
    'accounts {',
    '  BALLAST {',
    '    jetstream: enabled',
    '    users: [',
    users.join('\n'),
    '    ]',
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Writes the configuration and a seed file for each user; seeds that are there already stay as they are. */
export function writeLocalNatsConfig(options: LocalNatsOptions): LocalNats {
  const seeds = join(options.dir, 'seeds');
  mkdirSync(options.storeDir, { recursive: true });
  mkdirSync(seeds, { recursive: true, mode: OWNER_ONLY_FOLDER });
  const seedFiles: Record<string, string> = {};
  const publicKeys: Record<string, string> = {};
  for (const { user } of permissionTable(options.strategies)) {
    if (!USER.test(user)) throw new Error(`strategies: found "${user}", allowed is ${String(USER)}`);
    const file = join(seeds, `${user}.nk`);
    if (!existsSync(file)) writeFileSync(file, `${newCredential().seed}\n`, { mode: OWNER_ONLY });
    chmodSync(file, OWNER_ONLY);
    seedFiles[user] = file;
    publicKeys[user] = publicKeyOf(readFileSync(file, 'utf8'));
  }
  const configFile = join(options.dir, 'nats.conf');
  writeFileSync(configFile, natsConfig(options, publicKeys));
  return { configFile, url: `nats://127.0.0.1:${options.port}`, monitorUrl: options.monitorPort === undefined ? undefined : `http://127.0.0.1:${options.monitorPort}`, seedFiles };
}
