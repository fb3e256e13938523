import * as crypto from 'node:crypto';

type OneShotHash = (algorithm: string, data: string, encoding: 'hex') => string;
const oneShot = (crypto as { readonly hash?: OneShotHash }).hash;
const sha256: (text: string) => string = oneShot ? (text) => oneShot('sha256', text, 'hex') : (text) => crypto.createHash('sha256').update(text).digest('hex');

const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

/** What a trace knows of a decision; an envelope has all of it. */
export interface TracedDecision {
  readonly decisionId: string;
  /** `<writer>.<kind>.<id>`. */
  readonly stream: string;
  readonly partition: number;
  readonly writer: string;
  readonly correlationId: string;
  readonly causationId: string;
  /** Market time, ms. */
  readonly occurredAt: number;
  readonly events: readonly object[];
}

/** The trade that a decision belongs to: its correlation, where one of its events says so, else the first that one names; undefined for what is of a bot or a portfolio. */
export function tradeOf({ correlationId, events }: Pick<TracedDecision, 'correlationId' | 'events'>): string | undefined {
  let named: string | undefined;
  for (const event of events) {
    const { tradeId } = event as { readonly tradeId?: unknown };
    if (tradeId === correlationId) return correlationId;
    if (typeof tradeId === 'string') named ??= tradeId;
  }
  return named;
}

/** The trace of a trade: 32 hex digits, the same in every process and in every replay, so that nothing has to be stored (ADR 22). */
export const traceIdOf = (tradeId: string): string => sha256(`trace ${tradeId}`).slice(0, TRACE_ID_DIGITS);

/** The span of what `name` names: 16 hex digits. */
export const spanIdOf = (name: string): string => sha256(`span ${name}`).slice(0, SPAN_ID_DIGITS);

/** The span of appending a decision; of handling it, by one service: `attempt` counts from 1. */
export const appendSpanId = (decisionId: string): string => spanIdOf(decisionId);
export const handlingSpanId = (decisionId: string, service: string, attempt: number): string => spanIdOf(attempt === 1 ? `${decisionId}/${service}` : `${decisionId}/${service}/${attempt}`);

/** W3C trace context, version 00, sampled. */
export const traceparent = (traceId: string, spanId: string): string => `00-${traceId}-${spanId}-01`;
