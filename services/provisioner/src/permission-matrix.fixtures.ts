/**
 * Who may do what, said a second time and in other words than the permission table says it: by kinds of subject, with
 * everybody named who may. Whoever is not named may not.
 */
export const STRATEGIES = ['dn-pair', 'other'] as const;
export const ME = 'strategy-dn-pair';
const AUTHORS = [ME, 'strategy-other'];
const DECIDERS = ['sizing', 'risk', 'execution', 'collateral', 'operator', ...AUTHORS];
const SERVICES = [...DECIDERS, 'market-data', 'reporting'];
const DESK = [...SERVICES, 'cli', 'approver'];
export const EVERYBODY = [...DESK, 'provisioner', 'monitor', 'restorer'];
/** Those in the account that holds the streams. */
export const INSIDE = ['provisioner', 'market-data', 'sizing', 'risk', 'execution', 'collateral'];
const READERS = [...DESK, 'restorer'];
const NOBODY: readonly string[] = [];
const ADMIN = ['provisioner'];

/** One kind of subject. */
export interface Kind {
  readonly what: string;
  readonly subjects: (user: string) => readonly string[];
  readonly may: readonly string[];
}

const othersOf = (user: string): readonly string[] => DESK.filter((other) => other !== user);
const api = (user: string): string => (INSIDE.includes(user) ? '$JS.API' : 'BALLAST.API');
const leasesBut = (user: string): readonly string[] => [...DESK, 'provisioner'].filter((other) => other !== user).map((other) => `lease.${other}`);
const kind = (what: string, subjects: Kind['subjects'], may: readonly string[]): Kind => ({ what, subjects, may });

const EVENTS: readonly Kind[] = [
  kind('events under its own name', (user) => [`evt.3.${user}.kind.id`], [...DECIDERS, 'restorer']),
  kind("events under another's name", (user) => othersOf(user).map((other) => `evt.3.${other}.kind.id`), ['restorer']),
  kind('an approval', () => ['evt.0.risk.plan.p1'], ['risk', 'restorer']),
  kind('an order', () => ['evt.0.execution.trade.t1'], ['execution', 'restorer']),
  kind('market data', () => ['mkt.price.X', 'mkt.clock'], ['market-data']),
];

const REQUESTS: readonly Kind[] = [
  kind('a command to any service', (user) => ['sizing', 'execution', 'operator', 'reporting', 'market-data', ME].map((service) => `cmd.${service}.0.verb.${user}`), ['operator', 'cli']),
  kind('a command to those who keep what needs an approval (W-9, C-49)', (user) => [`cmd.risk.0.resume.${user}`, `cmd.collateral.0.treasury-withdraw.${user}`], ['operator', 'cli', 'approver']),
  kind("a command under another's name", (user) => othersOf(user).flatMap((other) => [`cmd.risk.0.halt.${other}`, `cmd.provisioner.0.ensure-consumer.${other}`]), NOBODY),
  kind('a query of any service', (user) => ['risk', 'operator', 'reporting', ME].map((service) => `qry.${service}.0.view.${user}`), ['operator', 'cli', 'approver']),
  kind('whether risk is there', (user) => [`qry.risk.0.pace.${user}`], ['operator', 'cli', 'approver', 'execution', 'market-data']),
  kind('whether another service is there', (user) => [`qry.sizing.0.pace.${user}`, `qry.reporting.0.pace.${user}`], ['operator', 'cli', 'approver', 'market-data']),
  kind('candles', (user) => [`qry.market-data.0.candles.${user}`], ['operator', 'cli', 'approver', ...AUTHORS]),
  kind('that its bot has finished', (user) => [`cmd.operator.0.bot-finished.${user}`], ['operator', 'cli', ...AUTHORS]),
  kind('for a consumer of its own', (user) => [`cmd.provisioner.0.ensure-consumer.${user}`], READERS),
];

const OWN_PLACES: readonly Kind[] = [
  kind('a dead letter of its own', (user) => [`dead.${user}.0.lane`], READERS),
  kind('a dead letter of another', (user) => othersOf(user).map((other) => `dead.${other}.0.lane`), ['operator', 'cli', 'restorer']),
  kind('a snapshot of its own', (user) => [`snap.${user}.key.0`], DESK),
  kind('a snapshot of another', (user) => othersOf(user).map((other) => `snap.${other}.key.0`), NOBODY),
  kind('a lease of its own', (user) => [`lease.${user}`], [...SERVICES, 'provisioner']),
  kind('a lease of another', (user) => leasesBut(user), NOBODY),
  kind('into the inbox of another', (user) => [...othersOf(user).map((other) => `_INBOX_${other}.x`), '_R_.anything', '_INBOX.x'], NOBODY),
];

const STORE: readonly Kind[] = [
  kind('to read the log', (user) => [`${api(user)}.DIRECT.GET.EVENTS_0`, `${api(user)}.DIRECT.GET.EVENTS_7.evt.7.risk.plan.p`, `${api(user)}.STREAM.INFO.EVENTS_0`, `${api(user)}.STREAM.INFO.DEAD`], [...READERS, 'provisioner']),
  kind('to read the market', (user) => [`${api(user)}.DIRECT.GET.MARKET.mkt.price.X`, `${api(user)}.STREAM.INFO.MARKET`], [...READERS, 'provisioner']),
  kind('to pull from its own consumer', (user) => [`${api(user)}.CONSUMER.MSG.NEXT.EVENTS_0.${user}-c0`, `${api(user)}.CONSUMER.MSG.NEXT.DEAD.${user}-c15`], [...READERS, 'provisioner']),
  kind('to acknowledge for its own consumer', (user) => [`$JS.ACK.EVENTS_0.${user}-c0.1.1.1.1.0`, `$JS.ACK.hub.account.EVENTS_0.${user}-c0.1.1.1.1.0`], READERS),
  kind("to pull from another's consumer", (user) => othersOf(user).map((other) => `${api(user)}.CONSUMER.MSG.NEXT.NONE.${other}-c0`), ADMIN),
  kind('to acknowledge for another', (user) => othersOf(user).map((other) => `$JS.ACK.EVENTS_0.${other}-c0.1.1.1.1.0`), NOBODY),
  kind('to read its own snapshot', (user) => [`${api(user)}.DIRECT.GET.SNAPSHOTS.snap.${user}.key.0`], [...READERS, 'provisioner']),
  kind('to read its own lease', (user) => [`${api(user)}.DIRECT.GET.LEASES.lease.${user}`], [...SERVICES, 'provisioner']),
  kind("to read another's snapshot", (user) => othersOf(user).map((other) => `${api(user)}.DIRECT.GET.SNAPSHOTS.snap.${other}.key.0`), [...ADMIN, 'restorer']),
  kind("to read another's lease", (user) => leasesBut(user).map((lease) => `${api(user)}.DIRECT.GET.LEASES.${lease}`), ADMIN),
  kind('to make, change, look for or end a consumer', (user) => ['CREATE.NONE', `CREATE.NONE.${user}-c0`, `DURABLE.CREATE.NONE.${user}-c0`, `DELETE.NONE.${user}-c0`, `INFO.NONE.${user}-c0`, 'LIST.NONE', 'NAMES.NONE', `PAUSE.NONE.${user}-c0`].map((verb) => `${api(user)}.CONSUMER.${verb}`), ADMIN),
  kind('to make, change or end a stream', (user) => ['CREATE.NONE', 'UPDATE.NONE', 'DELETE.NONE', 'PURGE.NONE', 'SNAPSHOT.NONE', 'RESTORE.NONE', 'LEADER.STEPDOWN.NONE', 'PEER.REMOVE.NONE'].map((verb) => `${api(user)}.STREAM.${verb}`), ADMIN),
  kind('to delete a message, or to get one past the direct way', (user) => [`${api(user)}.STREAM.MSG.DELETE.NONE`, `${api(user)}.STREAM.MSG.GET.NONE`], ADMIN),
  kind('the API by the name that it has elsewhere', (user) => ['DIRECT.GET.EVENTS_0', 'STREAM.INFO.EVENTS_0'].map((verb) => `${INSIDE.includes(user) ? 'BALLAST.API' : '$JS.API'}.${verb}`), NOBODY),
  kind('to ask the server about itself', () => ['$SYS.REQ.SERVER.PING.STATSZ', '$SYS.REQ.ACCOUNT.BALLAST.CONNZ'], ['monitor']),
  kind('to tell the server something', () => ['$SYS.REQ.SERVER.X.RELOAD', '$SYS.REQ.SERVER.X.KICK', '$SYS.REQ.CLAIMS.UPDATE'], NOBODY),
];

/** What can be written. */
export const PUBLISH: readonly Kind[] = [...EVENTS, ...REQUESTS, ...OWN_PLACES, ...STORE];

/** What can be heard. */
export const SUBSCRIBE: readonly Kind[] = [
  kind('its own inbox', (user) => [`_INBOX_${user}.>`], EVERYBODY),
  kind('the inbox of another', (user) => [...othersOf(user).map((other) => `_INBOX_${other}.>`), '_INBOX_*.>', '_INBOX.>', '_R_.>'], NOBODY),
  kind('market data', () => ['mkt.>', 'mkt.price.X'], DESK),
  kind('requests to itself', (user) => [`cmd.${user}.0.*.*`, `qry.${user}.7.*.*`], [...SERVICES, 'provisioner']),
  kind('requests to another', (user) => othersOf(user).flatMap((other) => [`cmd.${other}.>`, `qry.${other}.0.*.*`]), NOBODY),
  kind('its own lease', (user) => [`lease.${user}`], [...SERVICES, 'provisioner']),
  kind('the lease of another', (user) => [...leasesBut(user), 'lease.*'], NOBODY),
  kind('the log past its consumers', () => ['evt.>', 'evt.0.risk.plan.*', 'dead.>', 'snap.>'], NOBODY),
  kind('everything', () => ['>', '*', '*.>', 'cmd.>', 'qry.>', 'cmd.*.0.*.*'], NOBODY),
  kind('what the store says', () => ['$JS.>', '$JS.API.>', '$JS.ACK.>', '$JS.EVENT.>', 'BALLAST.API.>'], NOBODY),
  kind('who was refused by the server', () => ['$SYS.SERVER.X.CLIENT.AUTH.ERR', '$SYS.ACCOUNT.BALLAST.CONNECT'], ['monitor']),
  kind('everything of the server', () => ['$SYS.>'], NOBODY),
];
