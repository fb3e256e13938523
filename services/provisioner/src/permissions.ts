import { apiOf, consumerNames, CONSUMED_STREAMS, EVENT_STREAMS, inboxPrefix, LEASE_STREAM, leaseSubject, MARKET, MARKET_STREAM, MONITOR, PROVISIONER, RESTORER, SNAPSHOT_STREAM } from '@ballast/bus';

/** What one user may do; every other subject is refused by the server. */
export interface Permissions {
  readonly user: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** May answer what it was asked, once per request. */
  readonly answers: boolean;
}

/** What tells a user from the next one; the rest follows from its name. */
interface Role {
  /** Writes events: `evt.<p>.<user>.>`. */
  readonly decides?: boolean;
  /** Answers commands and queries. */
  readonly answers?: boolean;
  readonly publish?: (user: string) => readonly string[];
}

/** The commands that people and their tools give; the last token is the caller and cannot be another's. */
const commands = (user: string): readonly string[] => [`cmd.*.*.*.${user}`, `qry.*.*.*.${user}`, 'dead.>'];

/** Who approves asks everybody, and commands those who keep what needs an approval: resumes and ladders in risk, money in collateral. */
const approvals = (user: string): readonly string[] => [`cmd.risk.*.*.${user}`, `cmd.collateral.*.*.${user}`, `qry.*.*.*.${user}`];

const ROLES: Readonly<Record<string, Role>> = {
  'market-data': { answers: true, publish: (user) => [MARKET, `qry.*.*.pace.${user}`] },
  sizing: { decides: true, answers: true },
  risk: { decides: true, answers: true },
  execution: { decides: true, answers: true, publish: (user) => [`qry.risk.*.pace.${user}`] },
  collateral: { decides: true, answers: true },
  reporting: { answers: true },
  operator: { decides: true, answers: true, publish: commands },
  cli: { publish: commands },
  approver: { publish: approvals },
};
const STRATEGY: Role = { decides: true, answers: true, publish: (user) => [`qry.market-data.*.candles.${user}`, `cmd.operator.*.bot-finished.${user}`] };

export const strategyUser = (name: string): string => `strategy-${name}`;

/** Reading the log: direct gets, and pulling from consumers that the provisioner made under this user's names. */
const reading = (user: string): readonly string[] => [
  ...EVENT_STREAMS.flatMap((stream) => [`${apiOf(user)}.DIRECT.GET.${stream}`, `${apiOf(user)}.DIRECT.GET.${stream}.>`]),
  ...[...CONSUMED_STREAMS, MARKET_STREAM].map((stream) => `${apiOf(user)}.STREAM.INFO.${stream}`),
  `${apiOf(user)}.DIRECT.GET.${MARKET_STREAM}.${MARKET}`,
  ...consumerNames(user).flatMap((name) => [`${apiOf(user)}.CONSUMER.MSG.NEXT.*.${name}`, `$JS.ACK.*.${name}.>`, `$JS.ACK.*.*.*.${name}.>`]),
];

/** What is the user's own whatever it does: dead letters, snapshots, and asking for consumers. */
const own = (user: string): readonly string[] => [`dead.${user}.>`, `snap.${user}.>`, `${apiOf(user)}.DIRECT.GET.${SNAPSHOT_STREAM}.snap.${user}.>`, `cmd.${PROVISIONER}.*.*.${user}`];

/** The table of who owns which partitions, among replicas of one service: read, written by comparison, heard. */
const lease = (user: string): readonly string[] => [leaseSubject(user), `${apiOf(user)}.DIRECT.GET.${LEASE_STREAM}.${leaseSubject(user)}`];

function permissionsOf(user: string, role: Role): Permissions {
  return {
    user,
    publish: [...(role.decides === true ? [`evt.*.${user}.>`] : []), ...(role.publish?.(user) ?? []), ...own(user), ...(role.answers === true ? lease(user) : []), ...reading(user)],
    subscribe: [`${inboxPrefix(user)}.>`, MARKET, ...(role.answers === true ? [`cmd.${user}.>`, `qry.${user}.>`, leaseSubject(user)] : [])],
    answers: role.answers === true,
  };
}

const PROVISIONER_PERMISSIONS: Permissions = {
  user: PROVISIONER,
  publish: ['$JS.API.>', leaseSubject(PROVISIONER)],
  subscribe: [`${inboxPrefix(PROVISIONER)}.>`, `cmd.${PROVISIONER}.>`, `qry.${PROVISIONER}.>`, leaseSubject(PROVISIONER)],
  answers: true,
};

/**
 * Puts an archive back, and rolls partitions over: it writes every writer's events, reads every snapshot, and the provisioner removes for
 * it what is sealed. So no server lets it in but while a person needs it.
 */
const RESTORER_PERMISSIONS: Permissions = {
  user: RESTORER,
  publish: ['evt.>', 'dead.>', `${apiOf(RESTORER)}.STREAM.INFO.${SNAPSHOT_STREAM}`, `${apiOf(RESTORER)}.DIRECT.GET.${SNAPSHOT_STREAM}.snap.>`, `cmd.${PROVISIONER}.*.*.${RESTORER}`, ...reading(RESTORER)],
  subscribe: [`${inboxPrefix(RESTORER)}.>`],
  answers: false,
};

/** Asks the server about itself: connections, accounts, who was refused. It meets no message of any service. */
const MONITOR_PERMISSIONS: Permissions = {
  user: MONITOR,
  publish: ['$SYS.REQ.SERVER.PING.>', '$SYS.REQ.ACCOUNT.>'],
  subscribe: [`${inboxPrefix(MONITOR)}.>`, '$SYS.ACCOUNT.*.CONNECT', '$SYS.ACCOUNT.*.DISCONNECT', '$SYS.SERVER.*.CLIENT.AUTH.ERR'],
  answers: false,
};

/** Users that are there only when they are asked for. */
export interface Occasional {
  /** Whether an archive can be put back, and a partition rolled over. Default false. */
  readonly restorer?: boolean;
}

/** The one table of who may do what on NATS: the server's configuration is generated from it and the tests walk it. */
export const permissionTable = (strategies: readonly string[], { restorer = false }: Occasional = {}): readonly Permissions[] => [
  PROVISIONER_PERMISSIONS,
  ...(restorer ? [RESTORER_PERMISSIONS] : []),
  ...Object.entries(ROLES).map(([user, role]) => permissionsOf(user, role)),
  ...strategies.map((name) => permissionsOf(strategyUser(name), STRATEGY)),
  MONITOR_PERMISSIONS,
];
