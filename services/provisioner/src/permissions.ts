import { consumerNames, CONSUMED_STREAMS, EVENT_STREAMS, inboxPrefix, MARKET_STREAM, PROVISIONER, SNAPSHOT_STREAM } from '@ballast/bus';

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
  'market-data': { answers: true, publish: (user) => ['mkt.>', `qry.*.*.pace.${user}`] },
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
  ...EVENT_STREAMS.flatMap((stream) => [`$JS.API.DIRECT.GET.${stream}`, `$JS.API.DIRECT.GET.${stream}.>`]),
  ...[...CONSUMED_STREAMS, MARKET_STREAM].map((stream) => `$JS.API.STREAM.INFO.${stream}`),
  `$JS.API.DIRECT.GET.${MARKET_STREAM}.mkt.>`,
  ...consumerNames(user).flatMap((name) => [`$JS.API.CONSUMER.MSG.NEXT.*.${name}`, `$JS.ACK.*.${name}.>`, `$JS.ACK.*.*.*.${name}.>`]),
];

/** What is the user's own whatever it does: dead letters, snapshots, and asking for consumers. */
const own = (user: string): readonly string[] => [`dead.${user}.>`, `snap.${user}.>`, `$JS.API.DIRECT.GET.${SNAPSHOT_STREAM}.snap.${user}.>`, `cmd.${PROVISIONER}.*.*.${user}`];

function permissionsOf(user: string, role: Role): Permissions {
  return {
    user,
    publish: [...(role.decides === true ? [`evt.*.${user}.>`] : []), ...(role.publish?.(user) ?? []), ...own(user), ...reading(user)],
    subscribe: [`${inboxPrefix(user)}.>`, 'mkt.>', ...(role.answers === true ? [`cmd.${user}.>`, `qry.${user}.>`] : [])],
    answers: role.answers === true,
  };
}

const PROVISIONER_PERMISSIONS: Permissions = {
  user: PROVISIONER,
  publish: ['$JS.API.>'],
  subscribe: [`${inboxPrefix(PROVISIONER)}.>`, `cmd.${PROVISIONER}.>`, `qry.${PROVISIONER}.>`],
  answers: true,
};

/** The one table of who may do what on NATS: the server's configuration is generated from it and the tests walk it. */
export const permissionTable = (strategies: readonly string[]): readonly Permissions[] => [
  PROVISIONER_PERMISSIONS,
  ...Object.entries(ROLES).map(([user, role]) => permissionsOf(user, role)),
  ...strategies.map((name) => permissionsOf(strategyUser(name), STRATEGY)),
];
