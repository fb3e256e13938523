import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { NatsServerOptions } from './server-config.js';

/** What a person or a deployment asked of `keys.js`. */
export interface KeyArguments {
  /** Folder of the seed files. */
  readonly seedsDir: string;
  /** The server's configuration file. */
  readonly configFile: string;
  readonly server: NatsServerOptions;
}

/** Every argument at fault: what was found, what is allowed. */
export class ArgumentsError extends Error {
  override readonly name = 'ArgumentsError';
}

export const KEYS_USAGE = [
  'node services/provisioner/dist/keys.js --out <folder> [options]',
  '  --out <folder>           seeds go to <folder>/seeds, the configuration to <folder>/nats.conf',
  '  --config <file>          the configuration elsewhere, as on a volume that the server alone reads',
  '  --strategies <a,b>       names of the folders of services/strategies; default none',
  '  --restorer               with the user that puts an archive back and rolls partitions over: for that alone, without it again afterwards',
  '  --listen <host:port>     for clients; default 127.0.0.1:4222',
  '  --monitor <host:port>    HTTP monitoring; default 127.0.0.1:8222',
  '  --store <folder>         JetStream\'s files, as the server sees them; default /data/jetstream',
  '  --server-name <name>     default ballast; $NAME is taken from the server\'s environment',
  '  --cluster <name> --cluster-listen <host:port> --routes <nats://a:6222,nats://b:6222>',
  '  --tls-cert <file> --tls-key <file> --tls-ca <file>   as the server sees them',
].join('\n');

const text = { type: 'string' } as const;
const OPTIONS = {
  out: text,
  config: text,
  strategies: { ...text, default: '' },
  restorer: { type: 'boolean', default: false },
  listen: { ...text, default: '127.0.0.1:4222' },
  monitor: { ...text, default: '127.0.0.1:8222' },
  store: { ...text, default: '/data/jetstream' },
  'server-name': { ...text, default: 'ballast' },
  cluster: text,
  'cluster-listen': text,
  routes: text,
  'tls-cert': text,
  'tls-key': text,
  'tls-ca': text,
} as const;
type Name = Exclude<keyof typeof OPTIONS, 'restorer'>;
type Values = Partial<Record<Name, string>> & { readonly restorer?: boolean };

const ADDRESS = /^[A-Za-z0-9_.:[\]-]+:\d{1,5}$/;
const ROUTE = /^(nats|tls):\/\/\S+:\d{1,5}$/;
const STRATEGY = /^[a-z][a-z0-9-]{0,38}$/;
const SERVER_NAME = /^(\$[A-Z][A-Z0-9_]*|[A-Za-z0-9_-]{1,64})$/;
const separated = (value: string | undefined): readonly string[] => (value ?? '').split(',').filter((one) => one !== '');

function valuesOf(argv: readonly string[]): Values {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new ArgumentsError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws ArgumentsError naming every argument at fault. */
export function readKeyArguments(argv: readonly string[]): KeyArguments {
  const values = valuesOf(argv);
  const faults: string[] = [];
  const check = (name: Name, holds: boolean, allowed: string): void => {
    if (!holds) faults.push(`--${name}: found ${values[name] === undefined ? 'nothing' : JSON.stringify(values[name])}, allowed is ${allowed}`);
  };
  const together = (names: readonly Name[]): boolean => {
    const given = names.filter((name) => values[name] !== undefined);
    for (const name of given.length > 0 ? names : []) check(name, (values[name] ?? '') !== '', `a value, since --${given[0]} is given`);
    return given.length > 0;
  };
  const { out = '', listen = '', monitor = '', store = '' } = values;
  const [strategies, routes] = [separated(values.strategies), separated(values.routes)];
  check('out', out !== '', 'a folder');
  for (const name of ['listen', 'monitor'] as const) check(name, ADDRESS.test(values[name] ?? ''), 'host:port');
  check('store', store !== '', 'a folder');
  check('server-name', SERVER_NAME.test(values['server-name'] ?? ''), String(SERVER_NAME));
  check('strategies', strategies.every((name) => STRATEGY.test(name)), `names of ${String(STRATEGY)} with commas`);
  const isClustered = together(['cluster', 'cluster-listen', 'routes']);
  if (isClustered) check('cluster-listen', ADDRESS.test(values['cluster-listen'] ?? ''), 'host:port');
  check('routes', routes.every((route) => ROUTE.test(route)), 'nats://host:port with commas');
  const isEncrypted = together(['tls-cert', 'tls-key', 'tls-ca']);
  if (faults.length > 0) throw new ArgumentsError(faults.join('; '));
  return {
    seedsDir: join(out, 'seeds'),
    configFile: values.config ?? join(out, 'nats.conf'),
    server: {
      serverName: values['server-name'] ?? '',
      listen,
      monitor,
      storeDir: store,
      strategies,
      restorer: values.restorer === true,
      ...(isClustered ? { cluster: { name: values.cluster ?? '', listen: values['cluster-listen'] ?? '', routes } } : {}),
      ...(isEncrypted ? { tls: { certFile: values['tls-cert'] ?? '', keyFile: values['tls-key'] ?? '', caFile: values['tls-ca'] ?? '' } } : {}),
    },
  };
}
