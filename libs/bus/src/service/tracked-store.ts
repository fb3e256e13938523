import type { Partition } from '@ballast/domain';
import { type AppendResult, type Cursor, EventStore, type ReadRange, type StoredMessage } from '../ports/event-store.js';

/** A store that remembers how far this process has written: what a lock step waits for everybody to have read. */
export class TrackedStore extends EventStore {
  private readonly last = new Map<string, number>();

  constructor(private readonly store: EventStore) {
    super();
  }

  /** Last sequence appended by this process, by `<partition>:<writer>.<kind>`. */
  appended(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.last);
  }

  async append(partition: Partition, subject: string, expectedLastSequence: number, bytes: Uint8Array, messageId: string): Promise<AppendResult> {
    const result = await this.store.append(partition, subject, expectedLastSequence, bytes, messageId);
    if (result.status === 'appended') {
      const [, , writer, kind] = subject.split('.', 4);
      const key = `${partition}:${writer ?? ''}.${kind ?? ''}`;
      this.last.set(key, Math.max(this.last.get(key) ?? 0, result.sequence));
    }
    return result;
  }

  readSubject(partition: Partition, subject: string, held?: number): Promise<readonly StoredMessage[]> {
    return this.store.readSubject(partition, subject, held);
  }

  read(partition: Partition, range: ReadRange, onMessage: (message: StoredMessage) => void): Promise<void> {
    return this.store.read(partition, range, onMessage);
  }

  lastSequence(partition: Partition): Promise<number> {
    return this.store.lastSequence(partition);
  }

  cursor(consumer: string, partition: Partition, filters: readonly string[]): Promise<Cursor> {
    return this.store.cursor(consumer, partition, filters);
  }
}
