import 'reflect-metadata';
import type { DynamicModule, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Clock } from '@ballast/domain';
import { createLogger, HealthServer, type Logger, Metrics } from '@ballast/observability';
import { connectJetStream, type JetStreamBus } from '../jetstream/connect.js';
import { BallastTransport, UnalteredErrors } from '../nest/transport.js';
import { WallClock } from '../pace/market-clock.js';
import { OpenPacer } from '../pace/pacers.js';
import { PaceFollower } from '../pace/pace-follower.js';
import { readMarketMessage } from '../pace/market-codec.js';
import { WireMarket } from '../pace/wire-market.js';
import { assemblePlatform } from './assemble.js';
import { rootModule } from './memory-system.js';
import type { Platform } from './platform.js';
import { readServiceEnv, type ServiceEnv } from './service-env.js';
import { type Concern, FeedConcern, serviceObserver } from './service-observer.js';

/** What a service's module is built with beside the platform's ports. */
export interface ServiceContext {
  readonly platform: Platform;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly bus: JetStreamBus;
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
}

const EXIT_FATAL = 70;
const LAG_LOG_LEVELS = ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'] as const;

const nestLogger = (log: Logger): LoggerService =>
  Object.fromEntries(LAG_LOG_LEVELS.map((level) => [level, (message: unknown) => (level === 'error' || level === 'fatal' ? log.error(String(message)) : log.debug(String(message)))])) as unknown as LoggerService;

/** A start that failed says why in one line, and ends the process with a code of its own. */
export async function runService(options: ServiceOptions): Promise<void> {
  const log = createLogger(options.name, { env: options.env ?? process.env });
  const die = (error: unknown): void => {
    log.fatal({ err: error }, `${options.name} stops: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(EXIT_FATAL);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  try {
    await boot(options, readServiceEnv(options.name, options.env ?? process.env), log, die);
  } catch (error) {
    die(error);
  }
}

async function boot(options: ServiceOptions, env: ServiceEnv, log: Logger, die: (error: unknown) => void): Promise<void> {
  const metrics = new Metrics({ service: options.name, version: options.build, commit: process.env['BALLAST_COMMIT'] ?? 'unknown' });
  const health = new HealthServer(metrics, ['bus', 'clock', 'recovered']);
  await health.start(env.healthPort);
  const bus = await connectJetStream({ url: env.natsUrl, service: options.name, onFault: die, ...(env.natsSeedFile === undefined ? {} : { credentialSeedFile: env.natsSeedFile }) });
  health.set('bus', true);
  const follower = new PaceFollower();
  const concern: Concern = (check, detail) => health.concern(check, detail);
  const platform = await platformOf(options, env, { bus, follower, metrics, log, die, concern });
  health.set('clock', true);
  const context: ServiceContext = { platform, metrics, log, bus, ready: (condition, holds) => health.set(condition, holds), concern, venueTime: (seen) => follower.watchVenue(seen) };
  const app = await NestFactory.createMicroservice(rootModule(platform, await options.module(context)), { strategy: new BallastTransport(platform), logger: nestLogger(log), abortOnError: false });
  app.useGlobalFilters(new UnalteredErrors());
  const connection = setInterval(() => health.set('bus', bus.connected()), 1_000);
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stops: no more messages are taken, what is in hand is finished');
    health.set('recovered', false);
    clearInterval(connection);
    app.close().then(() => health.stop()).then(() => follower.stop()).then(() => process.exit(0), die);
  };
  process.once('SIGTERM', () => stop('SIGTERM'));
  process.once('SIGINT', () => stop('SIGINT'));
  await app.listen();
  health.set('recovered', true);
  log.info({ partitions: platform.partitions, marketTime: platform.clock.now() }, 'recovered and live');
  options.onLive?.(context);
}

interface PlatformParts {
  readonly bus: JetStreamBus;
  readonly follower: PaceFollower;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly die: (error: unknown) => void;
  readonly concern: Concern;
}

async function platformOf(options: ServiceOptions, env: ServiceEnv, { bus, follower, metrics, log, die, concern }: PlatformParts): Promise<Platform> {
  const live = env.clock === 'wall';
  const pacer = live ? new OpenPacer() : await follower.start(bus.marketWire, () => options.makesClock?.(follower, bus, log) ?? Promise.resolve());
  const clock: Clock = live ? new WallClock() : follower.clock;
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
  return assemblePlatform(
    { store: bus.store, deadLetters: bus.deadLetters, snapshots: bus.snapshots, requests: bus.requests, market, serve: (partitions, respond) => bus.serve(partitions, respond), close: () => bus.close() },
    { service: options.name, build: options.build, partitions: env.partitions, clock, pacer, onFatal: die, observer: serviceObserver(options.name, { metrics, log, clock, concern }), steps: () => follower.steps() },
  );
}
