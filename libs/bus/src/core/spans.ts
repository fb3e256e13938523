import type { EndSpan, Traces } from '@ballast/observability';
import type { DecisionRecord } from '../ports/envelope.js';
import type { StreamState } from './stream-states.js';

/** Whatever may be traced. */
export interface Traced {
  /** Absent where tracing is off: nothing is done for it then. */
  readonly traces?: Traces | undefined;
}

/** Handles a decision inside the span of that. */
export function handlingSpan(traces: Traces | undefined, record: DecisionRecord, service: string, attempt: number, run: () => Promise<void>): Promise<void> {
  const end = traces?.handling(record, service, attempt);
  return end ? ended(run(), end) : run();
}

/** Appends a decision inside the span of that; `entry` is its stream before it. */
export function appendSpan<Outcome>(traces: Traces | undefined, record: DecisionRecord, { lastDecisionId, correlationId }: Pick<StreamState, 'lastDecisionId' | 'correlationId'>, run: () => Promise<Outcome>): Promise<Outcome> {
  const end = traces?.appending(record, { decisionId: lastDecisionId, correlationId });
  return end ? ended(run(), end) : run();
}

async function ended<Outcome>(work: Promise<Outcome>, end: EndSpan): Promise<Outcome> {
  let failure: unknown;
  try {
    return await work;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    end(failure);
  }
}
