import { PARTITIONS, type Partition } from '@ballast/domain';
import { type AppendResult, type Cursor, type Delivery, EventStore, type ReadRange, type StoredMessage } from '../ports/event-store.js';
import { matchesAny } from '../core/subject-filters.js';
import { WorkQueue } from './work-queue.js';

interface Log {
  readonly messages: StoredMessage[];
  readonly bySubject: Map<string, StoredMessage[]>;
  readonly places: Map<string, Place>;
}

/** What outlives a process: which messages a consumer has acknowledged. */
interface Place {
  filters: readonly string[];
  readonly acknowledged: Set<number>;
  floor: number;
  live: MemoryCursor | undefined;
}

/** The event log in memory: same promises as the durable one, deliveries first in first out over all consumers. */
export class InMemoryEventStore extends EventStore {
  private readonly logs: readonly Log[] = Array.from({ length: PARTITIONS }, () => ({ messages: [], bySubject: new Map<string, StoredMessage[]>(), places: new Map<string, Place>() }));

  constructor(private readonly work: WorkQueue = new WorkQueue()) {
    super();
  }

  append(partition: Partition, subject: string, expectedLastSequence: number, bytes: Uint8Array): Promise<AppendResult> {
    const last = this.log(partition).bySubject.get(subject)?.at(-1)?.sequence ?? 0;
    if (last !== expectedLastSequence) return Promise.resolve({ status: 'conflict' });
    return Promise.resolve({ status: 'appended', sequence: this.add(partition, subject, bytes).sequence });
  }

  readSubject(partition: Partition, subject: string): Promise<readonly StoredMessage[]> {
    return Promise.resolve([...(this.log(partition).bySubject.get(subject) ?? [])]);
  }

  read(partition: Partition, { filters, from = 1, to }: ReadRange, onMessage: (message: StoredMessage) => void): Promise<void> {
    const { messages } = this.log(partition);
    const last = Math.min(to ?? messages.length, messages.length);
    for (let sequence = from; sequence <= last; sequence += 1) {
      const message = messages[sequence - 1];
      if (message && (filters.length === 0 || matchesAny(filters, message.subject))) onMessage(message);
    }
    return Promise.resolve();
  }

  lastSequence(partition: Partition): Promise<number> {
    return Promise.resolve(this.log(partition).messages.length);
  }

  cursor(consumer: string, partition: Partition, filters: readonly string[]): Promise<Cursor> {
    const { places, messages } = this.log(partition);
    const place: Place = places.get(consumer) ?? { filters, acknowledged: new Set<number>(), floor: 1, live: undefined };
    place.filters = filters;
    places.set(consumer, place);
    return Promise.resolve(new MemoryCursor(place, messages, this.work));
  }

  /** Puts bytes into the log past every check, as a writer outside this system could. */
  add(partition: Partition, subject: string, bytes: Uint8Array): StoredMessage {
    const log = this.log(partition);
    const message: StoredMessage = { partition, sequence: log.messages.length + 1, subject, bytes };
    log.messages.push(message);
    const own = log.bySubject.get(subject);
    if (own) own.push(message);
    else log.bySubject.set(subject, [message]);
    for (const { live } of log.places.values()) live?.offer(message);
    return message;
  }

  /** Delivers again whatever was delivered and not acknowledged, as the durable log does after its wait. */
  redeliver(consumer: string, partition: Partition): void {
    this.log(partition).places.get(consumer)?.live?.redeliver();
  }

  private log(partition: Partition): Log {
    const log = this.logs[partition];
    if (!log) throw new RangeError(`partition: found ${partition}, allowed is 0 to ${PARTITIONS - 1}`);
    return log;
  }
}

class MemoryCursor implements Cursor {
  readonly resumeAt: number;
  private onDelivery: ((delivery: Delivery) => void) | undefined;
  private readonly attempts = new Map<number, number>();

  constructor(
    private readonly place: Place,
    private readonly messages: readonly StoredMessage[],
    private readonly work: WorkQueue,
  ) {
    this.resumeAt = place.floor;
  }

  start(onDelivery: (delivery: Delivery) => void): Promise<void> {
    this.onDelivery = onDelivery;
    this.place.live = this;
    for (let sequence = this.resumeAt; sequence <= this.messages.length; sequence += 1) {
      const message = this.messages[sequence - 1];
      if (message) this.offer(message);
    }
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.onDelivery = undefined;
    if (this.place.live === this) this.place.live = undefined;
    return Promise.resolve();
  }

  offer(message: StoredMessage): void {
    if (this.place.acknowledged.has(message.sequence) || message.sequence < this.place.floor) return;
    if (matchesAny(this.place.filters, message.subject)) this.work.post(() => this.deliver(message));
  }

  redeliver(): void {
    for (const sequence of [...this.attempts.keys()].sort((a, b) => a - b)) {
      const message = this.messages[sequence - 1];
      if (message) this.offer(message);
    }
  }

  private deliver(message: StoredMessage): void {
    const { sequence } = message;
    if (!this.onDelivery || this.place.acknowledged.has(sequence) || sequence < this.place.floor) return;
    const attempt = (this.attempts.get(sequence) ?? 0) + 1;
    this.attempts.set(sequence, attempt);
    this.onDelivery({ message, attempt, ack: () => this.ack(sequence), working: () => undefined });
  }

  private ack(sequence: number): void {
    this.attempts.delete(sequence);
    const { place, messages } = this;
    place.acknowledged.add(sequence);
    for (let message = messages[place.floor - 1]; message && this.isDealtWith(message); message = messages[place.floor - 1]) {
      place.acknowledged.delete(place.floor);
      place.floor += 1;
    }
  }

  private isDealtWith({ sequence, subject }: StoredMessage): boolean {
    return this.place.acknowledged.has(sequence) || !matchesAny(this.place.filters, subject);
  }
}
