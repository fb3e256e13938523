import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectJetStream, type JetStreamBus } from '@ballast/bus';
import { PAPER_DOMAIN } from '@ballast/paper-venue';
import { type LocalNats, strategyUser } from '@ballast/provisioner';
import { type PricePathChoice, SimClockClient } from '@ballast/venues';
import { type ChildSpec, readyOverHttp, redisChild, serviceChild } from '../supervisor/child-spec.js';
import { LocalStack, type StackOptions } from '../supervisor/local-stack.js';
import { releaseForRecovery } from './held-market.js';
import { httpTokens } from './http-tokens.js';
import { natsServersOf } from './nats-servers.js';
import { reservePorts } from './ports.js';
import { type PaperWallet, paperWallet } from './wallet.js';

/** The services that decide, observe or report, beside the strategies; each is a process. */
export const SERVICES = ['market-data', 'sizing', 'risk', 'execution', 'collateral', 'reporting', 'operator'] as const;

export interface BallastStackOptions extends Pick<StackOptions, 'restart' | 'graceMs' | 'readyTimeoutMs' | 'onGivenUp'> {
  /** Top folder of the working copy. */
  readonly root: string;
  /** Where everything that lasts is: the log, the venue's journal, seeds, keys, logs of the processes. */
  readonly runDir: string;
  readonly market: PaperMarketChoice;
  /** Market ms per wall ms, or `max` for lock step. */
  readonly speed: string;
  readonly instruments: readonly string[];
  /** Names of strategies: the folders of `services/strategies`. */
  readonly strategies: readonly string[];
  /** The account that holds each portfolio's free collateral, by portfolio: what protection is paid from. Without: nothing is protected. */
  readonly wallets?: Readonly<Record<string, string>>;
  /** Whether all processes share one call budget in Redis; not in lock step, whose market goes in jumps. Default false: each process keeps to its own part. */
  readonly sharedBudget?: boolean;
  /** Where reporting writes its files. */
  readonly reportDir: string;
  /** Whether the operator service serves HTTP, with tokens of its own in the run folder. Default false. */
  readonly http?: boolean;
  /** How often a service runs, by its name; its replicas share the partitions. Default 1: one process owns all. Not in lock step. */
  readonly replicas?: Readonly<Record<string, number>>;
  /** Servers that keep the log together: 1, or 3 with three copies of each stream. Default 1. */
  readonly natsServers?: 1 | 3;
  /** Further variables by process, for tests; those of a service hold for all its replicas, those under a replica's own name for that one. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Recorded books where `data` names them, else the generated market of this seed and length. */
export interface PaperMarketChoice {
  readonly data: string | undefined;
  readonly seed: number;
  readonly durationMinutes: number;
  /** Books modelled around prices in place of recorded or generated ones; the hours before are known to market-data. */
  readonly prices?: Pick<PricePathChoice, 'name' | 'path' | 'from' | 'to'>;
}

/** A whole Ballast on this machine: every service a process, with its own credential, around one paper venue. */
export interface BallastStack {
  readonly stack: LocalStack;
  readonly venue: SimClockClient;
  readonly venueUrl: string;
  /** Where HTTP is served and which file has the tokens; absent where it is not. */
  readonly http?: { readonly url: string; readonly tokensFile: string };
  readonly nats: LocalNats;
  readonly wallet: PaperWallet;
  /**
   * Starts everything; a fresh market stays held (`venue.release()` lets it move). One that had moved before is released as
   * soon as every service is up, since execution ends its recovery only when a venue that moves has answered it.
   */
  start(): Promise<void>;
  /** A connection as the person at the command line. */
  connect(): Promise<JetStreamBus>;
}

/** Builds it; `stack.start()` starts it. The same `runDir` goes on where it was left. */
export async function ballastStack(options: BallastStackOptions): Promise<BallastStack> {
  const { root, runDir, strategies } = options;
  const shared = [...SERVICES, ...strategies.map(strategyUser)].flatMap((name) => replicasOf(options, name));
  const servers = Array.from({ length: options.natsServers ?? 1 }, (_, index) => `nats-${index}`);
  const ports = await reservePorts(['redis', 'venue', 'http', 'provisioner', 'paper-venue', ...shared, ...servers.flatMap((name) => [name, `${name}-monitor`, `${name}-route`])], process.pid);
  const port = (name: string): number => ports[name] ?? 0;
  const { nats, children: natsServers } = natsServersOf({ dir: join(runDir, 'nats'), ports: servers.map((name) => ({ client: port(name), monitor: port(`${name}-monitor`), route: port(`${name}-route`) })), strategies });
  const wallet = paperWallet(join(runDir, 'keys'));
  const tokens = options.http === true ? httpTokens(join(runDir, 'keys')) : undefined;
  const venueUrl = `http://127.0.0.1:${port('venue')}`;
  const service = (name: string, entry: string, env: Readonly<Record<string, string>> = {}): ChildSpec =>
    serviceChild(root, { name, entry, healthPort: port(name), env: { ...busEnv(nats, name), ...env, ...options.env?.[name] } });
  const replicas = (name: string, entry: string, env: Readonly<Record<string, string>> = {}): readonly ChildSpec[] =>
    replicasOf(options, name).map((replica, index, { length }) => ({ ...service(name, entry, { ...env, ...(index > 0 ? NO_HTTP : {}), ...(length > 1 ? SHARED : {}), HEALTH_PORT: String(port(replica)), ...options.env?.[replica] }), name: replica, ready: readyOverHttp(port(replica)) }));
  const redisUrl = `redis://127.0.0.1:${port('redis')}`;
  const budgetEnv: Readonly<Record<string, string>> = options.sharedBudget === true && options.speed !== 'max' ? { BALLAST_REDIS: redisUrl } : {};
  const venueEnv = { ...paperEnv(venueUrl), ...budgetEnv, NADO_KEY_FILE: wallet.keyFile };
  const others: readonly string[] = [...SERVICES.filter((name) => name !== 'market-data'), ...strategies.map(strategyUser)];
  const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'market-data': { ...paperEnv(venueUrl), ...budgetEnv, INSTRUMENTS: options.instruments.join(','), SIM_CLOCK_URL: venueUrl, LOCKSTEP_SERVICES: others.join(','), REDIS_URL: redisUrl, ...pricesEnv(options.market) },
    execution: { ...venueEnv, ...(options.speed === 'max' ? PATIENT : {}) },
    collateral: { ...venueEnv, ...walletsEnv(options) },
    reporting: { REPORT_DIR: options.reportDir },
    ...(tokens ? { operator: { BALLAST_HTTP_PORT: String(port('http')), BALLAST_HTTP_TOKENS_FILE: tokens.hashFile, BALLAST_APPROVER_SEED: nats.seedFiles['approver'] ?? '', BALLAST_HTTP_REDIS_URL: redisUrl } } : {}),
  };
  const stages: readonly (readonly ChildSpec[])[] = [
    [...natsServers, redisChild({ dir: join(runDir, 'redis'), port: port('redis') })],
    [service('provisioner', 'services/provisioner/dist/main.js', { NATS_MONITOR_URL: nats.monitorUrl ?? '', NATS_REPLICAS: String(servers.length) }), service('paper-venue', 'services/paper-venue/dist/main.js', marketEnv(options, port('venue')))],
    [...SERVICES.flatMap((name) => replicas(name, `services/${name}/dist/main.js`, own[name])), ...strategies.flatMap((name) => replicas(strategyUser(name), `services/strategies/${name}/dist/main.js`))],
  ];
  const stack = new LocalStack({ ...options, stages });
  const venue = new SimClockClient(venueUrl);
  const start = async (): Promise<void> => {
    const starting = new AbortController();
    const all = stack.start().finally(() => starting.abort());
    await Promise.all([all, releaseForRecovery(venue, shared.map(port), starting.signal)]);
  };
  return { stack, venue, venueUrl, ...(tokens ? { http: { url: `http://127.0.0.1:${port('http')}`, tokensFile: tokens.file } } : {}), nats, wallet, start, connect: () => connectJetStream({ url: nats.url, service: 'cli', credentialSeedFile: nats.seedFiles['cli'] }) };
}

/** The processes of a service: `risk`, `risk-2`, … @throws Error where a lock step would have to wait for several of one service. */
function replicasOf({ replicas = {}, speed }: BallastStackOptions, name: string): readonly string[] {
  const count = replicas[name] ?? 1;
  if (!Number.isInteger(count) || count < 1) throw new Error(`replicas: found ${count} of ${name}, allowed is a whole number from 1`);
  if (count > 1 && speed === 'max') throw new Error(`replicas: found ${count} of ${name} in lock step, allowed is 1`);
  return Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
}

const SHARED = { PARTITIONS: 'lease' } as const;
/** HTTP has one port, and so one process. */
const NO_HTTP = { BALLAST_HTTP_PORT: '' } as const;

/** In lock step an answer comes when the market moves on, and that waits for whatever is being started again. */
const PATIENT = { VENUE_TIMEOUT_MS: '600000' } as const;

const busEnv = (nats: LocalNats, name: string): Readonly<Record<string, string>> => ({ NATS_URL: nats.url, NATS_SEED_FILE: nats.seedFiles[name] ?? '' });

const paperEnv = (venueUrl: string): Readonly<Record<string, string>> => ({
  VENUE: 'paper',
  NADO_GATEWAY_URL: `${venueUrl}/v1`,
  NADO_ARCHIVE_URL: `${venueUrl}/archive/v1`,
  NADO_STREAM_URL: `${venueUrl.replace('http', 'ws')}/v1/subscribe`,
  NADO_CHAIN_ID: String(PAPER_DOMAIN.chainId),
  NADO_ENDPOINT_ADDRESS: PAPER_DOMAIN.endpointAddress,
});

const walletsEnv = ({ wallets = {} }: BallastStackOptions): Readonly<Record<string, string>> =>
  Object.keys(wallets).length === 0 ? {} : { COLLATERAL_WALLETS: Object.entries(wallets).map((pair) => pair.join('=')).join(',') };

function marketEnv({ runDir, market, speed, instruments }: BallastStackOptions, port: number): Readonly<Record<string, string>> {
  const dir = join(runDir, 'venue');
  mkdirSync(dir, { recursive: true });
  // Everybody is there before the market moves, also where a run goes on.
  const holdFile = join(dir, 'held');
  writeFileSync(holdFile, '');
  const { prices } = market;
  const of: Readonly<Record<string, string>> = prices ? { ...pricesEnv(market), ...momentEnv('FROM', prices.from), ...momentEnv('TO', prices.to) } : market.data === undefined ? { DURATION: `${Math.ceil(market.durationMinutes)}m` } : { DATA: market.data };
  return { ...of, VENUE_PORT: String(port), SEED: String(market.seed), SPEED: speed, JOURNAL: join(dir, 'journal'), INSTRUMENTS: instruments.join(','), HOLD_FILE: holdFile };
}

const pricesEnv = ({ prices }: PaperMarketChoice): Readonly<Record<string, string>> => (prices ? { CANDLES: prices.name, ...(prices.name === 'scripted' ? {} : { DATA: prices.path }) } : {});
const momentEnv = (name: 'FROM' | 'TO', at: number | undefined): Readonly<Record<string, string>> => (at === undefined ? {} : { [name]: new Date(at).toISOString() });
