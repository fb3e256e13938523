import type { Decider, Partition } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { streamName } from '../ports/envelope.js';
import type { EventStreams } from '../ports/event-streams.js';

/** What a decider holds of one stream, as plain text values. */
export interface OwnedState {
  /** `<writer>.<kind>.<id>`. */
  readonly stream: string;
  readonly version: number;
  readonly state: object;
}

/** The answer to the query `state` of a service that owns streams. */
export interface OwnedStates {
  readonly streams: readonly OwnedState[];
}

/** The states of one kind in one partition, as `say` puts them; those of which it says nothing are left out. */
export function ownedStates<State, Command, Event extends BallastEvent>(streams: EventStreams, decider: Decider<State, Command, Event>, partition: Partition, say: (state: State) => object | undefined): readonly OwnedState[] {
  return [...streams.owned(decider)].flatMap(([stream, { state, version }]) => {
    const said = stream.partition === partition ? say(state) : undefined;
    return said ? [{ stream: streamName(stream), version, state: said }] : [];
  });
}
