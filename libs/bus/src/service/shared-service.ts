import { setTimeout as delay } from 'node:timers/promises';
import { HealthServer, type Logger } from '@ballast/observability';
import { CONTRACTS_UP_TO, demandKnownWriter } from '../core/contract-versions.js';
import { JetStreamLeases } from '../lease/jetstream-leases.js';
import type { LeaseTable, Unit } from '../lease/lease-table.js';
import { PartitionShare } from '../lease/partition-share.js';
import type { SnapshotKeeper } from './keeper-thread.js';
import type { ServiceEnv } from './service-env.js';
import { keptConcern, metricsOf, ServiceLife, type ServiceOptions, tellOwned } from './service-life.js';
import { partitionsOf, unitsOf } from './shared-units.js';

export interface SharedOptions {
  readonly options: ServiceOptions;
  readonly env: ServiceEnv;
  readonly lease: { readonly ttlMs: number };
  readonly log: Logger;
  /** Something broke: the process can't go on. */
  readonly die: (error: unknown) => void;
  /** Folds in advance what replicas may come to own; absent = nobody does. */
  readonly keeper?: SnapshotKeeper;
}

/** What a replica does with the units it holds: serves them, or stands by where it holds none. */
interface Turn {
  stop(): Promise<void>;
  /** Resolves once what it still had to say of itself is sent, or given up. */
  told?(): Promise<void>;
  /** Hears how a round of folds in advance went. */
  tellKept?(error?: Error): void;
}

/** Longest time that a life has to finish what is in hand, ms: then the process ends, and its lease with it. */
const STOP_MAX_MS = 10_000;
/** Looks at the lease table in a TTL. */
const LOOKS = 4;
/** Longest time that a process which can't go on takes to give its partitions away, ms. */
const ABANDON_MAX_MS = 1_000;

/**
 * A service that runs several times: each replica serves what the lease table gives it. Where that changes, or another
 * process has taken a partition over, it stops and recovers anew with what it has by then; a start-up is a recovery, and there is no other path.
 */
export class SharedService {
  private taken = false;
  private leaving = false;
  private giving: Promise<void> | undefined;
  private keeping: NodeJS.Timeout | undefined;
  private current: Turn | undefined;

  private constructor(
    private readonly shared: SharedOptions,
    private readonly share: PartitionShare,
    /** What it says of itself until it asks for partitions. */
    private readonly waits: HealthServer,
  ) {
    this.current = waits;
  }

  /** Joins the replicas of its service. It lives, and is not ready, while it waits for NATS. */
  static async open(shared: SharedOptions): Promise<SharedService> {
    const { options, env, lease, log } = shared;
    const waits = await idle(shared, ['bus', 'recovered']);
    const units = unitsOf(options);
    const store = await JetStreamLeases.open({ url: env.natsUrl, service: options.name, units, ...(env.natsSeedFile === undefined ? {} : { credentialSeedFile: env.natsSeedFile }) });
    waits.set('bus', true);
    const share = new PartitionShare(store, {
      replica: store.replica,
      units,
      ttlMs: lease.ttlMs,
      writer: { contract: CONTRACTS_UP_TO, build: options.build },
      onFailure: (error) => (error ? log.warn({ err: error }, 'the lease is not renewed') : log.info('the lease is renewed again')),
    });
    log.info({ replica: store.replica, ttlMs: lease.ttlMs }, 'shares partitions with the other replicas of this service');
    return new SharedService(shared, share, waits);
  }

  /**
   * Serves until it is left. One that can't go on gives its partitions away first.
   * @throws NewerContract before it takes any, where a newer build has written to the log: else it would take them, and fail, over and over.
   */
  async run(): Promise<void> {
    await this.demandKnownLog();
    if (await this.prepare()) await this.demandKnownLog();
    if (this.leaving) return;
    await this.current?.stop();
    this.share.start();
    this.keep();
    try {
      await this.turns();
    } catch (error) {
      await this.abandon();
      throw error;
    }
  }

  private async demandKnownLog(): Promise<void> {
    const newest = await this.share.newestWriter();
    if (newest) demandKnownWriter(this.shared.options.name, newest);
  }

  /**
   * While others serve, it folds what it may come to own before it asks for any of it: a build that comes new has no snapshot that fits, and
   * nobody waits for its fold. Where the others are gone there is nobody to wait for: then it goes on at once. @returns whether it took time
   */
  private async prepare(): Promise<boolean> {
    const { keeper, lease, log } = this.shared;
    if (!keeper || !isServed(await this.share.look())) return false;
    // Not ready, by a name that pages nobody: nothing waits for this, however long the log is.
    this.waits.set('prepared', false);
    this.waits.set('recovered', true);
    const over = new AbortController();
    const folded = keeper.run().catch((error: unknown) => over.signal.aborted || this.leaving || log.warn({ err: error }, 'the log could not be folded in advance: it is folded when partitions are taken over'));
    await Promise.race([folded, untilNobodyServes(this.share, lease.ttlMs, over.signal)]);
    over.abort();
    void keeper.stop();
    return true;
  }

  /**
   * From now on folds in advance, again and again, so that whoever takes over has little to fold. What another replica of the same build has
   * folded just now is not folded again. Where one leads, there is one set, and its own snapshots are all there is to keep, unless it saves none.
   */
  private keep(): void {
    const { keeper, env, options } = this.shared;
    if (!keeper || (options.sharing === 'leader' && !this.savesAside)) return;
    let isUnderWay = false;
    this.keeping = setInterval(() => {
      if (isUnderWay || this.leaving) return;
      isUnderWay = true;
      const tell = (error?: Error): void => {
        isUnderWay = false;
        if (!this.leaving) this.current?.tellKept?.(error);
      };
      keeper.run().then(() => tell(), (error: unknown) => tell(error instanceof Error ? error : new Error(String(error))));
    }, env.keepSnapshotsMs);
    this.keeping.unref();
  }

  private get savesAside(): boolean {
    const { keeper, options } = this.shared;
    return keeper !== undefined && options.savesAside === true;
  }

  private async turns(): Promise<void> {
    while (!this.leaving) {
      const { units } = this.share;
      this.taken = false;
      await this.share.actOn(units);
      this.current = units.length === 0 && this.shared.options.servesIdle !== true ? await this.standBy() : await this.serve(units);
      await this.until(() => this.leaving || this.taken || !isSame(this.share.units, units));
      if (!this.leaving) await this.end(units);
    }
  }

  /** Finishes what is in hand and gives its partitions to the others, who take them at once. */
  async leave(): Promise<void> {
    this.leaving = true;
    clearInterval(this.keeping);
    void this.shared.keeper?.stop();
    const turn = this.current;
    const late = delay(STOP_MAX_MS, true, { ref: false });
    try {
      if (await Promise.race([turn?.stop(), late])) this.shared.log.warn({ limitMs: STOP_MAX_MS }, 'what is in hand is not finished: gives its partitions away all the same');
    } finally {
      await this.share.leave();
    }
    await turn?.told?.();
  }

  /** From here on it does nothing more; what it owned is free at once, if anybody can be told. */
  private abandon(): Promise<void> {
    const { log } = this.shared;
    const left = (): Promise<void> => this.share.leave().catch((error: unknown) => log.warn({ err: error }, 'the others have to find out that this replica is gone'));
    this.giving ??= Promise.race([left(), delay(ABANDON_MAX_MS)]);
    return this.giving;
  }

  private readonly die = (error: unknown): void => void this.abandon().then(() => this.shared.die(error));

  private async end(units: readonly Unit[]): Promise<void> {
    const { log } = this.shared;
    log.info({ from: partitionsOf(units, this.shared.options), to: partitionsOf(this.share.units, this.shared.options), taken: this.taken }, 'partitions change: stops, and recovers with what it owns by then');
    const late = setTimeout(() => this.leaving || this.die(new Error(`a life did not stop within ${STOP_MAX_MS} ms`)), STOP_MAX_MS);
    // It stays the current one until it is over: whoever leaves meanwhile waits for it.
    await this.current?.stop();
    this.current = undefined;
    clearTimeout(late);
  }

  private async serve(units: readonly Unit[]): Promise<Turn> {
    const { options, env, log } = this.shared;
    const life = await ServiceLife.open(options, env, {
      partitions: partitionsOf(units, options),
      log,
      die: this.die,
      savesAside: this.savesAside,
      mayAct: () => this.giving === undefined && this.share.holds(units),
      othersMayAct: () => this.share.othersMayAct(units),
      onAppended: () => this.share.hasWritten(),
      onTakenOver: (error) => {
        log.warn({ err: error }, 'another process reads on in this one\'s place');
        this.taken = true;
      },
    });
    this.current = life;
    // A recovery waits for its lease too, and one that is another's by now does not come back.
    let isUp = false;
    await Promise.race([life.start().then(() => (isUp = true)), this.until(() => isUp || !this.share.owns(units))]);
    return life;
  }

  /** Ready to take over, and well while it has nothing to do. */
  private async standBy(): Promise<Turn> {
    const health = await idle(this.shared, []);
    this.shared.log.info('stands by: other replicas own every partition');
    return { stop: () => health.stop(), tellKept: (error) => health.concern(...keptConcern(error)) };
  }

  private until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const forget = this.share.onBeat(() => {
        if (!holds()) return;
        forget();
        resolve();
      });
    });
  }
}

/** What a process says of itself while it serves nothing; `lacks` is what its readiness waits for. */
async function idle({ options, env }: SharedOptions, lacks: readonly string[]): Promise<HealthServer> {
  const metrics = metricsOf(options);
  tellOwned(metrics, []);
  const health = new HealthServer(metrics, lacks, { host: env.healthHost });
  await health.start(env.healthPort);
  return health;
}

const isSame = (one: readonly Unit[], other: readonly Unit[]): boolean => one.join() === other.join();

const isServed = (table: LeaseTable | undefined): boolean => table?.owners.some((owner) => owner !== '') ?? false;

/** Resolves once nobody owns anything, or no replica has given a sign of life for a whole TTL. While the table can't be read nobody is silent. */
async function untilNobodyServes(share: PartitionShare, ttlMs: number, signal: AbortSignal): Promise<void> {
  let [signs, since] = ['', performance.now()];
  while (!signal.aborted && performance.now() - since < ttlMs) {
    const table = await share.look();
    if (table && !isServed(table)) return;
    const found = table && JSON.stringify(table.replicas);
    if (found !== signs || found === undefined) [signs, since] = [found ?? '', performance.now()];
    await delay(ttlMs / LOOKS, undefined, { ref: false });
  }
}
