import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { tradeTraces } from './provider.js';
import { readTracingEnv, startTracing } from './start-tracing.js';
import { appendSpanId, handlingSpanId, type TracedDecision, traceIdOf } from './trace-ids.js';

const decision = (decisionId: string, stream: string, more: Partial<TracedDecision> = {}): TracedDecision => ({
  decisionId, stream, partition: 3, writer: stream.split('.')[0] ?? '', correlationId: 't1', causationId: 'outside', occurredAt: 1_000, events: [{ type: 'OrderAccepted', tradeId: 't1', clientOrderId: 'o1' }], ...more,
});

function traced(share = 1): { readonly traces: ReturnType<typeof tradeTraces>; readonly spans: () => readonly ReadableSpan[] } {
  const exporter = new InMemorySpanExporter();
  return { traces: tradeTraces({ service: 'risk', version: 'test', share, processor: new SimpleSpanProcessor(exporter) }), spans: () => exporter.getFinishedSpans() };
}

describe('the traces of trades', () => {
  it('have a trace and spans that every process and every replay computes alike', () => {
    for (const run of [traced(), traced()]) {
      run.traces.appending(decision('d1', 'risk.exposure.p1'), undefined)?.();
      const [span] = run.spans();
      expect(span?.spanContext()).toMatchObject({ traceId: traceIdOf('t1'), spanId: appendSpanId('d1'), traceFlags: 1 });
      expect(span?.parentSpanContext).toBeUndefined();
    }
  });

  it('say what happened in the words of the conventions for messaging', () => {
    const { traces, spans } = traced();
    traces.handling(decision('d1', 'execution.trade.t1'), 'risk', 1)?.();
    expect(spans()[0]?.name).toBe('process evt.{partition}.execution.trade.{id}');
    expect(spans()[0]?.attributes).toMatchObject({
      'messaging.system': 'nats', 'messaging.operation.type': 'process', 'messaging.destination.name': 'evt.3.execution.trade.t1', 'messaging.destination.partition.id': '3', 'messaging.message.id': 'd1',
      'messaging.message.conversation_id': 't1', 'messaging.consumer.group.name': 'risk', 'ballast.events': ['OrderAccepted'], 'ballast.client_order_id': 'o1',
    });
  });

  it('hang a decision below the handling of what caused it, also after that has ended', () => {
    const { traces, spans } = traced();
    traces.handling(decision('d1', 'sizing.plan.s1'), 'risk', 2)?.();
    traces.appending(decision('d2', 'risk.exposure.p1', { causationId: 'd1' }), undefined)?.();
    expect(spans().map((span) => span.parentSpanContext?.spanId)).toEqual([appendSpanId('d1'), handlingSpanId('d1', 'risk', 2)]);
  });

  it('hang what the venue said below the decision before it in its stream, and what follows while a message of the trade is handled below that', () => {
    const { traces, spans } = traced();
    traces.appending(decision('d2', 'execution.trade.t1'), { decisionId: 'd1', correlationId: 't1' })?.();
    const ended = traces.handling(decision('d2', 'execution.trade.t1'), 'execution', 1);
    traces.appending(decision('d3', 'execution.position.a1-ETH'), { decisionId: 'd0', correlationId: 'another trade' })?.();
    ended?.();
    traces.appending(decision('d4', 'execution.position.a1-ETH'), { decisionId: 'd0', correlationId: 'another trade' })?.();
    expect(spans().map((span) => span.parentSpanContext?.spanId)).toEqual([appendSpanId('d1'), handlingSpanId('d2', 'execution', 1), appendSpanId('d2'), undefined]);
  });

  it('take in what was decided for another reason but is of the trade: its stream goes on, whatever the cause', () => {
    const { traces, spans } = traced();
    const closing = decision('d2', 'execution.trade.t1', { correlationId: 'bot-1', causationId: 'close all' });
    traces.appending(closing, { decisionId: 'd1', correlationId: 't1' })?.();
    traces.appending(decision('d3', 'execution.trade.t1'), { decisionId: 'd2', correlationId: 'bot-1' })?.();
    expect(spans().map((span) => [span.spanContext().traceId, span.parentSpanContext?.spanId])).toEqual([[traceIdOf('t1'), appendSpanId('d1')], [traceIdOf('t1'), appendSpanId('d2')]]);
  });

  it('begin with the newest book that the signal saw', () => {
    const { traces, spans } = traced();
    const seen = [{ instrument: 'ETH-PERP', exchangeTime: 900, bookSequence: 7 }, { instrument: 'SOL-PERP', exchangeTime: 950, bookSequence: 9 }];
    traces.appending(decision('d1', 'strategy-dn-pair.signal.b1', { events: [{ type: 'SignalRaised', tradeId: 't1', seen }] }), undefined)?.();
    const [tick, signal] = spans();
    expect(tick).toMatchObject({ name: 'publish mkt.book.{instrument}', attributes: { 'messaging.destination.name': 'mkt.book.SOL-PERP', 'messaging.message.id': '9' } });
    expect(signal?.parentSpanContext?.spanId).toBe(tick?.spanContext().spanId);
    expect(signal?.spanContext().traceId).toBe(tick?.spanContext().traceId);
  });

  it('give the header of W3C while a decision is on its way, and only then', () => {
    const { traces } = traced();
    const ended = traces.appending(decision('d1', 'risk.exposure.p1'), undefined);
    expect(traces.traceparentOf('d1')).toBe(`00-${traceIdOf('t1')}-${appendSpanId('d1')}-01`);
    ended?.();
    expect(traces.traceparentOf('d1')).toBeUndefined();
  });

  it('show a handling that failed as one, with what was thrown', () => {
    const { traces, spans } = traced();
    traces.handling(decision('d1', 'risk.exposure.p1'), 'execution', 1)?.(new RangeError('too far'));
    expect(spans()[0]).toMatchObject({ status: { code: 2, message: 'too far' }, attributes: { 'error.type': 'RangeError' } });
  });

  it('leave out what belongs to no trade, and every trade where the share is 0', () => {
    const all = traced();
    expect(all.traces.appending(decision('d1', 'collateral.equity.a1', { correlationId: 'b1', events: [{ type: 'EquityObserved' }] }), undefined)).toBeUndefined();
    const none = traced(0);
    expect(none.traces.handling(decision('d1', 'risk.exposure.p1'), 'execution', 1)).toBeUndefined();
    expect(none.traces.traceOf('t1')).toBeUndefined();
    expect(all.traces.traceOf('t1')).toBe(traceIdOf('t1'));
  });

  it('are all in or all out for each trade, whichever process is asked', () => {
    const [one, other] = [traced(0.3).traces, traced(0.3).traces];
    const trades = Array.from({ length: 400 }, (_, index) => `trade-${index}`);
    const chosen = trades.filter((tradeId) => one.traceOf(tradeId) !== undefined);
    expect(trades.filter((tradeId) => other.traceOf(tradeId) !== undefined)).toEqual(chosen);
    expect(chosen.length).toBeGreaterThan(60);
    expect(chosen.length).toBeLessThan(180);
  });
});

describe('tracing', () => {
  it('is off unless a collector is named', async () => {
    expect(await startTracing({ service: 'risk', version: 'test', env: {} })).toBeUndefined();
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT: found "collector:4318", allowed is the URL of a collector'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_TRACES_SAMPLER_ARG: '1.5' }, 'OTEL_TRACES_SAMPLER_ARG: found "1.5", allowed is a share from 0 to 1'],
  ])('refuses %o by name', (env, fault) => {
    expect(() => readTracingEnv(env)).toThrow(fault);
  });

  it('reads the share of trades', () => {
    expect(readTracingEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_TRACES_SAMPLER_ARG: '0.25' })).toEqual({ endpoint: 'http://c:4318', share: 0.25 });
  });
});
