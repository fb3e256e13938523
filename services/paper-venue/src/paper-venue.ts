import { existsSync, rmSync } from 'node:fs';
import type { Ms } from '@ballast/domain';
import { HealthServer, Metrics } from '@ballast/observability';
import { Engine, type EngineConfig, type ExchangeEngine, type FaultRule, type MarketInput, type NadoDomain } from '@ballast/venues';
import type { SimCallers } from './config.js';
import { Exchange } from './exchange/exchange.js';
import { type Hold, LockStepPace, type Pace, type Paced, ReplayPace } from './exchange/pace.js';
import { Tape } from './exchange/tape.js';
import { ArchiveApi } from './gateway/archive.js';
import { CallLog } from './gateway/call-log.js';
import { Executes } from './gateway/executes.js';
import { Faults } from './gateway/faults.js';
import { HttpGateway } from './gateway/http-gateway.js';
import { Queries } from './gateway/queries.js';
import { SimApi } from './gateway/sim-api.js';
import { Journal } from './journal/journal.js';
import { Frames } from './streams/frames.js';
import { PublishedBooks } from './streams/published-books.js';
import { StreamHub } from './streams/stream-hub.js';

/** The outside market: a `MarketSource` of @ballast/venues, or any other that gives the same inputs each time it is read. */
export interface PaperMarket {
  /** First and last market time, ms. */
  readonly startTime: Ms;
  readonly endTime: Ms;
  events(): Iterable<MarketInput>;
}

export interface PaperVenueOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host?: string;
  /** Of /healthz, /readyz and /metrics; 0 takes a free one. */
  readonly healthPort?: number;
  readonly market: PaperMarket;
  /** What the journal belongs to: the same text for the same market, settings and seed. */
  readonly marketName: string;
  readonly engine: EngineConfig;
  /** Market ms per wall ms, or `max` for lock step. */
  readonly speed: number | 'max';
  readonly journalPath: string;
  readonly domain: NadoDomain;
  readonly faults?: readonly FaultRule[];
  readonly rateLimits?: boolean;
  /** While this file exists the market stands at a start until POST /sim/release, which removes it; default it moves at once. */
  readonly holdFile?: string | undefined;
  /** Who may use /sim; default this machine alone. */
  readonly simCallers?: SimCallers;
}

export interface PaperVenue {
  /** `http://127.0.0.1:<port>`; gateway under `/v1`, archive at `/archive/v1`, streams at `/v1/subscribe`. */
  readonly url: string;
  readonly port: number;
  readonly healthPort: number;
  readonly engine: ExchangeEngine;
  /** Stops taking requests, makes a snapshot, closes the journal. */
  stop(): Promise<void>;
}

/** Nado's chain and endpoint on its test network: what the paper venue signs against. */
export const PAPER_DOMAIN: NadoDomain = { chainId: 763373, endpointAddress: '0x698D87105274292B5673367DEC81874Ce3633Ac2' };

/** Starts a simulated exchange that speaks Nado; it comes back with all it knew where its journal is. @throws JournalError, Error where the port is taken */
export async function startPaperVenue(options: PaperVenueOptions): Promise<PaperVenue> {
  const journal = new Journal(options.journalPath);
  const engine: ExchangeEngine = journal.snapshot ? Engine.restore(options.engine, journal.snapshot.engine) : new Engine(options.engine);
  const books = new PublishedBooks(engine);
  const hub: StreamHub = new StreamHub({ domain: options.domain, now: () => pace.now(), current: (stream) => frames.current(stream.type, stream.product_id, pace.now()) });
  const frames = new Frames(engine, books, hub);
  const exchange = new Exchange(engine, new Tape(options.market.events(), options.market.startTime, options.market.endTime), journal, frames);
  const paced: Paced = { exchange, startMs: options.market.startTime, endMs: options.market.endTime, hold: holdOf(options.holdFile), beingRead: () => gateway.beingRead, sendClock: (marketMs) => hub.sendClock(marketMs), delivered: (timeoutMs) => hub.delivered(timeoutMs) };
  const pace: Pace = options.speed === 'max' ? new LockStepPace(paced) : new ReplayPace(paced, options.speed);
  const metrics = new Metrics({ service: 'paper-venue', version: process.env['BALLAST_BUILD'] ?? 'dev', commit: process.env['BALLAST_COMMIT'] ?? 'unknown' });
  metrics.watchProcess();
  const health = new HealthServer(metrics, ['recovered', 'listening'], { host: options.host ?? '127.0.0.1' });
  const faults = new Faults(options.engine.seed, options.faults ?? []);
  const calls = new CallLog();
  const sim = new SimApi({ clock: () => pace.clock(), step: (from) => pace.step(from), release: () => pace.release(), setSpeed: (speed) => pace.setSpeed(speed), deposit: (subaccount, amount, key) => exchange.deposit(subaccount, amount, key, pace.now()) }, faults, calls, options.simCallers);
  const gateway: HttpGateway = new HttpGateway({
    venue: { now: () => pace.now(), receive: (request, tell) => exchange.receive(request, pace.now(), tell), hold: (at, run) => exchange.hold(at, run), disconnectStreams: () => hub.disconnectAll() },
    queries: new Queries(engine, books, options.domain),
    archive: new ArchiveApi(engine),
    executes: new Executes(options.domain),
    faults,
    calls,
    rateLimits: options.rateLimits ?? true,
    sim: (request, response, path) => sim.handle(request, response, path),
    onRequest: (call, outcome) => metrics.count('ballast_venue_calls_total', { venue: 'paper', call, outcome: outcome === 'success' ? 'accepted' : 'refused' }),
  });
  const healthPort = await health.start(options.healthPort ?? 0);
  exchange.recover(options.marketName);
  health.set('recovered', true);
  hub.attach(gateway.server);
  const port = await listen(gateway, options.port, options.host ?? '127.0.0.1');
  pace.start();
  health.set('listening', true);
  return { url: `http://${options.host ?? '127.0.0.1'}:${port}`, port, healthPort, engine, stop: () => stop() };

  async function stop(): Promise<void> {
    health.set('listening', false);
    pace.stop();
    hub.close();
    gateway.server.closeAllConnections();
    await new Promise((resolve) => gateway.server.close(resolve));
    exchange.saveSnapshot();
    journal.close();
    await health.stop();
  }
}

const holdOf = (file: string | undefined): Hold => ({
  isOn: () => file !== undefined && existsSync(file),
  release: () => {
    if (file !== undefined) rmSync(file, { force: true });
  },
});

function listen(gateway: HttpGateway, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    gateway.server.once('error', reject);
    gateway.server.listen(port, host, () => {
      gateway.server.off('error', reject);
      const address = gateway.server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
