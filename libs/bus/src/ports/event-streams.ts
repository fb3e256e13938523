import type { Decider, Id, Partition } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import type { Cause, Recorded, StreamId } from './envelope.js';

export interface Versioned<State> {
  readonly state: State;
  /** 0 for a stream without events. */
  readonly version: number;
}

export interface Execution<State, Event> extends Versioned<State> {
  /** `nothing`: the decider decided no events. `duplicate`: this very decision was in the log already. */
  readonly outcome: 'appended' | 'nothing' | 'duplicate';
  readonly decisionId: Id;
  /** The decision's events, decoded; also for a duplicate. */
  readonly events: readonly Event[];
}

/** Decides, appends, folds: the one way to change anything. */
export abstract class EventStreams {
  /**
   * Loads the stream, decides, appends with the expected version, folds. On a conflict it loads again, looks for its own
   * decision, and else decides again; after an unknown outcome likewise. A stream's executions run one after another.
   */
  abstract execute<State, Command, Event extends BallastEvent>(decider: Decider<State, Command, Event>, id: { readonly partition: Partition; readonly id: Id }, command: Command, cause: Cause): Promise<Execution<State, Event>>;
  abstract load<State, Command, Event extends BallastEvent>(decider: Decider<State, Command, Event>, id: { readonly partition: Partition; readonly id: Id }): Promise<Versioned<State>>;
  /**
   * Announces that this service decides streams of this kind, before it goes live: their states are then recovered with
   * the log, and their deadlines armed. `causeOf` says lane and correlation of what a deadline decides;
   * `onDecided` hears every decision of this kind that this process appended, whatever caused it (also a deadline).
   */
  abstract own<State, Command, Event extends BallastEvent>(decider: Decider<State, Command, Event>, options?: OwnOptions<State, Event>): void;
  /** One unfinished owned stream as it is in memory now: costs nothing, so that market data may ask. */
  abstract held<State, Command, Event extends BallastEvent>(decider: Decider<State, Command, Event>, id: { readonly partition: Partition; readonly id: Id }): Versioned<State> | undefined;
  /** States of every unfinished owned stream of this kind that is in memory, after recovery. */
  abstract owned<State, Command, Event extends BallastEvent>(decider: Decider<State, Command, Event>): ReadonlyMap<StreamId, Versioned<State>>;
}

export interface OwnOptions<State, Event> {
  readonly onDecided?: (stream: StreamId, execution: Execution<State, Event>) => void;
}

/**
 * A fold that a service keeps for itself, of whatever it reads: exposure, books of its own. `state` is plain data
 * (objects, arrays, Map, Set, value types), so that a snapshot can hold it.
 */
export interface Projection<State = unknown> {
  readonly name: string;
  /** Event types that it folds. */
  readonly reads: readonly string[];
  state: State;
  /** A recorded event is a fact: never throws, never waits. */
  apply(recorded: Recorded): void;
}
