import { setTimeout as delay } from 'node:timers/promises';
import { Clock, type Disarm, type Id, type Ms, type Partition } from '@ballast/domain';
import { type AppendResult, type Cursor, EventStore, type ReadRange, type StoredMessage } from '../ports/event-store.js';
import { Pacer } from '../ports/pacer.js';
import { type Reply, Requests } from '../ports/requests.js';

const LAPSED_LOOK_MS = 50;

/**
 * What one life of a service hangs on. Once it is cut, whatever of that life is still under way hears nothing any more and does
 * nothing any more: it is as dead as if its process had ended, though another life goes on in the same process.
 */
export class Lifeline {
  /** Resolves when it is cut. */
  readonly ended: Promise<void>;
  private isCut = false;
  private tellEnd: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.tellEnd = resolve;
    });
  }

  cut(): void {
    this.isCut = true;
    this.tellEnd();
  }

  get over(): boolean {
    return this.isCut;
  }

  /** Runs it, unless the life is over by then. */
  run(task: () => void): void {
    if (!this.isCut) task();
  }

  /** Ends as `asked` does, or never where the life is over by then. */
  settle<T>(asked: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      asked.then(
        (value) => this.run(() => resolve(value)),
        (error: unknown) => this.run(() => reject(error instanceof Error ? error : new Error(String(error)))),
      );
    });
  }

  /** Asks, unless the life is over: then it is never answered. */
  ask<T>(question: () => Promise<T>): Promise<T> {
    return this.isCut ? new Promise<T>(() => undefined) : this.settle(question());
  }
}

/** Market time as one life of a service hears it. */
export class LifeClock extends Clock {
  constructor(
    private readonly clock: Clock,
    private readonly line: Lifeline,
  ) {
    super();
  }

  now(): Ms {
    return this.clock.now();
  }

  at(time: Ms, run: () => void): Disarm {
    return this.clock.at(time, () => this.line.run(run));
  }

  override speed(): number {
    return this.clock.speed();
  }
}

/** The pace as one life of a service keeps it: nothing that waits for it happens after the end. */
export class LifePacer extends Pacer {
  constructor(
    private readonly pacer: Pacer & { underWay(kind: 'work' | 'venue'): number },
    private readonly line: Lifeline,
  ) {
    super();
  }

  whenOpen(run: () => void): void {
    this.pacer.whenOpen(() => this.line.run(run));
  }

  busy(kind: 'work' | 'venue'): () => void {
    return this.pacer.busy(kind);
  }

  underWay(kind: 'work' | 'venue'): number {
    return this.pacer.underWay(kind);
  }
}

/** Requests of one life of a service. */
export class LifeRequests extends Requests {
  constructor(
    private readonly requests: Requests,
    private readonly line: Lifeline,
  ) {
    super();
  }

  command(service: string, partition: Partition, verb: string, payload: object, key: Id): Promise<Reply> {
    return this.line.ask(() => this.requests.command(service, partition, verb, payload, key));
  }

  query(service: string, partition: Partition, name: string, payload: object): Promise<Reply> {
    return this.line.ask(() => this.requests.query(service, partition, name, payload));
  }

  as(person: string): Requests {
    return new LifeRequests(this.requests.as(person), this.line);
  }
}

/** The log as one life of a service may write it: not while its lease has lapsed, and never after its end. */
export class LifeStore extends EventStore {
  /** `mayAct`: whether this process may act on a partition now. `onAppended`: told of each append that the log has. */
  constructor(
    private readonly store: EventStore,
    private readonly line: Lifeline,
    private readonly mayAct: (partition: Partition) => boolean,
    private readonly onAppended: () => void,
  ) {
    super();
  }

  /** Waits while the lease has lapsed: it is renewed, or this life is over. */
  async append(partition: Partition, subject: string, expectedLastSequence: number, bytes: Uint8Array, messageId: string): Promise<AppendResult> {
    await this.allowed(partition);
    const result = await this.line.ask(() => this.store.append(partition, subject, expectedLastSequence, bytes, messageId));
    if (result.status === 'appended') this.onAppended();
    return result;
  }

  readSubject(partition: Partition, subject: string, held?: number): Promise<readonly StoredMessage[]> {
    return this.line.ask(() => this.store.readSubject(partition, subject, held));
  }

  read(partition: Partition, range: ReadRange, onMessage: (message: StoredMessage) => void): Promise<void> {
    return this.line.ask(() => this.store.read(partition, range, (message) => this.line.run(() => onMessage(message))));
  }

  lastSequence(partition: Partition): Promise<number> {
    return this.line.ask(() => this.store.lastSequence(partition));
  }

  /** Waits as `append` does: a cursor is taken from whoever has it. */
  async cursor(consumer: string, partition: Partition, filters: readonly string[]): Promise<Cursor> {
    await this.allowed(partition);
    return this.line.ask(() => this.store.cursor(consumer, partition, filters));
  }

  private async allowed(partition: Partition): Promise<void> {
    while (!this.line.over && !this.mayAct(partition)) await delay(LAPSED_LOOK_MS);
  }
}
