import type { TracedDecision } from './trace-ids.js';

/** Ends a span; an error makes it a failed one. */
export type EndSpan = (error?: unknown) => void;

/**
 * One trade is one trace: from the book that its signal saw, over every decision and every handling of it, to its last fill.
 * What belongs to no trade has none, and costs nothing.
 */
export abstract class Traces {
  /** A service begins to handle a decision. */
  abstract handling(decision: TracedDecision, service: string, attempt: number): EndSpan | undefined;
  /** A decision is on its way into the log. `previous`: the one before it in its stream. */
  abstract appending(decision: TracedDecision, previous: Pick<TracedDecision, 'decisionId' | 'correlationId'> | undefined): EndSpan | undefined;
  /** The `traceparent` header of a decision while it is on its way into the log. */
  abstract traceparentOf(decisionId: string): string | undefined;
  /** The trace of a trade, 32 hex digits; undefined where it is not sampled. */
  abstract traceOf(tradeId: string): string | undefined;
  /** Sends what is left. */
  abstract stop(): Promise<void>;
}
