import type { Id, Ms, Partition } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';

/** One append-only stream: `evt.<partition>.<writer>.<kind>.<id>`. */
export interface StreamId {
  readonly partition: Partition;
  readonly writer: string;
  readonly kind: string;
  readonly id: Id;
}

/** What is stored, as one RFC 8785 JSON object: a whole decision, never half of one. */
export interface Envelope {
  /** Version of this outer object. */
  readonly format: 1;
  readonly decisionId: Id;
  /** `<writer>.<kind>.<id>`. */
  readonly stream: string;
  /** 1 for the first decision of the stream, then one more each. */
  readonly version: number;
  /** Market time, ms. */
  readonly occurredAt: Ms;
  readonly writer: string;
  readonly build: string;
  /** The trade that this belongs to, else the bot, else the portfolio. */
  readonly correlationId: Id;
  /** The decision, command or deadline that this follows from. */
  readonly causationId: Id;
  /** What is handled in order: the account, else the portfolio. */
  readonly lane: Id;
  /** Version of the event contracts that its events need, 1 to `CONTRACTS_UP_TO`. */
  readonly contract: number;
  /** SHA-256 (hex) over the exact bytes of the previous message of this stream; '' for the first. */
  readonly previousHash: string;
  readonly events: readonly unknown[];
}

/** A decision as it was read back: decoded, checked, with its place in the log. */
export interface DecisionRecord extends Omit<Envelope, 'events'> {
  readonly partition: Partition;
  readonly subject: string;
  /** Sequence in the partition's stream. */
  readonly sequence: number;
  /** SHA-256 (hex) over this message's exact bytes. */
  readonly hash: string;
  readonly events: readonly BallastEvent[];
}

/** One event of a decision, as folds and handlers get it. */
export interface Recorded<Event extends BallastEvent = BallastEvent> {
  readonly event: Event;
  readonly index: number;
  readonly decision: DecisionRecord;
}

/** Why something is decided: what the envelope says about its origin. */
export interface Cause {
  readonly causationId: Id;
  readonly correlationId: Id;
  readonly lane: Id;
  /**
   * What it decided in a stream stays its answer there, whatever the stream has become since: for a command that can come twice, and late. `UNLESS_SEALED`: by what is left of the
   * stream, for a command that stops something: it waits for no archive, and where its repetition comes later than a roll-over it decides anew. Default false.
   */
  readonly once?: boolean | 'UNLESS_SEALED';
}

export const streamName = ({ writer, kind, id }: StreamId): string => `${writer}.${kind}.${id}`;
export const subjectOf = (stream: StreamId): string => `evt.${stream.partition}.${streamName(stream)}`;
/** The cause of what follows from a recorded event. */
export const causedBy = ({ decision }: Recorded): Cause => ({ causationId: decision.decisionId, correlationId: decision.correlationId, lane: decision.lane });
