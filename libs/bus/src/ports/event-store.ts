import type { Partition } from '@ballast/domain';

/** Bytes with their place in the log. */
export interface StoredMessage {
  readonly partition: Partition;
  readonly sequence: number;
  readonly subject: string;
  readonly bytes: Uint8Array;
}

export type AppendResult = { readonly status: 'appended'; readonly sequence: number } | { readonly status: 'conflict' };

/** The store did not answer: the append may have landed. Load and look before deciding again. */
export class AppendOutcomeUnknown extends Error {
  override readonly name = 'AppendOutcomeUnknown';
}

/** The store could not be asked at all: nothing is said about what was asked of it. */
export class StoreUnreachable extends Error {
  override readonly name = 'StoreUnreachable';
}

export interface ReadRange {
  /** Subject filters; empty = the whole partition. */
  readonly filters: readonly string[];
  /** First sequence, inclusive; default 1. */
  readonly from?: number;
  /** Last sequence, inclusive; default the last one at the time of the call. */
  readonly to?: number;
}

export interface Delivery {
  readonly message: StoredMessage;
  /** 1 at first, more after a redelivery. */
  readonly attempt: number;
  /** The message is dealt with: it will not come again. Acknowledge only after what follows from it is appended. */
  ack(): void;
  /** Tells the store that work goes on, so that it does not deliver again. */
  working(): void;
}

/** A durable place in one partition: everything below `resumeAt` has been acknowledged before. */
export interface Cursor {
  readonly resumeAt: number;
  /** Delivers every matching message from `resumeAt` on, in order, then live, until stopped. */
  start(onDelivery: (delivery: Delivery) => void): Promise<void>;
  stop(): Promise<void>;
}

/** The event log as an adapter gives it: bytes in, bytes out. JetStream, or memory. */
export abstract class EventStore {
  /**
   * Appends one message if the subject's last sequence is still `expectedLastSequence` (0 = the subject is new).
   * `messageId` identifies the decision for the store's own de-duplication, among the processes of one writer: another's message never stands in its way.
   * @throws AppendOutcomeUnknown where the store did not answer.
   */
  abstract append(partition: Partition, subject: string, expectedLastSequence: number, bytes: Uint8Array, messageId: string): Promise<AppendResult>;
  /**
   * Every message of one subject, oldest first. `held`: the sequence of one of them up to which the caller has folded it: what is before that
   * one may be left out where it takes an archive to read it.
   */
  abstract readSubject(partition: Partition, subject: string, held?: number): Promise<readonly StoredMessage[]>;
  /** Bounded replay in order; resolves when `to` has been passed. The callback must not wait. */
  abstract read(partition: Partition, range: ReadRange, onMessage: (message: StoredMessage) => void): Promise<void>;
  abstract lastSequence(partition: Partition): Promise<number>;
  /** The durable place named `consumer` (created on first use at sequence 1). */
  abstract cursor(consumer: string, partition: Partition, filters: readonly string[]): Promise<Cursor>;
}

/** A cache of folds: never the truth, thrown away at will. */
export abstract class SnapshotStore {
  abstract save(key: string, bytes: Uint8Array): Promise<void>;
  abstract load(key: string): Promise<Uint8Array | undefined>;
}
