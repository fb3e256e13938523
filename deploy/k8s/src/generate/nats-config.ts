import { natsServerConfig, type NatsServerOptions, permissionTable } from '@ballast/provisioner';
import { LOG_STORAGE, NATS, NATS_HOSTS, ROUTES_TLS_CONFIG, TLS_CONFIG } from './conventions.js';
import { nobodysKey } from './nobodys-key.js';
import { NATS_KEYS } from './secrets.js';

/** Longer than any client needs to go to another server when one is stopped. */
const LAME_DUCK = '30s';

/** The name by which the servers' configuration asks for a user's public key. */
export const keyVariable = (user: string): string => `NKEY_${user.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/**
 * Text of the file that answers: each user's public key, one a line. A server refuses a name that nobody uses, as that of a strategy
 * which its configuration has not yet, or no more: so each is used here, as a tag of the server, which says nothing to anybody.
 */
export function keysFile(publicKeys: Readonly<Record<string, string>>): string {
  const names = Object.keys(publicKeys).map(keyVariable);
  return [...Object.entries(publicKeys).map(([user, key]) => `${keyVariable(user)}: ${key}`), `server_tags: [${names.map((name) => `$${name}`).join(', ')}]`, ''].join('\n');
}

const BASE = { serverName: '$POD_NAME', listen: `0.0.0.0:${NATS.clientPort}`, monitor: `0.0.0.0:${NATS.monitorPort}`, storeDir: '/data/jetstream', storeMax: `$${LOG_STORAGE}` } as const;
const CLUSTER: NonNullable<NatsServerOptions['cluster']> = { name: 'ballast', listen: `0.0.0.0:${NATS.routePort}`, routes: NATS_HOSTS.map((host) => `nats://${host}:${NATS.routePort}`) };

/**
 * The servers' configuration from the permission table. Keys of an environment come from its Secret; a user whose key is not there
 * yet has one that nobody can show. So the two may change one after the other, in any order, and a server starts at any moment between. The restorer
 * has its place too, and comes in only while a person has put its key among the others. Whether connections are encrypted is said in
 * the files beside it.
 */
export function kubernetesNatsConfig(strategies: readonly string[], replicas: 1 | 3): string {
  const users = permissionTable(strategies, { restorer: true }).map(({ user }) => user);
  const variables = Object.fromEntries(users.map((user) => [user, `$${keyVariable(user)}`]));
  const options: NatsServerOptions = { ...BASE, strategies, restorer: true, tlsFile: `./${TLS_CONFIG}`, routesTlsFile: `./${ROUTES_TLS_CONFIG}`, ...(replicas === 1 ? {} : { cluster: CLUSTER }) };
  const absent = users.map((user) => `${keyVariable(user)}: ${nobodysKey(user)}`);
  return ['# Where the file of keys names no other: keys that nobody has.', ...absent, `include "./keys/${NATS_KEYS.key}"`, `lame_duck_duration: "${LAME_DUCK}"`, natsServerConfig(options, variables)].join('\n');
}
