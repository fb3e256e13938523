import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectJetStream, type JetStreamBus, RequestTimeout, type Reply } from '@ballast/bus';
import { type Decimal, type Id, type Money, type Ms, partitionOf } from '@ballast/domain';
import { type ChildSpec, LocalStack, redisChild, reservePorts, serviceChild, WORKING_COPY } from '@ballast/local';
import { PAPER_DOMAIN, type PaperVenue, startPaperVenue } from '@ballast/paper-venue';
import { type LocalNats, strategyUser, writeLocalNatsConfig } from '@ballast/provisioner';
import { findBinary, natsServerIsReady } from '@ballast/testing';
import { nadoAccount, nadoEngineConfig, OrderCodec, SimClockClient } from '@ballast/venues';
import type { RunnerTestFile, RunnerTestSuite } from 'vitest';
import type { DrivenMarket } from './driven-market.js';
import { type LogStory, readLog } from './log.js';
import { PRODUCTS } from './still-market.js';

const KEY = `0x${'11'.repeat(32)}` as const;
const STRATEGY = 'dn-pair';
const SERVICES = ['market-data', 'sizing', 'risk', 'execution', 'collateral', 'operator'] as const;
export type ServiceName = (typeof SERVICES)[number];
const INSTRUMENTS = 'ETH-PERP,SOL-PERP';
const LOOK_MS = 150;
const PATIENCE_MS = 120_000;
const READY_MS = 60_000;

export interface ProcessDeskOptions {
  /** Names the folder of the run. */
  readonly name: string;
  readonly market: DrivenMarket;
  /** Market ms per wall ms. */
  readonly speed: number;
  /** The account that protection of each portfolio is paid from. */
  readonly wallets: Readonly<Record<Id, { readonly accountId: Id; readonly deposit: Money }>>;
  /** Whether all processes share one call budget. Default false: each keeps to its own part. */
  readonly sharedBudget?: boolean;
  readonly rateLimits?: boolean;
  /** Services of which two processes share the partitions. */
  readonly twice?: readonly ServiceName[];
  /** Further variables by process. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface DeskBot {
  readonly botId: Id;
  readonly portfolioId: Id;
  readonly deposit: Money;
  /** Of each leg. */
  readonly notional: string;
  /** In place of the usual ones: hold for the whole run. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What a service that talks over the bus needs, and where its health is asked. */
interface Ports {
  readonly nats: number;
  readonly monitor: number;
  readonly redis: number;
  readonly health: Readonly<Record<string, number>>;
}

/**
 * Every service of a pair desk as a process of its own, with nats-server, provisioner and Redis, around a paper venue that this process has in
 * its hand, so that a test drives the market while it runs. Bots are long ETH and short SOL for the whole run.
 */
export class ProcessDesk {
  private constructor(
    private readonly options: ProcessDeskOptions & { readonly runDir: string },
    private readonly ports: Ports,
    readonly venue: PaperVenue,
    readonly stack: LocalStack,
    readonly bus: JetStreamBus,
  ) {
    this.sim = new SimClockClient(venue.url);
  }

  readonly sim: SimClockClient;

  static async start(options: ProcessDeskOptions): Promise<ProcessDesk> {
    const runDir = join(WORKING_COPY, 'run', `desk-${options.name}-${process.pid}`);
    rmSync(runDir, { recursive: true, force: true });
    mkdirSync(runDir, { recursive: true });
    writeFileSync(join(runDir, 'wallet.key'), `${KEY}\n`, { mode: 0o600 });
    const holdFile = join(runDir, 'held');
    writeFileSync(holdFile, '');
    const ports = await portsOf([...SERVICES.flatMap((name) => replicasOf(options, name)), strategyUser(STRATEGY), 'provisioner']);
    const { market, speed, rateLimits = true } = options;
    const venue = await startPaperVenue({ port: 0, market, marketName: options.name, engine: nadoEngineConfig(1), speed, journalPath: join(runDir, 'journal'), domain: PAPER_DOMAIN, rateLimits, holdFile });
    const nats = writeLocalNatsConfig({ dir: join(runDir, 'nats'), port: ports.nats, monitorPort: ports.monitor, storeDir: join(runDir, 'nats', 'store'), strategies: [STRATEGY] });
    const stack = new LocalStack({ runDir, stages: stagesOf(options, { runDir, nats, ports, venueUrl: venue.url }), readyTimeoutMs: READY_MS });
    await stack.start();
    const bus = await connectJetStream({ url: nats.url, service: 'cli', credentialSeedFile: nats.seedFiles['cli'] });
    return new ProcessDesk({ ...options, runDir }, ports, venue, stack, bus);
  }

  /** Begins with these bots, and waits until every bot has its position. */
  async open(bots: readonly DeskBot[]): Promise<void> {
    await this.begin(bots);
    await this.until(`${bots.length} positions`, (story) => new Set(story.events.flatMap((event) => (event.type === 'TradeBalanced' ? [event.botId] : []))).size === bots.length);
    await this.sim.setSpeed(this.options.speed);
  }

  /** Funds everybody, creates and starts the bots, and lets the market move at the pace of the wall clock. */
  async begin(bots: readonly DeskBot[]): Promise<void> {
    for (const { accountId, deposit } of Object.values(this.options.wallets)) await this.fund(accountId, deposit);
    for (const { botId, portfolioId, deposit, notional, settings: own } of bots) {
      await this.fund(botId, deposit);
      const settings = { mode: 'cycle', direction: 'LONG_A', instrumentA: 'ETH-PERP', instrumentB: 'SOL-PERP', targetNotional: notional, costBudgetBps: '50', dailyCostBudget: '500', holdMs: 80_000_000, sleepMs: 5_000, ...own };
      await this.command('operator', portfolioId, 'create-bot', { botId, portfolioId, accountId: botId, strategy: STRATEGY, profiles: ['demo'], settings }, `create-${botId}`);
      await this.command('operator', portfolioId, 'start-bot', { botId }, `start-${botId}`);
    }
    await this.sim.release();
    // Orders go by books that are at most seconds of market time old: on a busy machine those of a fast market never are.
    await this.sim.setSpeed(1);
  }

  async fund(accountId: Id, amount: Money): Promise<void> {
    await this.sim.deposit(senderOf(accountId), amount, `${accountId}-${amount.toString()}-${await this.now()}`);
  }

  protect({ botId, portfolioId }: Pick<DeskBot, 'botId' | 'portfolioId'>, settings: object): Promise<void> {
    return this.command('collateral', portfolioId, 'configure-protection', { botId, ...settings }, `protect-${botId}`);
  }

  async now(): Promise<Ms> {
    return (await this.sim.clock()).marketMs;
  }

  /** Waits until the market has come to this moment. */
  async reach(at: Ms): Promise<void> {
    while ((await this.now()) < at) await delay(LOOK_MS);
  }

  pass(ms: Ms): Promise<void> {
    return this.now().then((now) => this.reach(now + ms));
  }

  log(): Promise<LogStory> {
    return readLog(this.bus.store);
  }

  /** The log as soon as this holds of it. @throws Error with what is awaited, where it does not come about */
  async until(what: string, holds: (story: LogStory) => boolean): Promise<LogStory> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const story = await this.log();
      if (holds(story)) return story;
      if (performance.now() > end) throw new Error(`${what}: waited ${PATIENCE_MS} ms in vain; the last event is ${story.events.at(-1)?.type ?? 'none'}`);
      await delay(LOOK_MS);
    }
  }

  /** What the venue says that an account holds. */
  collateralOf(accountId: Id): bigint {
    return this.venue.engine.account(senderOf(accountId)).cash;
  }

  async metrics(service: ServiceName): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.ports.health[service] ?? 0}/metrics`)).text();
  }

  /** The same key is the same command: one that got no answer is sent again. */
  async command(service: ServiceName, portfolioId: Id, verb: string, payload: object, key: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const reply = await this.ask(service, portfolioId, verb, payload, key);
      if (reply?.ok) return;
      if (reply || performance.now() > end) throw new Error(`${service} ${verb}: ${reply?.error ?? 'no answer'}`);
      await delay(LOOK_MS);
    }
  }

  /** Where the liquidation price of an account's position stands by the venue's own reckoning, as a part of where the market began; undefined where it has none. */
  liquidationPart(accountId: Id, instrument: keyof typeof PRODUCTS): Decimal | undefined {
    const price = this.venue.engine.account(senderOf(accountId)).positions.find(({ productId }) => productId === PRODUCTS[instrument])?.liquidationPrice;
    return price === undefined ? undefined : this.options.market.partOf(instrument, price);
  }

  /** Ends everything; the folder of the run goes with it, unless a test of this suite has failed: then somebody will ask for it. */
  async stop(suite?: Readonly<RunnerTestSuite | RunnerTestFile>): Promise<void> {
    await this.bus.close();
    await this.stack.stopAll();
    await this.venue.stop();
    if (!suite || suite.tasks.every(({ result }) => result?.state === 'pass')) rmSync(this.options.runDir, { recursive: true, force: true });
  }

  private async ask(service: ServiceName, portfolioId: Id, verb: string, payload: object, key: string): Promise<Reply | undefined> {
    try {
      return await this.bus.requests.command(service, partitionOf(portfolioId), verb, payload, key);
    } catch (error) {
      if (error instanceof RequestTimeout) return undefined;
      throw error;
    }
  }
}

const codec = new OrderCodec(KEY, PAPER_DOMAIN);
/** What the venue calls an account. */
export const senderOf = (accountId: Id): `0x${string}` => codec.senderOf(nadoAccount(accountId).subaccount);

async function portsOf(names: readonly string[]): Promise<Ports> {
  const { nats = 0, monitor = 0, redis = 0, ...health } = await reservePorts(['nats', 'monitor', 'redis', ...names], process.pid);
  return { nats, monitor, redis, health };
}

const replicasOf = ({ twice = [] }: ProcessDeskOptions, name: ServiceName): readonly string[] => (twice.includes(name) ? [name, `${name}-2`] : [name]);

function stagesOf(options: ProcessDeskOptions, { runDir, nats, ports, venueUrl }: { readonly runDir: string; readonly nats: LocalNats; readonly ports: Ports; readonly venueUrl: string }): readonly (readonly ChildSpec[])[] {
  const { wallets, sharedBudget = false, env = {} } = options;
  const venueEnv = {
    VENUE: 'paper', NADO_GATEWAY_URL: `${venueUrl}/v1`, NADO_ARCHIVE_URL: `${venueUrl}/archive/v1`, NADO_STREAM_URL: `${venueUrl.replace('http', 'ws')}/v1/subscribe`,
    NADO_CHAIN_ID: String(PAPER_DOMAIN.chainId), NADO_ENDPOINT_ADDRESS: PAPER_DOMAIN.endpointAddress, NADO_KEY_FILE: join(runDir, 'wallet.key'),
    ...(sharedBudget ? { BALLAST_REDIS: `redis://127.0.0.1:${ports.redis}` } : {}),
  };
  const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'market-data': { ...venueEnv, INSTRUMENTS, SIM_CLOCK_URL: venueUrl },
    execution: venueEnv,
    collateral: { ...venueEnv, COLLATERAL_WALLETS: Object.entries(wallets).map(([portfolioId, { accountId }]) => `${portfolioId}=${accountId}`).join(',') },
  };
  const service = (name: string, folder: string, more: Readonly<Record<string, string>> = {}): ChildSpec =>
    serviceChild(WORKING_COPY, { name, entry: `services/${folder}/dist/main.js`, healthPort: ports.health[name] ?? 0, env: { NATS_URL: nats.url, NATS_SEED_FILE: nats.seedFiles[name] ?? '', ...own[name], ...more, ...env[name] } });
  const replicas = (name: ServiceName): readonly ChildSpec[] => {
    const names = replicasOf(options, name);
    return names.map((replica) => service(replica, name, { ...own[name], NATS_SEED_FILE: nats.seedFiles[name] ?? '', ...(names.length > 1 ? { PARTITIONS: 'lease' } : {}) }));
  };
  const server: ChildSpec = {
    name: 'nats-server', command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', nats.configFile], env: {},
    ready: async () => ((await natsServerIsReady(ports.monitor)) ? undefined : `/healthz on port ${ports.monitor} does not say ok`),
  };
  return [
    [server, redisChild({ dir: join(runDir, 'redis'), port: ports.redis })],
    [service('provisioner', 'provisioner', { NATS_MONITOR_URL: nats.monitorUrl ?? '' })],
    [...SERVICES.flatMap(replicas), service(strategyUser(STRATEGY), `strategies/${STRATEGY}`)],
  ];
}

