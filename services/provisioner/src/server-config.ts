import { SYSTEM } from '@ballast/bus';
import { type Account, accountsOf, type Export, type Import } from './accounts.js';
import { type Occasional, permissionTable, type Permissions } from './permissions.js';

/** Certificates of a server, by which its clients and the other servers of its cluster know it. */
export interface NatsTls {
  readonly certFile: string;
  readonly keyFile: string;
  /** Whoever connects must show a certificate that this authority signed. */
  readonly caFile: string;
}

/** Servers that keep one log together. */
export interface NatsCluster {
  readonly name: string;
  /** `host:port` for the other servers. */
  readonly listen: string;
  /** `nats://host:port` of every server of the cluster, this one too if that is simpler. */
  readonly routes: readonly string[];
}

/** What a server's configuration says beside who may do what. */
export interface NatsServerOptions extends Occasional {
  /** Unlike any other server's of its cluster; `$NAME` is taken from the server's environment. Default `ballast`. */
  readonly serverName?: string;
  /** `host:port` for clients. */
  readonly listen: string;
  /** `host:port` of the server's HTTP monitoring; absent = none. */
  readonly monitor?: string;
  /** Where JetStream stores its files, as the server sees it. */
  readonly storeDir: string;
  /**
   * How much JetStream may store there: `150GB`, or `$NAME` from the server's environment. Absent = three quarters of what is free when the server
   * starts: less after each restart, since the log itself is in the way, so not for a disk of its own.
   */
  readonly storeMax?: string;
  /** Names of strategies, without `strategy-`. */
  readonly strategies: readonly string[];
  readonly cluster?: NatsCluster;
  /** Absent = plain connections: for the loopback interface alone. */
  readonly tls?: NatsTls;
  /** In place of `tls`, for who decides it elsewhere: a file, by its path from the configuration's folder, that holds what `natsTls` gives, or nothing. */
  readonly tlsFile?: string;
  /** The same for the other servers of its cluster: what `natsRoutesTls` gives, or nothing. */
  readonly routesTlsFile?: string;
}

/** A command is answered after its append; longer than anyone waits. */
const RESPONSE_EXPIRES = '5m';
/**
 * How often a server asks a connection whether it lives, and how often in vain before it cuts it: 6 to 8 s after its last answer. Nobody closes the connections
 * of a node of Kubernetes that is lost, and a queue group goes on giving requests to who is gone until they are cut (the server's own setting: 6 min).
 */
const PING = { interval: '2s', max: 2 } as const;
const TLS_MIN_VERSION = '1.3';
const VARIABLE = /^\$[A-Z][A-Z0-9_]*$/;
const quoted = (text: string): string => JSON.stringify(text);
const list = (subjects: readonly string[]): string => `[${subjects.map(quoted).join(', ')}]`;

function userBlock(permissions: Permissions, publicKey: string | undefined): string {
  if (publicKey === undefined) throw new Error(`publicKeys: found nothing for ${permissions.user}, allowed is the public nkey of every user of the permission table`);
  const responses = permissions.answers ? `, allow_responses: { max: 1, expires: "${RESPONSE_EXPIRES}" }` : '';
  return `{ nkey: ${publicKey}, permissions: { publish: { allow: ${list(permissions.publish)} }, subscribe: { allow: ${list(permissions.subscribe)} }${responses} } } # ${permissions.user}`;
}

const exportLine = ({ kind, subject, accounts, answersMore }: Export): string => `{ ${kind}: ${quoted(subject)}, accounts: [${accounts.join(', ')}]${answersMore ? ', response_type: stream' : ''} }`;
const importLine = ({ kind, account, subject, as }: Import): string => `{ ${kind}: { account: ${account}, subject: ${quoted(subject)} }${as === subject ? '' : `, to: ${quoted(as)}`} }`;

/** Nothing at all where there is nothing to say. */
const section = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [`    ${title}: [`, ...lines.map((line) => `      ${line}`), '    ]']);

const accountBlock = ({ name, jetStream, users, exports, imports }: Account, publicKeys: Readonly<Record<string, string>>): readonly string[] => [
  `  ${name} {`,
  ...(jetStream ? ['    jetstream: enabled'] : []),
  ...section('exports', exports.map(exportLine)),
  ...section('imports', imports.map(importLine)),
  ...section('users', users.map((permissions) => userBlock(permissions, publicKeys[permissions.user]))),
  '  }',
];

const tlsBlock = ({ certFile, keyFile, caFile }: NatsTls, more = ''): string =>
  `tls { cert_file: ${quoted(certFile)}, key_file: ${quoted(keyFile)}, ca_file: ${quoted(caFile)}, verify: true, min_version: "${TLS_MIN_VERSION}"${more} }`;

/** What a server's configuration says of encryption to its clients. */
export const natsTls = (tls: NatsTls): string => tlsBlock(tls);

/** And to the other servers of its cluster: whoever comes by a route may do everything, so it takes a certificate with the name of one of them, and a client's is none. */
export const natsRoutesTls = (tls: NatsTls): string => tlsBlock(tls, ', verify_cert_and_check_known_urls: true');

const included = (file: string | undefined): readonly string[] => (file === undefined ? [] : [`include ${quoted(file)}`]);

const clusterBlock = ({ name, listen, routes }: NatsCluster, encrypted: readonly string[]): readonly string[] => [
  'cluster {',
  `  name: ${quoted(name)}`,
  `  listen: ${quoted(listen)}`,
  `  routes: ${list(routes)}`,
  ...encrypted.map((line) => `  ${line}`),
  '}',
];

/**
 * The text of a server configuration, with public keys only: every message flushed before its ack, one nkey for each user of
 * the permission table, one account for each zone of trust. @throws Error where a user has no public key.
 */
export function natsServerConfig(options: NatsServerOptions, publicKeys: Readonly<Record<string, string>>): string {
  const { serverName = 'ballast', listen, monitor, storeDir, storeMax, cluster, tls, tlsFile, routesTlsFile } = options;
  const present = new Set(permissionTable(options.strategies, options).map(({ user }) => user));
  // A server that reloads resolves what an account imports only if it knew the account before: so that of the restorer is always there, and its user on occasion.
  const accounts = accountsOf(permissionTable(options.strategies, { restorer: true })).map((account) => ({ ...account, users: account.users.filter(({ user }) => present.has(user)) }));
  return [
    '# Generated from the permission table (services/provisioner/src/permissions.ts). Holds public keys only.',
    `server_name: ${VARIABLE.test(serverName) ? serverName : quoted(serverName)}`,
    `listen: ${quoted(listen)}`,
    `ping_interval: ${quoted(PING.interval)}`,
    `ping_max: ${PING.max}`,
    ...(monitor === undefined ? [] : [`http: ${quoted(monitor)}`]),
    `jetstream { store_dir: ${quoted(storeDir)}, sync_interval: always${storeMax === undefined ? '' : `, max_file_store: ${storeMax}`} }`,
    ...(tls ? [natsTls(tls)] : included(tlsFile)),
    ...(cluster ? clusterBlock(cluster, tls ? [natsRoutesTls(tls)] : included(routesTlsFile)) : []),
    'accounts {',
    ...accounts.flatMap((account) => accountBlock(account, publicKeys)),
    '}',
    `system_account: ${SYSTEM}`,
    '',
  ].join('\n');
}
