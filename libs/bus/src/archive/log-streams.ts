import type { Partition } from '@ballast/domain';

/** A stored message with all that a copy of the log must have. */
export interface ArchivedMessage {
  /** Sequence in its stream. */
  readonly sequence: number;
  readonly subject: string;
  /** Names and values; those of the store itself (`Nats-…`: conditions of an append, de-duplication) say nothing of the message and are left out. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly bytes: Uint8Array;
}

/** A durable place of one user in one stream: what it had acknowledged is not delivered to it again. */
export interface Place {
  readonly stream: string;
  readonly user: string;
  /** The place's own name. */
  readonly consumer: string;
  /** Everything below has been acknowledged. */
  readonly resumeAt: number;
}

/** A place whose user may have to read what is sealed. */
export interface Reader extends Place {
  /** Whether it has said that it can: it was started with an archive. */
  readonly hasArchive: boolean;
}

/** What a stream holds now. */
export interface StreamSize {
  readonly messages: number;
  /** As the store counts them, with subjects and headers. */
  readonly bytes: number;
  readonly lastSequence: number;
}

/** How far a user's snapshots reach in one partition; 0 = there is none. */
export interface SnapshotReach {
  readonly user: string;
  readonly sequence: number;
}

/** A subject of which everything before `below` goes; the message at `below` is of this subject and stays. */
export type Thinning = readonly [subject: string, below: number];

/** What became of an append at one exact sequence; `unknown`: no answer, it may have landed. */
export type AppendAt = 'stored' | 'conflict' | 'unknown';

/** The durable streams as an archive sees them: bytes in, bytes out, at their sequences, nothing read of them. */
export abstract class LogStreams {
  abstract lastSequence(stream: string): Promise<number>;
  /** Every message from `from` to `to`, both inclusive, in order. @throws InvariantError where the stream has a hole or ends before. */
  abstract read(stream: string, from: number, to: number, onMessage: (message: ArchivedMessage) => void): Promise<void>;
  /** Appends this message if it then has exactly its own sequence in the stream. */
  abstract append(stream: string, message: ArchivedMessage): Promise<AppendAt>;
  abstract places(): Promise<readonly Place[]>;
  /** The places in one stream. */
  abstract readers(stream: string): Promise<readonly Reader[]>;
  /** Makes places anew where there are none; one that is there stays as it is. */
  abstract restorePlaces(places: readonly Place[]): Promise<void>;
  abstract size(stream: string): Promise<StreamSize>;
  /** The last message of one subject. */
  abstract last(stream: string, subject: string): Promise<ArchivedMessage | undefined>;
  /** How many messages each subject has now. */
  abstract subjects(stream: string): Promise<ReadonlyMap<string, number>>;
  /** Of every user that has snapshots of this partition, the furthest. */
  abstract snapshotReaches(partition: Partition): Promise<readonly SnapshotReach[]>;
  /**
   * Removes what is sealed, up to `upTo`; with nothing to thin it says whether it could. The places of users in `without` do not count.
   * @throws Error where the stream's opening does not seal so much, or somebody's place is not beyond it.
   */
  abstract thin(stream: string, upTo: number, subjects: readonly Thinning[], without?: readonly string[]): Promise<void>;
  abstract close(): Promise<void>;
}
