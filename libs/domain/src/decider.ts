import type { Ms } from './decimal.js';
import type { Id } from './ids.js';

/** What a decision may know beside its state and command: its own identity and the market time it is made at. */
export interface DecisionContext {
  readonly decisionId: Id;
  /** Market time of the decision, ms. */
  readonly at: Ms;
}

/** A moment at which a stream wants to decide again, if nothing else happened: the bus re-arms it after every start. */
export interface Deadline<Command> {
  readonly at: Ms;
  readonly command: Command;
}

/**
 * The rules of one kind of stream. All three functions are pure: no clock, no chance, no I/O.
 * `decide` judges and returns what happens next (nothing for a repeated command); `evolve` takes a recorded event as a
 * fact: it never throws and never judges.
 */
export interface Decider<State, Command, Event extends { readonly type: string }> {
  /** The kind of stream, the fourth token of its subject: `trade`, `position`, `exposure`. */
  readonly kind: string;
  /** The service that alone writes it, the third token. */
  readonly writer: string;
  readonly initial: State;
  decide(state: State, command: Command, context: DecisionContext): readonly Event[];
  evolve(state: State, event: Event): State;
  /** The next moment this stream waits for; absent where it never waits. */
  deadline?(state: State): Deadline<Command> | undefined;
  /** True where nothing will be decided here any more: its state need not stay in memory. */
  finished?(state: State): boolean;
}

/** A rule of the system itself is broken: never caught, the consumer stops and a person is paged. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}
