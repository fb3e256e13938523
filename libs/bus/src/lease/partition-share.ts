import { beaten, emptyTable, given, type LeaseTable, LifeSigns, surplusOf, type Unit, unitsOf, without, writtenBy, type WriterBuild } from './lease-table.js';

/** Where a service's lease table is kept. */
export abstract class LeaseStore {
  /** The newest table with its sequence; undefined where there is none yet. @throws Error where it does not answer in time. */
  abstract read(): Promise<{ readonly table: LeaseTable; readonly sequence: number } | undefined>;
  /** Writes where `expected` is still the last sequence (0 = none yet). @returns whether it was. @throws Error where it does not answer in time. */
  abstract write(table: LeaseTable, expected: number): Promise<boolean>;
  /** Tells that units became free, so that nobody has to wait for the next look. */
  abstract onFreed(listen: () => void): void;
  abstract close(): Promise<void>;
}

export interface ShareOptions {
  /** Unlike any other process's. */
  readonly replica: string;
  /** What there is to share: 8 partitions, or 1 where one replica leads. */
  readonly units: number;
  /** A replica whose signs of life stop for so long is dead, ms. */
  readonly ttlMs: number;
  /** This process's build. */
  readonly writer: WriterBuild;
  /** Monotonic ms of this process. */
  readonly elapsed?: () => number;
  /** Hears once why signs of life can't be given; undefined once they can again. */
  readonly onFailure?: (error: Error | undefined) => void;
}

/** Beats in a TTL, and the part of it by which a holder stops before others take over. */
const BEATS = 4;
const CONFLICTS_MAX = 8;
const HINT_PAUSE_MS = 20;

/**
 * One replica's part in sharing the units of its service. It shows that it lives, takes over what the dead owned, takes
 * its share of what is free, and says what it should give up. It holds what it owns for less than the others wait:
 * counted from before its sign of life was sent, while they count from when they saw it.
 */
export class PartitionShare {
  private readonly signs = new LifeSigns();
  private readonly elapsed: () => number;
  private table: LeaseTable;
  /** Signs of life that it has tried to give. */
  private beats = 0;
  private validUntil = -Infinity;
  private active: readonly Unit[] = [];
  private stopped = false;
  private written = false;
  private failing = false;
  private running: Promise<void> | undefined;
  private wake: (() => void) | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly store: LeaseStore,
    private readonly options: ShareOptions,
  ) {
    this.elapsed = options.elapsed ?? ((): number => performance.now());
    this.table = emptyTable(options.units);
  }

  /** What this replica should act on: what it owns, without what it should give up. */
  get units(): readonly Unit[] {
    const surplus = surplusOf(this.table, this.options.replica);
    return unitsOf(this.table, this.options.replica).filter((unit) => !surplus.includes(unit));
  }

  /** Whether these are its own, as the newest table says that it has seen. */
  owns(units: readonly Unit[]): boolean {
    return units.every((unit) => this.table.owners[unit] === this.options.replica);
  }

  /** Whether it may act on these units at this moment. */
  holds(units: readonly Unit[]): boolean {
    return this.elapsed() < this.validUntil && this.owns(units);
  }

  /** Whether others may act on any of these units by now, and speak for it: it is not this replica's any more, or a whole TTL has passed since its last sign of life was sent. */
  othersMayAct(units: readonly Unit[]): boolean {
    return this.elapsed() >= this.validUntil + this.options.ttlMs / BEATS || !this.owns(units);
  }

  /** The newest build that has written as this service; undefined where none has. Waits for a table that does not answer. */
  async newestWriter(): Promise<WriterBuild | undefined> {
    for (;;) {
      try {
        return (await this.store.read())?.table.writtenBy;
      } catch (error) {
        this.report(error instanceof Error ? error : new Error(String(error)));
      }
      await this.pause(this.options.ttlMs / BEATS);
    }
  }

  /** The table as it is, before this process gives a sign of life: whoever is silent from now on has been so from now on. Undefined where it can't be read. */
  async look(): Promise<LeaseTable | undefined> {
    try {
      const found = await this.store.read();
      if (found) this.signs.see(found.table, this.elapsed());
      return found?.table ?? emptyTable(this.options.units);
    } catch {
      this.signs.forget();
      return undefined;
    }
  }

  /** This process has written to the log: its next sign of life tells of which build it is. */
  hasWritten(): void {
    this.written = true;
  }

  /** Begins to show that it lives. */
  start(): void {
    this.store.onFreed(() => void setTimeout(() => this.wake?.(), HINT_PAUSE_MS));
    this.running = this.run();
  }

  /** Tells after every sign of life, and every failure to give one. @returns how to stop listening. */
  onBeat(listen: () => void): () => void {
    this.listeners.add(listen);
    return () => void this.listeners.delete(listen);
  }

  /** Says on what this process acts from now on; what it owns beyond its share, and does not act on, it gives up at once. */
  async actOn(units: readonly Unit[]): Promise<void> {
    this.active = units;
    if (surplusOf(this.table, this.options.replica).some((unit) => !units.includes(unit))) await this.beat();
  }

  /** Leaves: what it owned is free at once. Where nobody can be told, the others find out by themselves. */
  async leave(): Promise<void> {
    this.stopped = true;
    this.wake?.();
    await this.running;
    this.validUntil = -Infinity;
    await this.change((table) => without(table, [this.options.replica]));
    await this.store.close();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.beat();
      for (const listen of [...this.listeners]) listen();
      if (!this.stopped) await this.pause(this.options.ttlMs / BEATS);
    }
  }

  /** One sign of life. */
  async beat(): Promise<void> {
    const { replica, ttlMs } = this.options;
    let sentAt = 0;
    const done = await this.change((table) => {
      sentAt = this.elapsed();
      this.beats += 1;
      const known = beaten(table, replica, { beat: this.beats, dead: this.signs.dead(table, sentAt, ttlMs) });
      return given(known, replica, surplusOf(known, replica).filter((unit) => !this.active.includes(unit)));
    });
    if (done) this.validUntil = sentAt + ttlMs - ttlMs / BEATS;
    else this.signs.forget();
  }

  /** @returns whether the table is changed; false where the store does not answer. */
  private async change(next: (table: LeaseTable) => LeaseTable): Promise<boolean> {
    try {
      for (let attempt = 0; attempt < CONFLICTS_MAX; attempt += 1) {
        const found = await this.store.read();
        const changed = next(found?.table ?? emptyTable(this.options.units));
        const table = this.written ? writtenBy(changed, this.options.writer) : changed;
        if (!(await this.store.write(table, found?.sequence ?? 0))) continue;
        this.table = table;
        this.signs.see(table, this.elapsed());
        this.report(undefined);
        return true;
      }
      this.report(new Error(`lease table: others were faster ${CONFLICTS_MAX} times`));
    } catch (error) {
      this.report(error instanceof Error ? error : new Error(String(error)));
    }
    return false;
  }

  private report(error: Error | undefined): void {
    if ((error !== undefined) !== this.failing) this.options.onFailure?.(error);
    this.failing = error !== undefined;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake?.(), ms);
      this.wake = (): void => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
    });
  }
}
