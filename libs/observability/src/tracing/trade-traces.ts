import { type Attributes, type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace, TraceFlags, type Tracer } from '@opentelemetry/api';
import type { BasicTracerProvider, IdGenerator, Sampler } from '@opentelemetry/sdk-trace-base';
import { appendSpanId, handlingSpanId, spanIdOf, type TracedDecision, traceIdOf, traceparent, tradeOf } from './trace-ids.js';
import { type EndSpan, Traces } from './traces.js';

/** Gives the ids that were set last: a trace of ours has no ids of chance. */
export class GivenIds implements IdGenerator {
  traceId = '';
  spanId = '';
  readonly generateTraceId = (): string => this.traceId;
  readonly generateSpanId = (): string => this.spanId;
}

/** What a tracer is made of; ids and sampler are those of the provider. */
export interface TracerParts {
  readonly provider: BasicTracerProvider;
  readonly ids: GivenIds;
  readonly sampler: Sampler;
}

/** A price that a signal saw. */
interface Seen {
  readonly instrument: string;
  readonly exchangeTime: number;
  readonly bookSequence: number;
}

/** Handlings and traces that are remembered; what is older has ended long ago. */
const REMEMBERED = 10_000;
/** Sampled: decision NOT_RECORD is 0. */
const NOT_RECORD = 0;

/** A map that forgets what came first. */
class Recent<Value> {
  private readonly values = new Map<string, Value>();

  get(key: string): Value | undefined {
    return this.values.get(key);
  }

  set(key: string, value: Value): void {
    this.values.set(key, value);
    const [oldest] = this.values.size > REMEMBERED ? this.values.keys() : [];
    if (oldest !== undefined) this.values.delete(oldest);
  }
}

/**
 * Traces by OpenTelemetry. A span's parent is, in this order: the handling of what caused the decision; the handling of the
 * same trade that is under way; the decision before it in its stream, where that is of the same trade (what the venue says,
 * and deadlines). A signal hangs below the newest book that it saw.
 */
export class TradeTraces extends Traces {
  private readonly tracer: Tracer;
  /** Spans of handlings, by `<service>/<decision>`. */
  private readonly handled = new Recent<string>();
  /** By trade; undefined where it is not sampled. */
  private readonly traces = new Recent<{ readonly traceId: string | undefined }>();
  /** Spans of handlings that are under way, by `<service>/<trade>`, the last one last. */
  private readonly underWay = new Map<string, readonly string[]>();
  /** By decision, while it is appended. */
  private readonly headers = new Map<string, string>();

  constructor(private readonly parts: TracerParts) {
    super();
    this.tracer = parts.provider.getTracer('ballast');
  }

  handling(decision: TracedDecision, service: string, attempt: number): EndSpan | undefined {
    const tradeId = tradeOf(decision);
    const traceId = tradeId === undefined ? undefined : this.traceOf(tradeId);
    if (tradeId === undefined || traceId === undefined) return undefined;
    const { decisionId } = decision;
    const spanId = handlingSpanId(decisionId, service, attempt);
    const span = this.start({ traceId, spanId, parentId: appendSpanId(decisionId) }, { operation: 'process', kind: SpanKind.CONSUMER, decision, attributes: { 'messaging.consumer.group.name': service } });
    this.handled.set(`${service}/${decisionId}`, spanId);
    const trade = `${service}/${tradeId}`;
    this.underWay.set(trade, [...(this.underWay.get(trade) ?? []), spanId]);
    return (error) => {
      const left = (this.underWay.get(trade) ?? []).filter((other) => other !== spanId);
      if (left.length > 0) this.underWay.set(trade, left);
      else this.underWay.delete(trade);
      end(span, error);
    };
  }

  appending(decision: TracedDecision, previous: Pick<TracedDecision, 'decisionId' | 'correlationId'> | undefined): EndSpan | undefined {
    const tradeId = tradeOf(decision);
    const traceId = tradeId === undefined ? undefined : this.traceOf(tradeId);
    if (tradeId === undefined || traceId === undefined) return undefined;
    const { decisionId, writer, causationId, stream } = decision;
    const isOfTrade = previous?.correlationId === tradeId || (previous?.correlationId !== '' && stream.endsWith(`.${tradeId}`));
    const before = previous && isOfTrade ? appendSpanId(previous.decisionId) : undefined;
    const parentId = this.tick(traceId, decision, before) ?? this.handled.get(`${writer}/${causationId}`) ?? this.underWay.get(`${writer}/${tradeId}`)?.at(-1) ?? before;
    const spanId = appendSpanId(decisionId);
    const span = this.start({ traceId, spanId, parentId }, { operation: 'send', kind: SpanKind.PRODUCER, decision, attributes: {} });
    this.headers.set(decisionId, traceparent(traceId, spanId));
    return (error) => {
      this.headers.delete(decisionId);
      end(span, error);
    };
  }

  traceparentOf(decisionId: string): string | undefined {
    return this.headers.get(decisionId);
  }

  traceOf(tradeId: string): string | undefined {
    const known = this.traces.get(tradeId);
    if (known) return known.traceId;
    const traceId = traceIdOf(tradeId);
    const { decision } = this.parts.sampler.shouldSample(ROOT_CONTEXT, traceId, '', SpanKind.INTERNAL, {}, []);
    this.traces.set(tradeId, { traceId: Number(decision) === NOT_RECORD ? undefined : traceId });
    return this.traces.get(tradeId)?.traceId;
  }

  stop(): Promise<void> {
    return this.parts.provider.shutdown();
  }

  /** The newest book that a signal saw: told here, since no tick knows which trade will follow from it. It lasts from its time at the venue until the signal. */
  private tick(traceId: string, { events, occurredAt }: TracedDecision, parentId: string | undefined): string | undefined {
    const seen = events.flatMap((event) => ('seen' in event && Array.isArray(event.seen) ? (event.seen as readonly Seen[]) : []));
    const [first, ...others] = seen;
    if (!first) return undefined;
    const { instrument, bookSequence, exchangeTime } = others.reduce((newest, each) => (each.exchangeTime > newest.exchangeTime ? each : newest), first);
    const spanId = spanIdOf(`${traceId} mkt.book.${instrument} ${bookSequence}`);
    const now = Date.now();
    const attributes: Attributes = {
      'messaging.system': 'nats', 'messaging.operation.type': 'send', 'messaging.operation.name': 'publish', 'messaging.destination.name': `mkt.book.${instrument}`, 'messaging.destination.template': 'mkt.book.{instrument}',
      'messaging.message.id': String(bookSequence), 'ballast.instrument': instrument, 'ballast.exchange_time': exchangeTime,
    };
    this.span('publish mkt.book.{instrument}', { traceId, spanId, parentId }, { kind: SpanKind.PRODUCER, attributes, startTime: now - Math.max(0, occurredAt - exchangeTime) }).end(now);
    return spanId;
  }

  private start(place: Place, { operation, kind, decision, attributes }: { readonly operation: 'send' | 'process'; readonly kind: SpanKind; readonly decision: TracedDecision; readonly attributes: Attributes }): Span {
    const { stream, partition, decisionId, correlationId, occurredAt, events } = decision;
    const [writer = '', streamKind = ''] = stream.split('.', 2);
    const name = operation === 'send' ? 'publish' : 'process';
    const template = `evt.{partition}.${writer}.${streamKind}.{id}`;
    const order = events.flatMap((event) => ('clientOrderId' in event ? [String(event.clientOrderId)] : []))[0];
    return this.span(`${name} ${template}`, place, {
      kind,
      attributes: {
        'messaging.system': 'nats', 'messaging.operation.type': operation, 'messaging.operation.name': name, 'messaging.destination.name': `evt.${partition}.${stream}`, 'messaging.destination.template': template,
        'messaging.destination.partition.id': String(partition), 'messaging.message.id': decisionId, 'messaging.message.conversation_id': correlationId,
        'ballast.events': events.map((event) => ('type' in event ? String(event.type) : '')), 'ballast.occurred_at': occurredAt, ...(order === undefined ? {} : { 'ballast.client_order_id': order }), ...attributes,
      },
    });
  }

  private span(name: string, { traceId, spanId, parentId }: Place, options: { readonly kind: SpanKind; readonly attributes: Attributes; readonly startTime?: number }): Span {
    Object.assign(this.parts.ids, { traceId, spanId });
    const parent: Context = parentId === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
    return this.tracer.startSpan(name, options, parent);
  }
}

interface Place {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for the first span of a trace. */
  readonly parentId: string | undefined;
}

function end(span: Span, error: unknown): void {
  if (error !== undefined) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
    span.setAttribute('error.type', error instanceof Error ? error.name : 'Error');
  }
  span.end();
}
