import { type Disarm, type Id, InvariantError, type Partition } from '@ballast/domain';
import { ContractError } from '@ballast/events';
import type { DeadLetter, DeadReason } from '../ports/dead-letters.js';
import type { DecisionRecord } from '../ports/envelope.js';
import type { Cursor, Delivery, StoredMessage } from '../ports/event-store.js';
import { type ConsumerFacts, type ConsumerLimits, type ConsumerOptions, type ConsumerPorts, DEFAULT_LIMITS } from './consumer-types.js';
import { mustStop } from './contract-versions.js';
import { laneOfUnreadable } from './envelope-codec.js';
import { Lanes } from './lanes.js';
import { isOutage } from './outage.js';
import { DeadLetterRefused, ParkedLanes } from './parked-lanes.js';
import { LogFold, type SnapshotCheck } from './recovery.js';
import { SeenOnce } from './seen-once.js';
import { SnapshotPace } from './snapshot-pace.js';
import { handlingSpan } from './spans.js';
import { backoff, WALL_TIMERS, type WaitTimers } from './wall-timers.js';

/** One lane of one partition. */
export interface LaneRef {
  readonly partition: Partition;
  readonly lane: Id;
}

/**
 * One service's way of reading the log: folds all of it at a start, then handles what comes, at least once and in order
 * per lane, lanes at the same time. What cannot be handled is filed as a dead letter and stops nothing else; while the log is
 * away a message waits in its place, however long.
 */
export class EventConsumer {
  private readonly fold: LogFold;
  private readonly lanes: Lanes;
  private readonly parked: ParkedLanes;
  private readonly limits: ConsumerLimits;
  private readonly timers: WaitTimers;
  private readonly types: ReadonlySet<string>;
  private readonly elapsed: () => number;
  private readonly hand = new Map<string, Delivery>();
  private readonly order = new Map<Partition, SeenOnce>();
  private readonly waits = new Set<() => void>();
  private cursors: Cursor[] = [];
  private heartbeat: Disarm | undefined;
  private stopped = false;
  private readonly pace: SnapshotPace;

  constructor(
    private readonly ports: ConsumerPorts,
    private readonly facts: ConsumerFacts,
    private readonly options: ConsumerOptions = {},
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.timers = options.timers ?? WALL_TIMERS;
    this.types = new Set(facts.eventTypes);
    this.fold = new LogFold(ports, facts, options.observer);
    const { fold, timers, limits } = this;
    this.pace = new SnapshotPace({ every: ports.snapshots ? limits.snapshotEvery : Infinity, urgent: () => ports.snapshots !== undefined && fold.opened, save: () => fold.saveSnapshot(), fail: (error) => this.fail(error), timers });
    this.elapsed = options.elapsed ?? ((): number => performance.now());
    this.parked = new ParkedLanes(ports.deadLetters, ports.clock, facts.service);
    this.lanes = new Lanes(this.limits.lanesMax, (error) => this.fail(error));
  }

  /** Folds the log, runs what waits for that, goes live. @throws InvariantError where the log's hash chain is broken. */
  async start(): Promise<void> {
    const began = this.elapsed();
    const counts = await this.fold.recover();
    for (const [partition, count] of counts) {
      this.pace.count(count);
      this.options.observer?.recovered?.(partition, count, this.elapsed() - began);
    }
    await this.parked.recover(this.facts.partitions);
    this.options.observer?.parkedLanes?.(this.parked.list());
    await this.pace.ifDue();
    await this.facts.onRecovered?.();
    if (this.stopped) return;
    this.ports.streams.goLive();
    this.cursors = await Promise.all(this.facts.partitions.map((partition) => this.ports.store.cursor(this.facts.service, partition, this.fold.filters)));
    for (const cursor of this.cursors) await cursor.start((delivery) => this.receive(delivery));
  }

  /**
   * Folds the log for whoever comes to own these partitions, and goes no further: nothing is handled, decided or acknowledged. Only on
   * a consumer that is not started. @returns how many messages a start need not fold any more.
   */
  async keep(): Promise<number> {
    const counts = await this.fold.recover();
    await this.fold.saveSnapshot('keeper');
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Stops pulling and finishes what is under way; what waits in a lane comes again at the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.heartbeat?.();
    this.pace.stop();
    this.ports.streams.stop();
    for (const wake of this.waits) wake();
    await Promise.all(this.cursors.map((cursor) => cursor.stop()));
    await this.lanes.idle();
  }

  /** Messages received and not yet acknowledged. */
  get inHand(): number {
    return this.hand.size;
  }

  /** `<partition>:<lane>` of every lane that waits for a person. */
  parkedLanes(): readonly string[] {
    return this.parked.list();
  }

  /** Last sequence folded. */
  reached(partition: Partition): number {
    return this.fold.reachedIn(partition);
  }

  /** Handles the open letters of a lane in order and lets it go on; how many. @throws what the first failing one threw: the lane stays parked. */
  async retryLane({ partition, lane }: LaneRef, by: string): Promise<number> {
    return this.lanes.ask(`${partition}:${lane}`, async () => {
      const letters = await this.parked.ofLane(partition, lane);
      if (letters.length === 0) throw new DeadLetterRefused(`lane ${partition}:${lane}: found no open dead letter of ${this.facts.service}`);
      for (const letter of letters) await this.handleAgain(letter, by);
      return letters.length;
    });
  }

  /** Handles one letter again: one that is INVALID, or the oldest of its lane. @throws DeadLetterRefused, or what the handler threw. */
  async retry(deadId: Id, by: string): Promise<void> {
    const letter = await this.parked.find(deadId);
    await this.lanes.ask(`${letter.partition}:${letter.lane}`, async () => {
      const [oldest] = await this.parked.ofLane(letter.partition, letter.lane);
      if (letter.reason !== 'INVALID' && oldest && oldest.deadId !== deadId) throw new DeadLetterRefused(`dead letter ${deadId}: its lane ${letter.partition}:${letter.lane} goes on in order, first is ${oldest.deadId}`);
      await this.handleAgain(await this.parked.find(deadId), by);
    });
  }

  /** Gives a letter up; the last one of a lane lets the lane go on. @throws DeadLetterRefused */
  async discard(deadId: Id, by: string): Promise<void> {
    const letter = await this.parked.find(deadId);
    await this.lanes.ask(`${letter.partition}:${letter.lane}`, async () => this.resolve(await this.parked.find(deadId), 'DISCARDED', by));
  }

  saveSnapshot(): Promise<void> {
    return this.fold.saveSnapshot();
  }

  /** Folds the log anew and compares with the snapshot. Only before `start`. */
  verifySnapshot(): Promise<SnapshotCheck> {
    return this.fold.verify();
  }

  private receive(delivery: Delivery): void {
    if (this.stopped) return;
    const { message } = delivery;
    const key = `${message.partition}:${message.sequence}`;
    if (this.hand.has(key)) {
      this.hand.set(key, delivery);
      delivery.working();
      return;
    }
    try {
      const since = this.elapsed();
      const record = this.fold.read(message);
      this.foldNew(message, () => this.fold.take(record));
      if (!record.events.some(({ type }) => this.types.has(type))) delivery.ack();
      else this.queue(key, record.lane, delivery, () => this.handle(key, record, { message, since }));
    } catch (error) {
      if (error instanceof ContractError && !mustStop(error, { subject: message.subject, service: this.facts.service })) this.receiveInvalid(key, delivery, error);
      else this.fail(error);
    }
  }

  private receiveInvalid(key: string, delivery: Delivery, fault: ContractError): void {
    const { message } = delivery;
    try {
      this.foldNew(message, () => this.fold.passOver(message));
    } catch (error) {
      return this.fail(error);
    }
    const lane = laneOfUnreadable(message);
    this.queue(key, lane, delivery, () => this.bury(key, message, { lane, reason: 'INVALID', detail: fault.message }));
  }

  /** Folds what was not folded before. @throws InvariantError for a message that came too late to be folded in order. */
  private foldNew({ partition, sequence }: StoredMessage, fold: () => void): void {
    const order = this.order.get(partition) ?? new SeenOnce(partition);
    this.order.set(partition, order);
    if (!order.isNew(sequence, this.fold.reachedIn(partition))) return;
    fold();
    this.pace.count(1);
    void this.pace.ifDue();
  }

  private queue(key: string, lane: Id, delivery: Delivery, run: () => Promise<void>): void {
    this.hand.set(key, delivery);
    this.options.observer?.inHand?.(this.hand.size);
    this.beat();
    this.lanes.add(`${delivery.message.partition}:${lane}`, () => (this.stopped ? Promise.resolve() : run()));
  }

  private async handle(key: string, record: DecisionRecord, { message, since }: { readonly message: StoredMessage; readonly since: number }): Promise<void> {
    const { lane, partition } = record;
    if (this.parked.has(partition, lane)) return this.bury(key, message, { lane, reason: 'LANE_PARKED', detail: `an earlier message of lane ${lane} waits for a person` });
    for (let attempt = 1, faults = 0; !this.stopped; attempt += 1) {
      try {
        await handlingSpan(this.options.traces, record, this.facts.service, attempt, () => this.dispatch(record));
        this.acknowledge(key);
        this.options.observer?.handled?.(record, attempt, this.elapsed() - since);
        return;
      } catch (error) {
        if (error instanceof InvariantError) throw error;
        if (error instanceof ContractError) return this.bury(key, message, { lane, reason: 'INVALID', detail: error.message });
        if (!isOutage(error)) faults += 1;
        const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        if (faults >= this.limits.attemptsMax) return this.bury(key, message, { lane, reason: 'FAILED', detail: `${detail} (${faults} attempts)` });
        this.options.observer?.retried?.(partition, lane, error instanceof Error ? error : new Error(detail));
        await this.wait(backoff(attempt, this.limits.retryFirstMs, this.limits.retryMostMs));
      }
    }
  }

  private async dispatch(record: DecisionRecord): Promise<void> {
    for (const [index, event] of record.events.entries()) if (this.types.has(event.type)) await this.facts.dispatch({ event, index, decision: record });
  }

  /** A message is acknowledged only when its letter is stored, however long that takes. */
  private async bury(key: string, message: StoredMessage, { lane, reason, detail }: { readonly lane: Id; readonly reason: DeadReason; readonly detail: string }): Promise<void> {
    for (let attempt = 1; !this.stopped; attempt += 1) {
      try {
        await this.parked.bury(message, lane, reason, detail);
        this.acknowledge(key);
        this.options.observer?.dead?.(message.partition, lane, reason);
        this.options.observer?.parkedLanes?.(this.parked.list());
        return;
      } catch (error) {
        this.options.observer?.retried?.(message.partition, lane, error instanceof Error ? error : new Error(String(error)));
        await this.wait(backoff(attempt, this.limits.retryFirstMs, this.limits.retryMostMs));
      }
    }
  }

  private async handleAgain(letter: DeadLetter, by: string): Promise<void> {
    if (letter.sequence === 0) throw new DeadLetterRefused(`dead letter ${letter.deadId}: it never was in the log, so only its sender can send it again; discard it`);
    const { partition, sequence, subject } = letter;
    try {
      await this.dispatch(this.fold.read({ partition, sequence, subject, bytes: Buffer.from(letter.payload, 'base64') }));
    } catch (error) {
      if (error instanceof InvariantError) this.fail(error);
      throw error;
    }
    await this.resolve(letter, 'RETRIED', by);
  }

  private async resolve(letter: DeadLetter, resolution: 'RETRIED' | 'DISCARDED', by: string): Promise<void> {
    await this.parked.resolve(letter, resolution, by);
    this.options.observer?.parkedLanes?.(this.parked.list());
  }

  private acknowledge(key: string): void {
    this.hand.get(key)?.ack();
    this.hand.delete(key);
    this.options.observer?.inHand?.(this.hand.size);
    if (this.hand.size === 0) this.heartbeat = void this.heartbeat?.();
  }

  private beat(): void {
    if (this.heartbeat || this.limits.heartbeatMs === 0) return;
    this.heartbeat = this.timers.after(this.limits.heartbeatMs, () => {
      this.heartbeat = undefined;
      for (const delivery of this.hand.values()) delivery.working();
      if (this.hand.size > 0 && !this.stopped) this.beat();
    });
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const disarm = this.timers.after(ms, () => wake());
      const wake = (): void => {
        disarm();
        this.waits.delete(wake);
        resolve();
      };
      this.waits.add(wake);
    });
  }

  private fail(error: unknown): void {
    if (this.stopped) return;
    this.stopped = true;
    this.heartbeat?.();
    this.pace.stop();
    this.ports.streams.stop();
    for (const wake of this.waits) wake();
    for (const cursor of this.cursors) void cursor.stop();
    this.facts.onFatal?.(error instanceof Error ? error : new Error(String(error)));
  }
}
