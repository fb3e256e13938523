import type { Clock, Partition } from '@ballast/domain';
import type { DeadLetters } from '../ports/dead-letters.js';
import type { Recorded } from '../ports/envelope.js';
import type { EventStreams } from '../ports/event-streams.js';
import type { Market } from '../ports/market.js';
import type { Pacer } from '../ports/pacer.js';
import type { CommandContext, Reply, Requests } from '../ports/requests.js';
import type { Runtime } from '../ports/runtime.js';

/** One request as it came in, not yet checked against a contract. */
export interface IncomingRequest {
  readonly handles: 'command' | 'query';
  readonly name: string;
  readonly payload: unknown;
  readonly context: CommandContext;
}

/** What a service answers to, as its Nest handlers say. */
export interface ServiceHandlers {
  readonly eventTypes: readonly string[];
  onEvent(recorded: Recorded): Promise<void>;
  onRequest(request: IncomingRequest): Promise<Reply>;
}

/** Everything one service gets from the bus: its ports, and a start that is a recovery. */
export interface Platform {
  readonly service: string;
  readonly partitions: readonly Partition[];
  readonly clock: Clock;
  readonly streams: EventStreams;
  readonly market: Market;
  readonly pacer: Pacer;
  readonly requests: Requests;
  readonly runtime: Runtime;
  readonly deadLetters: DeadLetters;
  /** Folds the log, runs what waits for recovery, then goes live. */
  start(handlers: ServiceHandlers): Promise<void>;
  /** In place of a start: folds the log and saves that for whoever comes to own these partitions. @returns how many messages were new */
  keep(handlers: Pick<ServiceHandlers, 'eventTypes'>): Promise<number>;
  /** Something broke that nobody waits for: this process can't go on. */
  fail(error: unknown): void;
  /** Stops pulling, finishes what is in hand, drains, closes. */
  stop(): Promise<void>;
}
