import type { MemorySystem } from '@ballast/bus';
import type { Decider, Id, Partition } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';

/** An event as its writer records it, and all that follows from it at this moment. */
export interface Recording {
  readonly writer: string;
  readonly kind: string;
  readonly partition: Partition;
  /** Of the stream. */
  readonly id: Id;
  /** Another one for each decision that is another. */
  readonly causationId: string;
}

/** Records an event in the name of its writer. */
export async function recordedBy(system: MemorySystem, { writer, kind, partition, id, causationId }: Recording, event: BallastEvent): Promise<void> {
  const decider: Decider<object, BallastEvent, BallastEvent> = { kind, writer, initial: {}, decide: (_state, command) => [command], evolve: (state) => state };
  const done = system.platform(writer).streams.execute(decider, { partition, id }, event, { causationId, correlationId: id, lane: 'a1' });
  await system.work.idle();
  await done;
  await system.run(system.clock.now());
}
