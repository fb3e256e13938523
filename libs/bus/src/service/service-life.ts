import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import type { DynamicModule, INestMicroservice, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Clock, type Partition, PARTITIONS } from '@ballast/domain';
import { HealthServer, type Logger, Metrics, startTracing, type Traces } from '@ballast/observability';
import { connectJetStream, type JetStreamBus } from '../jetstream/connect.js';
import { TakenOver } from '../jetstream/provisioning-client.js';
import { NotNow } from '../jetstream/requests.js';
import { LifeClock, Lifeline, LifePacer, LifeRequests, LifeStore } from '../lease/lifeline.js';
import { BallastTransport, UnalteredErrors } from '../nest/transport.js';
import { WallClock } from '../pace/market-clock.js';
import { readMarketMessage } from '../pace/market-codec.js';
import { OpenPacer } from '../pace/pacers.js';
import { PaceFollower } from '../pace/pace-follower.js';
import { WireMarket } from '../pace/wire-market.js';
import { assemblePlatform } from './assemble.js';
import { rootModule } from './memory-system.js';
import type { IncomingRequest, Platform } from './platform.js';
import type { ServiceEnv } from './service-env.js';
import { type Concern, FeedConcern, refusalObserver, serviceObserver } from './service-observer.js';

/** What a service's module is built with beside the platform's ports. */
export interface ServiceContext {
  readonly platform: Platform;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly bus: JetStreamBus;
  /** Whether other replicas take over where this process ends. */
  readonly shared: boolean;
  /** Names a condition of readiness and says whether it holds. */
  readonly ready: (condition: string, holds: boolean) => void;
  /** Names on /readyz what a person should look at though the service is ready. */
  readonly concern: Concern;
  /** Tells the pace which market time the service's venue sockets have seen, where it has any. */
  readonly venueTime: (seen: () => number | undefined) => void;
}

export interface ServiceOptions {
  /** The service's name, its credential and its name as a writer. */
  readonly name: string;
  readonly build: string;
  readonly module: (context: ServiceContext) => DynamicModule | Promise<DynamicModule>;
  readonly env?: NodeJS.ProcessEnv;
  /** Only market-data makes the market clock; every other service follows it. */
  readonly makesClock?: (follower: PaceFollower, bus: JetStreamBus, log: Logger) => Promise<void>;
  /** Runs once the service is live. */
  readonly onLive?: (context: ServiceContext) => void;
  /** What replicas share (PARTITIONS=lease): the partitions, or the whole, where one of them leads. Default `partitions`. */
  readonly sharing?: 'partitions' | 'leader';
  /** Whether a replica that owns nothing serves all the same what is no partition's: HTTP. Default false: it only stands by. */
  readonly servesIdle?: boolean;
  /** Whether, where replicas share, its folds are saved by the thread that folds in advance and not by itself: they are so large that it would stand still for longer than its lease. Default false. */
  readonly savesAside?: boolean;
  /** Requests that are answered while the lease has lapsed too: what they do needs no log, and adds no risk where another replica does it as well. */
  readonly answersLapsed?: readonly string[];
}

/** On which partitions a life acts, whether it may at this moment, and who is told how it ends. */
export interface LifeTerms {
  readonly partitions: readonly Partition[];
  readonly log: Logger;
  /** False while its lease has lapsed. Always true where nothing is shared. */
  readonly mayAct: () => boolean;
  /** True where others may act in its place: it has lost a partition, or has not been able to renew its lease for too long. Default: never. */
  readonly othersMayAct?: () => boolean;
  /** Whether somebody else saves its folds: it does only where a partition has opened anew. Default false. */
  readonly savesAside?: boolean;
  /** Told of each append that the log has. */
  readonly onAppended?: () => void;
  /** Something broke: the process can't go on. */
  readonly die: (error: unknown) => void;
  /** Another process reads on in its place. Default: the process can't go on. */
  readonly onTakenOver?: (error: TakenOver) => void;
}

interface LifeParts extends LifeTerms {
  readonly options: ServiceOptions;
  readonly env: ServiceEnv;
  readonly metrics: Metrics;
  readonly traces: Traces | undefined;
  readonly health: HealthServer;
  readonly bus: JetStreamBus;
  readonly follower: PaceFollower;
  readonly line: Lifeline;
}

const WATCH_MS = 1_000;
/** Longest time that a process which ends takes to send its last spans, ms. */
const SPANS_MAX_MS = 1_000;
const MS_PER_S = 1_000;
const NOBODY = (): void => undefined;
const LEVELS = ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'] as const;

const nestLogger = (log: Logger): LoggerService =>
  Object.fromEntries(LEVELS.map((level) => [level, (message: unknown) => (level === 'error' || level === 'fatal' ? log.error(String(message)) : log.debug(String(message)))])) as unknown as LoggerService;

export function metricsOf(options: ServiceOptions, traces?: Traces): Metrics {
  const metrics = new Metrics({ service: options.name, version: options.build, commit: process.env['BALLAST_COMMIT'] ?? 'unknown' }, traces ? { traceOf: (tradeId) => traces.traceOf(tradeId) } : {});
  metrics.watchProcess();
  return metrics;
}

/** What /readyz says of folds in advance that could not be made. */
export const keptConcern = (error?: Error): readonly [string, string | undefined] => ['kept-snapshots', error && `the log could not be folded in advance: ${error.message}; whoever takes over partitions it has not owned before folds them from further back`];

/** Says for each partition whether this process owns it, and has recovered it: before, nothing of it is decided. */
export function tellOwned(metrics: Metrics, owned: readonly Partition[]): void {
  for (let partition = 0; partition < PARTITIONS; partition += 1) metrics.set('ballast_partition_owned', { partition: String(partition) }, owned.includes(partition) ? 1 : 0);
}

/**
 * A service on one set of partitions, from its recovery to its end. Everything of it is made anew for each life, its
 * connections too, so that a process which shares partitions starts over as a new process would.
 */
export class ServiceLife {
  private readonly connection: NodeJS.Timeout;
  private stopping: Promise<void> | undefined;
  private sent: Promise<void> | undefined;

  private constructor(
    private readonly parts: LifeParts,
    private readonly context: ServiceContext,
    private readonly app: INestMicroservice,
  ) {
    this.connection = setInterval(() => parts.health.set('bus', parts.bus.connected()), WATCH_MS);
  }

  /** Connects and builds; `start` recovers. */
  static async open(options: ServiceOptions, env: ServiceEnv, terms: LifeTerms): Promise<ServiceLife> {
    const traces = await startTracing({ service: options.name, version: options.build, env: options.env ?? process.env, onExported: (outcome, spans) => metrics.count('ballast_spans_total', { outcome }, spans) });
    const metrics = metricsOf(options, traces);
    tellOwned(metrics, []);
    if (terms.othersMayAct) metrics.silentWhile(terms.othersMayAct);
    const health = new HealthServer(metrics, ['bus', 'clock', 'recovered'], { host: env.healthHost });
    await health.start(env.healthPort);
    const { die, onTakenOver = die, log } = terms;
    const onFault = (error: Error): void => (error instanceof TakenOver ? onTakenOver(error) : die(error));
    const bus = await connectJetStream({ url: env.natsUrl, service: options.name, onFault, traces, onRefused: refusalObserver(metrics, log), archiveDir: env.archiveDir, ...(env.natsSeedFile === undefined ? {} : { credentialSeedFile: env.natsSeedFile }) });
    health.set('bus', true);
    const parts: LifeParts = { ...terms, options, env, metrics, traces, health, bus, follower: new PaceFollower(), line: new Lifeline() };
    const platform = await platformOf(parts);
    health.set('clock', true);
    const context: ServiceContext = { platform, metrics, log, bus, shared: env.lease !== undefined, ready: (condition, holds) => health.set(condition, holds), concern: (check, detail) => health.concern(check, detail), venueTime: (seen) => parts.follower.watchVenue(seen) };
    const app = await NestFactory.createMicroservice(rootModule(platform, await options.module(context)), { strategy: new BallastTransport(platform), logger: nestLogger(log), abortOnError: false });
    app.useGlobalFilters(new UnalteredErrors());
    return new ServiceLife(parts, context, app);
  }

  /** Recovers and goes live. */
  async start(): Promise<void> {
    const { health, log, metrics, options } = this.parts;
    const { platform } = this.context;
    await this.app.listen();
    health.set('recovered', true);
    tellOwned(metrics, platform.partitions);
    log.info({ partitions: platform.partitions, marketTime: platform.clock.now() }, 'recovered and live');
    options.onLive?.(this.context);
  }

  /** Says how a fold in advance of what this process may come to own went: `error` where it could not be made. */
  tellKept(error?: Error): void {
    this.parts.metrics.count('ballast_snapshots_total', { outcome: error ? 'failed' : 'kept' });
    this.parts.health.concern(...keptConcern(error));
  }

  /** Takes no more messages, finishes what is in hand, and is over; at once, where its lease has lapsed. A second call waits for the first. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    const { health, follower, line, log, mayAct, traces } = this.parts;
    if (!mayAct()) line.cut();
    health.set('recovered', false);
    clearInterval(this.connection);
    await this.app.close();
    // Nobody waits for spans with what others wait for in hand.
    this.sent = traces ? Promise.race([traces.stop().catch((error: unknown) => log.warn({ err: error }, 'the last spans are lost')), delay(SPANS_MAX_MS, undefined, { ref: false })]) : undefined;
    await health.stop();
    follower.stop();
  }

  /** Resolves once the last spans are sent, or given up. */
  async told(): Promise<void> {
    await this.sent;
  }
}

async function platformOf({ options, env, bus, follower, metrics, traces, health, log, line, partitions, mayAct, savesAside = false, onAppended = NOBODY, die }: LifeParts): Promise<Platform> {
  const live = env.clock === 'wall';
  const pace = live ? new OpenPacer() : await follower.start(bus.marketWire, () => options.makesClock?.(follower, bus, log) ?? Promise.resolve());
  const pacer = new LifePacer(pace, line);
  const clock: Clock = new LifeClock(live ? new WallClock() : follower.clock, line);
  metrics.beforeScrape(() => metrics.set('ballast_market_time_seconds', {}, clock.now() / MS_PER_S));
  const concern: Concern = (check, detail) => health.concern(check, detail);
  const onSkipped = (): void => metrics.count('ballast_market_skipped_total', { consumer: options.name });
  const market = new WireMarket(bus.marketWire, pacer, { read: readMarketMessage, defer: setImmediate, onSkipped });
  const feeds = new FeedConcern(concern);
  const receive = (subject: string, message: unknown): void => {
    feeds.see(subject, message);
    market.receive(subject, message);
  };
  follower.onMarket(receive);
  if (live) bus.marketWire.subscribe(receive);
  for (const [subject, message] of await bus.marketWire.lastValues()) receive(subject, message);
  const isOurs = (partition: Partition): boolean => !partitions.includes(partition) || mayAct();
  const answers = ({ name }: IncomingRequest): boolean => mayAct() || options.answersLapsed?.includes(name) === true;
  // Whoever has lost its lease says that nobody is there: the caller asks again, and the owner answers.
  const lapsed = (): Promise<never> => Promise.reject(new NotNow(`${options.name}: the lease has lapsed`));
  return assemblePlatform(
    {
      store: new LifeStore(bus.store, line, isOurs, onAppended),
      deadLetters: bus.deadLetters,
      snapshots: bus.snapshots,
      requests: new LifeRequests(bus.requests, line),
      market,
      serve: (served, respond) => bus.serve(served, (request) => (answers(request) ? line.ask(() => respond(request)) : lapsed())),
      ended: line.ended,
      isOver: () => line.over,
      close: () => {
        line.cut();
        return bus.close();
      },
    },
    { service: options.name, build: options.build, partitions, clock, pacer, traces, limits: { snapshotEvery: savesAside ? Infinity : env.snapshotEvery }, onFatal: die, observer: serviceObserver(options.name, { metrics, log, clock, concern }), steps: () => follower.steps() },
  );
}
