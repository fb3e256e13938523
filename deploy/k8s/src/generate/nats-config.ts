import { natsServerConfig, type NatsServerOptions, permissionTable } from '@ballast/provisioner';
import { NATS } from './conventions.js';
import { NATS_KEYS } from './secrets.js';

/** Longer than any client needs to go to another server when one is stopped. */
const LAME_DUCK = '30s';
const SERVERS = 3;

/** The name by which the servers' configuration asks for a user's public key. */
export const keyVariable = (user: string): string => `NKEY_${user.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/** Text of the file that answers: each user's public key, one a line. */
export const keysFile = (publicKeys: Readonly<Record<string, string>>): string => Object.entries(publicKeys).map(([user, key]) => `${keyVariable(user)}: ${key}\n`).join('');

const BASE = { serverName: '$POD_NAME', listen: `0.0.0.0:${NATS.clientPort}`, monitor: `0.0.0.0:${NATS.monitorPort}`, storeDir: '/data/jetstream' } as const;
const ROUTES = Array.from({ length: SERVERS }, (_, ordinal) => `nats://${NATS.name}-${ordinal}.${NATS.name}-headless:${NATS.routePort}`);

/** The servers' configuration from the permission table. It names no key: those of an environment come from its Secret. */
export function kubernetesNatsConfig(strategies: readonly string[], replicas: 1 | 3): string {
  const variables = Object.fromEntries(permissionTable(strategies).map(({ user }) => [user, `$${keyVariable(user)}`]));
  const cluster = replicas === 1 ? {} : { cluster: { name: 'ballast', listen: `0.0.0.0:${NATS.routePort}`, routes: ROUTES } };
  const options: NatsServerOptions = { ...BASE, strategies, ...cluster };
  return [`include "./keys/${NATS_KEYS.key}"`, `lame_duck_duration: "${LAME_DUCK}"`, natsServerConfig(options, variables)].join('\n');
}
