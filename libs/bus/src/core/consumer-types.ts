import type { Ms, Partition } from '@ballast/domain';
import type { DeadLetters, DeadReason } from '../ports/dead-letters.js';
import type { DecisionRecord, Recorded } from '../ports/envelope.js';
import type { EventStore, SnapshotStore } from '../ports/event-store.js';
import type { Projection } from '../ports/event-streams.js';
import type { Clock } from '@ballast/domain';
import type { StreamExecutor } from './stream-executor.js';
import type { Traced } from './spans.js';
import type { WaitTimers } from './wall-timers.js';

/** What the consumer of one service is made of. */
export interface ConsumerPorts {
  readonly store: EventStore;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly streams: StreamExecutor;
  /** Without it every start folds the whole log. */
  readonly snapshots?: SnapshotStore;
}

/** What one service reads and does with it. */
export interface ConsumerFacts {
  readonly service: string;
  readonly build: string;
  readonly partitions: readonly Partition[];
  readonly projections: readonly Projection[];
  /** Event types with a handler. */
  readonly eventTypes: readonly string[];
  /** Handles one event; what follows from it is appended when the promise resolves. */
  readonly dispatch: (recorded: Recorded) => Promise<void>;
  /** Runs after the log is folded and before anything is handled. */
  readonly onRecovered?: () => Promise<void>;
  /** A broken invariant: the consumer has stopped, readiness goes down, a person is paged. */
  readonly onFatal?: (error: Error) => void;
}

export type SnapshotOutcome = 'saved' | 'restored' | 'unusable' | 'failed';

/** What observability hears; every member may be absent. */
export interface ConsumerObserver {
  recovered?(partition: Partition, messages: number, elapsedMs: number): void;
  /** A snapshot was saved, put in place, or was of no use: the whole log is folded then. Or it could not be saved, for this reason. */
  snapshot?(outcome: SnapshotOutcome, elapsedMs: number, error?: Error): void;
  /** One message folded, at recovery or live. */
  folded?(record: DecisionRecord): void;
  /** All handlers of one message are done, `heldMs` of wall time after it was received; `attempts` > 1 = it failed before. */
  handled?(record: DecisionRecord, attempts: number, heldMs: number): void;
  retried?(partition: Partition, lane: string, error: Error): void;
  dead?(partition: Partition, lane: string, reason: DeadReason): void;
  /** Messages received and not yet acknowledged. */
  inHand?(count: number): void;
  /** `<partition>:<lane>` of every lane that waits for a person. */
  parkedLanes?(lanes: readonly string[]): void;
  /** Streams of this kind are decided here. */
  owned?(kind: string): void;
  /** A decision of this stream kind was made again because another writer came first. */
  conflicted?(kind: string): void;
}

export interface ConsumerLimits {
  /** Failed attempts at one message before its lane is parked, without those that failed because the log was away; default 6. */
  readonly attemptsMax: number;
  readonly retryFirstMs: Ms;
  readonly retryMostMs: Ms;
  /** Lanes that are handled at the same time; default 64. */
  readonly lanesMax: number;
  /** Messages folded between two snapshots; default 50,000. Infinity = saved only where the log opens anew. */
  readonly snapshotEvery: number;
  /** How often the store hears that work goes on; 0 = never. */
  readonly heartbeatMs: Ms;
}

export interface ConsumerOptions extends Traced {
  readonly observer?: ConsumerObserver;
  readonly limits?: Partial<ConsumerLimits>;
  readonly timers?: WaitTimers;
  /** Wall time for measurements only. */
  readonly elapsed?: () => number;
}

export const DEFAULT_LIMITS: ConsumerLimits = { attemptsMax: 6, retryFirstMs: 100, retryMostMs: 10_000, lanesMax: 64, snapshotEvery: 50_000, heartbeatMs: 5_000 };
