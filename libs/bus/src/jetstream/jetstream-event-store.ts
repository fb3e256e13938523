import type { Partition } from '@ballast/domain';
import { AppendOutcomeUnknown, EventStore, type AppendResult, type Cursor, type ReadRange, type StoredMessage } from '../ports/event-store.js';
import type { Link } from './link.js';
import { eventsStream } from './names.js';
import { getDirect, lastSequenceOf } from './direct.js';
import { JetStreamCursor } from './jetstream-cursor.js';
import type { ProvisioningClient } from './provisioning-client.js';
import { NoAnswer, type StorePublisher } from './publisher.js';
import { readRange } from './reader.js';

export interface EventStoreOptions {
  /** A cursor cannot go on; whoever runs the service stops it. */
  readonly onFault: (error: Error) => void;
}

/** Below this many messages a direct get for each is faster than a reader of its own (measured: 0.2 ms against 2 ms). */
const DIRECT_MAX = 10;

/** The log on JetStream: one stream per partition, one message per decision, the expected sequence on every append. */
export class JetStreamEventStore extends EventStore {
  constructor(
    private readonly link: Link,
    private readonly publisher: StorePublisher,
    private readonly provisioning: ProvisioningClient,
    private readonly options: EventStoreOptions,
  ) {
    super();
  }

  async append(partition: Partition, subject: string, expectedLastSequence: number, bytes: Uint8Array, messageId: string): Promise<AppendResult> {
    if (!subject.startsWith(`evt.${partition}.`)) throw new Error(`subject: found "${subject}", allowed is evt.${partition}.>`);
    try {
      const answer = await this.publisher.store(subject, bytes, { expectedLastSequence, messageId });
      return answer.status === 'conflict' ? { status: 'conflict' } : { status: 'appended', sequence: answer.sequence };
    } catch (error) {
      if (error instanceof NoAnswer) throw new AppendOutcomeUnknown(`append to ${subject}: ${error.message}`, { cause: error });
      throw error;
    }
  }

  async readSubject(partition: Partition, subject: string): Promise<readonly StoredMessage[]> {
    const stream = eventsStream(partition);
    const found: StoredMessage[] = [];
    let next = 1;
    while (found.length < DIRECT_MAX) {
      const message = await getDirect(this.link, stream, { seq: next, next_by_subj: subject });
      if (message === undefined) return found;
      found.push({ partition, ...message });
      next = message.sequence + 1;
    }
    await this.read(partition, { filters: [subject], from: next }, (message) => found.push(message));
    return found;
  }

  async read(partition: Partition, range: ReadRange, onMessage: (message: StoredMessage) => void): Promise<void> {
    const to = range.to ?? (await this.lastSequence(partition));
    const request = { stream: eventsStream(partition), filters: range.filters, from: range.from ?? 1, to };
    await readRange(this.link, this.provisioning, request, (message) => onMessage({ partition, ...message }));
  }

  lastSequence(partition: Partition): Promise<number> {
    return lastSequenceOf(this.link, eventsStream(partition));
  }

  async cursor(consumer: string, partition: Partition, filters: readonly string[]): Promise<Cursor> {
    const grant = await this.provisioning.cursor({ stream: eventsStream(partition), consumer, filters });
    return new JetStreamCursor(this.link, this.provisioning, { consumer, partition, filters, onFault: this.options.onFault }, grant);
  }
}
