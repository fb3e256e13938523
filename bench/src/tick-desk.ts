import type { DynamicModule, INestMicroservice } from '@nestjs/common';
import { type AppendResult, type Cursor, EventStore, type JetStreamBus, type Observed, type Platform, type ReadRange, type StoredMessage, VirtualClock } from '@ballast/bus';
import { collateralModule } from '@ballast/collateral';
import { money, partitionOf } from '@ballast/domain';
import { executionModule, VirtualRetryTimer } from '@ballast/execution';
import { EXECUTION_LIMITS, strategyFolder } from '@ballast/local';
import { marketDataModule } from '@ballast/market-data';
import type { Metrics } from '@ballast/observability';
import { operatorModule } from '@ballast/operator';
import { riskModule } from '@ballast/risk';
import { sizingModule } from '@ballast/sizing';
import { strategyModule } from '@ballast/strategy';
import { GeneratedMarket, nadoEngineConfig, PaperVenueAdapter, type VenueAccount, type VenueAdapter } from '@ballast/venues';
import { jetPlatform, startModule } from './jet-platform.js';
import type { NatsBed } from './nats-bed.js';
import { PAIR_INSTRUMENTS, PAIR_SETTINGS } from './recorded-log.js';

const BOT = { botId: 'pair-1', portfolioId: 'main', accountId: 'pair-1' };
const MARKET_MS = 6 * 3_600_000;
const TICK_MS = 5;
const QUIET_MS = 20;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What looks on at a service. */
export interface Watched extends Observed {
  readonly metrics?: Metrics;
}

/** What happened on the way of one signal, by the wall. */
class Way {
  tickAt = 0;
  private signalledTickAt: number | undefined;
  private appends: string[] = [];
  private busy = 0;
  private quietSince = 0;
  samples: { readonly ms: number; readonly appends: readonly string[] }[] = [];
  /** Decisions of all services since the start. */
  decisions = 0;

  beginAppend(kind: string): void {
    this.busy += 1;
    this.decisions += 1;
    if (kind === 'signal') {
      this.signalledTickAt = this.tickAt;
      this.appends = [];
    }
    this.appends.push(kind);
  }

  endAppend(): void {
    this.busy -= 1;
    this.quietSince = performance.now();
  }

  orderLeaves(): void {
    if (this.signalledTickAt === undefined) return;
    // An exit needs no plan and no approval: fewer hops than its peer goes.
    if (this.appends.includes('plan')) this.samples.push({ ms: performance.now() - this.signalledTickAt, appends: this.appends });
    this.signalledTickAt = undefined;
  }

  async quiet(): Promise<void> {
    await wait(TICK_MS);
    while (this.busy > 0 || performance.now() - this.quietSince < QUIET_MS) await wait(1);
  }
}

/** The store of one service, seen from outside: when an append begins and ends. */
class SeenStore extends EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly way: Way,
  ) {
    super();
  }

  async append(partition: number, subject: string, expected: number, bytes: Uint8Array, messageId: string): Promise<AppendResult> {
    this.way.beginAppend(subject.split('.')[3] ?? '');
    try {
      return await this.store.append(partition, subject, expected, bytes, messageId);
    } finally {
      this.way.endAppend();
    }
  }
  readSubject(partition: number, subject: string): Promise<readonly StoredMessage[]> {
    return this.store.readSubject(partition, subject);
  }
  read(partition: number, range: ReadRange, onMessage: (message: StoredMessage) => void): Promise<void> {
    return this.store.read(partition, range, onMessage);
  }
  lastSequence(partition: number): Promise<number> {
    return this.store.lastSequence(partition);
  }
  cursor(consumer: string, partition: number, filters: readonly string[]): Promise<Cursor> {
    return this.store.cursor(consumer, partition, filters);
  }
}

/**
 * The venue, but for what leaves for it being noticed: signing and the network to it are not on this way. It stays open:
 * a service that stops closes it, while an order that execution is still cancelling must find it.
 */
const watched = (venue: VenueAdapter, way: Way): VenueAdapter =>
  new Proxy(venue, {
    get(target, field) {
      const held: unknown = Reflect.get(target, field, target);
      if (typeof held !== 'function') return held;
      if (field === 'close') return () => Promise.resolve();
      const method = held.bind(target) as (...given: readonly unknown[]) => unknown;
      if (field !== 'place') return method;
      return (...given: readonly unknown[]): unknown => {
        way.orderLeaves();
        return method(...given);
      };
    },
  });

/**
 * Every service over JetStream, each with connections of its own; market time goes on tick by tick, when all is quiet. The feed
 * starts last: it tells the instruments' terms at its start, and then every five minutes only.
 */
export class TickDesk {
  private readonly apps: INestMicroservice[] = [];
  private readonly way = new Way();
  private readonly watched = new Map<string, Watched>();
  private readonly clock: VirtualClock;
  private readonly venue: PaperVenueAdapter;

  /** `watch` gives each service what looks on. */
  constructor(
    private readonly bed: NatsBed,
    private readonly watch: (service: string, clock: VirtualClock) => Watched = () => ({}),
  ) {
    const source = new GeneratedMarket({ seed: 11, durationMs: MARKET_MS });
    this.clock = new VirtualClock(source.startTime);
    this.venue = new PaperVenueAdapter({ clock: this.clock, source, engine: nadoEngineConfig(1), deposits: [{ subaccount: BOT.accountId, amount: money('2000') }] });
  }

  async start(): Promise<void> {
    const { clock } = this;
    const venue = watched(this.venue, this.way);
    const accountOf = (accountId: string): VenueAccount => ({ accountId, subaccount: accountId });
    const strategy = await strategyFolder('dn-pair').load();
    await venue.connect();
    await this.add('operator', () => operatorModule());
    await this.add('sizing', () => sizingModule());
    await this.add('risk', () => riskModule(this.metricsOf('risk')));
    await this.add('execution', () => executionModule({ venue, limits: EXECUTION_LIMITS, retryTimer: new VirtualRetryTimer(clock), accountOf, ...this.metricsOf('execution') }));
    await this.add('collateral', () => collateralModule({ venue, accountOf, ...this.metricsOf('collateral') }));
    await this.add('strategy-dn-pair', () => strategyModule(strategy));
    await this.add('market-data', () => marketDataModule({ venue, instruments: PAIR_INSTRUMENTS, ...this.metricsOf('market-data') }));
    const cli = await this.bed.connect('cli');
    const command = async (verb: string, payload: object): Promise<void> => {
      const reply = await cli.requests.command('operator', partitionOf(BOT.portfolioId), verb, payload, `bench-${verb}`);
      if (!reply.ok) throw new Error(`${verb}: ${reply.error}`);
    };
    await command('create-bot', { ...BOT, strategy: 'dn-pair', profiles: ['demo'], settings: PAIR_SETTINGS });
    await command('start-bot', { botId: BOT.botId });
  }

  get decisions(): number {
    return this.way.decisions;
  }

  /** Wall time from a tick on the bus to the first order it led to, ms, and what was appended on the way. */
  async next(): Promise<{ readonly ms: number; readonly appends: readonly string[] }> {
    this.way.samples = [];
    for (;;) {
      const next = this.clock.next();
      if (next === undefined) throw new Error('the market ended before the bench did');
      await this.clock.run(next);
      await this.way.quiet();
      const [sample] = this.way.samples;
      if (sample) return sample;
    }
  }

  async stop(): Promise<void> {
    for (const app of this.apps.reverse()) await app.close();
  }

  private watchedOf(service: string): Watched {
    const known = this.watched.get(service) ?? this.watch(service, this.clock);
    this.watched.set(service, known);
    return known;
  }

  private metricsOf(service: string): Pick<Watched, 'metrics'> {
    const { metrics } = this.watchedOf(service);
    return metrics ? { metrics } : {};
  }

  private async add(service: string, module: (platform: Platform) => DynamicModule): Promise<void> {
    const bus = await this.bed.connect(service, this.watchedOf(service).traces);
    const store = new SeenStore(bus.store, this.way);
    const marketWire = service === 'market-data' ? this.seenWire(bus) : bus.marketWire;
    const platform = jetPlatform({ ...bus, store, marketWire }, service, this.clock, undefined, this.watchedOf(service));
    this.apps.push(await startModule(platform, module(platform)));
  }

  private seenWire({ marketWire }: JetStreamBus): JetStreamBus['marketWire'] {
    const { way } = this;
    return {
      publish: (subject, message) => {
        if (subject.startsWith('mkt.book.')) way.tickAt = performance.now();
        marketWire.publish(subject, message);
      },
      subscribe: (onMessage) => marketWire.subscribe(onMessage),
      lastValues: () => marketWire.lastValues(),
    };
  }
}
