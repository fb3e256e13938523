import { InvariantError, type Partition } from '@ballast/domain';
import { ContractError } from '@ballast/events';
import { readTrusted } from '../core/envelope-codec.js';
import { SealedLog } from '../core/sealed.js';
import type { Look } from '../jetstream/seals.js';
import { type AppendResult, type Cursor, EventStore, type ReadRange, type StoredMessage } from '../ports/event-store.js';
import type { SealedPart } from './sealed-part.js';

/** So long what was seen of a partition serves the next read, ms: what goes meanwhile is found by that read itself. */
const SEEN_MS = 1_000;

/**
 * The log as one, of which a part may be sealed: that part comes from its archive, byte for byte at its own sequences, and the rest
 * from the stream. Without an archive the sealed part cannot be read, and whoever asks for it is told so.
 */
export class SealedEventStore extends EventStore {
  private readonly seen = new Map<Partition, Look & { readonly at: number }>();

  constructor(
    private readonly store: EventStore,
    private readonly look: (partition: Partition) => Promise<Look>,
    private readonly sealed: Pick<SealedPart, 'read' | 'readSubject'> | undefined,
  ) {
    super();
  }

  append(partition: Partition, subject: string, expectedLastSequence: number, bytes: Uint8Array, messageId: string): Promise<AppendResult> {
    return this.store.append(partition, subject, expectedLastSequence, bytes, messageId);
  }

  /** Without an archive: what the stream still has of it, which is at least the last one. */
  async readSubject(partition: Partition, subject: string, held = 0): Promise<readonly StoredMessage[]> {
    const found = await this.store.readSubject(partition, subject);
    const [oldest] = found;
    // A subject never goes as a whole: of what is not there, nothing is sealed. What is folded already needs no archive either.
    if (!this.sealed || !oldest || oldest.sequence <= held || isFirst(oldest)) return found;
    const { seal } = await this.lookAt(partition);
    return seal ? [...(await this.sealed.readSubject(partition, seal, subject, Math.min(oldest.sequence, seal.upTo + 1))), ...found] : found;
  }

  /** @throws SealedLog where a part is asked for that is sealed, and no archive is named */
  async read(partition: Partition, range: ReadRange, onMessage: (message: StoredMessage) => void): Promise<void> {
    const from = range.from ?? 1;
    const { seal, lastSequence } = range.to === undefined ? await this.lookAt(partition) : await this.seenOf(partition);
    const upTo = seal?.upTo ?? 0;
    const to = range.to ?? lastSequence;
    if (seal && from <= upTo) {
      if (!this.sealed) throw new SealedLog(`partition ${partition} of the log is sealed up to ${upTo}, and is asked for from ${from} on`);
      await this.sealed.read(partition, seal, { ...range, from, to: Math.min(to, upTo) }, onMessage);
    }
    const rest = Math.max(from, upTo + 1);
    if (to >= rest) await this.readRest(partition, { ...range, from: rest, to }, onMessage);
  }

  async lastSequence(partition: Partition): Promise<number> {
    return (await this.lookAt(partition)).lastSequence;
  }

  cursor(consumer: string, partition: Partition, filters: readonly string[]): Promise<Cursor> {
    return this.store.cursor(consumer, partition, filters);
  }

  /** What goes while everything is read leaves a hole, which the reader finds; behind filters nobody sees it, so it is looked for. */
  private async readRest(partition: Partition, range: ReadRange & { readonly from: number; readonly to: number }, onMessage: (message: StoredMessage) => void): Promise<void> {
    try {
      await this.store.read(partition, range, onMessage);
    } catch (error) {
      if (error instanceof InvariantError) await this.demandThere(partition, range.from);
      throw error;
    }
    if (range.filters.length > 0) await this.demandThere(partition, range.from);
  }

  private async demandThere(partition: Partition, from: number): Promise<void> {
    const { seal } = await this.lookAt(partition);
    if (seal && seal.upTo >= from) throw new SealedLog(`partition ${partition} of the log was rolled over up to ${seal.upTo} while it was read`);
  }

  private async lookAt(partition: Partition): Promise<Look> {
    const at = performance.now();
    const look = await this.look(partition);
    this.seen.set(partition, { ...look, at });
    return look;
  }

  private seenOf(partition: Partition): Look | Promise<Look> {
    const seen = this.seen.get(partition);
    return seen && performance.now() - seen.at < SEEN_MS ? seen : this.lookAt(partition);
  }
}

/** Whether a stream begins with this message; of one that cannot be read nothing is known. */
function isFirst(message: StoredMessage): boolean {
  try {
    return readTrusted(message).version === 1;
  } catch (error) {
    if (error instanceof ContractError) return false;
    throw error;
  }
}
