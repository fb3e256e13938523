import type { DynamicModule, INestMicroservice } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Id, type Ms, type Partition, PARTITIONS } from '@ballast/domain';
import { timersOf } from '../core/wall-timers.js';
import { InMemoryDeadLetters } from '../memory/memory-dead-letters.js';
import { InMemoryEventStore } from '../memory/memory-event-store.js';
import { InMemoryMarketWire } from '../memory/memory-market-wire.js';
import { InMemoryRequestBoard, InMemoryRequests } from '../memory/memory-requests.js';
import { VirtualClock } from '../memory/virtual-clock.js';
import { WorkQueue } from '../memory/work-queue.js';
import { PlatformModule } from '../nest/platform.module.js';
import { BallastTransport, UnalteredErrors } from '../nest/transport.js';
import { OpenPacer } from '../pace/pacers.js';
import { OBJECT_MARKET, WireMarket } from '../pace/wire-market.js';
import type { Reply, Requests } from '../ports/requests.js';
import { type AssembleOptions, assemblePlatform, type BusParts } from './assemble.js';
import type { Platform } from './platform.js';

@Module({})
class ServiceRoot {}

const ALL: readonly Partition[] = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** The module that Nest starts for one service: the platform's ports and the service's own module. */
export const rootModule = (platform: Platform, service: DynamicModule): DynamicModule => ({ module: ServiceRoot, imports: [PlatformModule.with(platform), service] });

/** What looks on; nothing that is decided depends on it. */
export type Observed = Pick<AssembleOptions, 'traces' | 'observer'>;

/** Whose credential sends a command, to which service, for which partition. */
export interface Route {
  readonly user: string;
  readonly service: string;
  readonly partition: Partition;
}

/**
 * Services in one process, on the in-memory bus, in virtual time: the same modules as in production, the same order of
 * everything on every run. This is the back-test, and the fast lane of the tests.
 */
export class MemorySystem {
  readonly work = new WorkQueue();
  readonly clock: VirtualClock;
  readonly store = new InMemoryEventStore(this.work);
  readonly deadLetters = new InMemoryDeadLetters();
  readonly wire = new InMemoryMarketWire(this.work);
  private readonly board = new InMemoryRequestBoard(this.work);
  private readonly apps: INestMicroservice[] = [];
  private fatal: Error | undefined;

  constructor(
    startMs: Ms,
    private readonly build = 'memory',
    private readonly observed: Observed = {},
  ) {
    this.clock = new VirtualClock(startMs, this.work);
  }

  /** A platform of its own for one service; for tests that need no Nest. */
  platform(service: string): Platform {
    const market = new WireMarket(this.wire, new OpenPacer(), OBJECT_MARKET);
    this.wire.subscribe((subject, message) => market.receive(subject, message));
    for (const [subject, message] of this.wire.values()) market.receive(subject, message);
    const parts: BusParts = {
      store: this.store,
      deadLetters: this.deadLetters,
      requests: this.requestsOf(service),
      market,
      serve: (partitions, respond) => this.board.serve(service, partitions, respond),
      close: () => Promise.resolve(),
    };
    return assemblePlatform(parts, { service, build: this.build, partitions: ALL, clock: this.clock, pacer: new OpenPacer(), timers: timersOf(this.clock), limits: { heartbeatMs: 0 }, ...this.observed, onFatal: (error) => this.fail(error) });
  }

  /** Starts one service: recovery, then live. */
  async add(service: string, module: (platform: Platform) => DynamicModule | Promise<DynamicModule>): Promise<void> {
    const platform = this.platform(service);
    const app = await NestFactory.createMicroservice(rootModule(platform, await module(platform)), { strategy: new BallastTransport(platform), logger: false, abortOnError: false });
    app.useGlobalFilters(new UnalteredErrors());
    await app.listen();
    this.apps.push(app);
  }

  /** Requests as this credential sends them. */
  requestsOf(user: string): Requests {
    return new InMemoryRequests(this.board, user);
  }

  /** Sends one command and lets everything happen that follows from it at this moment. @throws Error with the refusal. */
  async command({ user, service, partition }: Route, verb: string, payload: object, key: Id): Promise<unknown> {
    let reply: Reply | undefined;
    const sent = this.requestsOf(user).command(service, partition, verb, payload, key).then((answer) => (reply = answer));
    await this.work.idle();
    await sent;
    if (!reply?.ok) throw new Error(`${service} ${verb}: ${reply?.error ?? 'no answer'}`);
    return reply.data;
  }

  /** Lets market time go on to `until`, or to the end of everything armed. @throws what broke a service. */
  async run(until?: Ms): Promise<void> {
    await this.clock.run(until);
    if (this.fatal) throw this.fatal;
  }

  async stop(): Promise<void> {
    for (const app of this.apps.reverse()) await app.close();
  }

  private fail(error: Error): void {
    this.fatal ??= error;
  }
}
