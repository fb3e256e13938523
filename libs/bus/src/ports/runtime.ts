import type { Partition } from '@ballast/domain';
import type { Projection } from './event-streams.js';

/** How a life of a service ends. */
export interface LifeEnd {
  /** Others may act in its place by now: what waits for its log or its pace is never answered any more. */
  readonly over: boolean;
}

/** The process that a service runs in, as its providers see it. */
export abstract class Runtime {
  /** The service's name, which is also its name as a writer: `sizing`, `strategy-dn-pair`. */
  abstract readonly service: string;
  /** Partitions that this process owns. */
  abstract readonly partitions: readonly Partition[];
  /** Registers a fold before the service goes live: it sees the whole log, in order, then every new event before its handlers do. */
  abstract project(projection: Projection): void;
  /** Runs once the log is folded and before anything is handled: the place to reconcile with the outside. */
  abstract onRecovered(run: () => Promise<void>): void;
  /** Runs when the service stops, before connections close. */
  abstract onStop(run: (life: LifeEnd) => Promise<void>): void;
}
