import { ratio } from '@ballast/domain';
import type { ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { toGauge } from '../gauge.js';
import type { Traces } from './traces.js';

export interface TracingOptions {
  readonly service: string;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  /** Hears how many spans were sent, or dropped because the collector did not take them. */
  readonly onExported?: (outcome: 'sent' | 'dropped', spans: number) => void;
  /** Where spans go whatever the environment names: for tests and measurements. */
  readonly processor?: SpanProcessor;
}

/** Where the collector listens, and of how many trades the trace is kept. */
export interface TracingEnv {
  readonly endpoint: string;
  /** 0 to 1. */
  readonly share: number;
}

/**
 * Tracing is on where OTEL_EXPORTER_OTLP_ENDPOINT names a collector (OTLP over HTTP); OTEL_TRACES_SAMPLER_ARG is the share of trades
 * that is traced, 1 unless set: each is traced in all processes or in none.
 * @throws Error naming the variable, what was found and what is allowed.
 */
export function readTracingEnv(env: NodeJS.ProcessEnv): TracingEnv | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint = '', OTEL_TRACES_SAMPLER_ARG: asked = '1' } = env;
  if (endpoint === '') return undefined;
  if (!/^https?:\/\/./.test(endpoint)) throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT: found "${endpoint}", allowed is the URL of a collector (http://127.0.0.1:4318)`);
  if (!/^(0|1|0?\.\d{1,9}|1\.0+)$/.test(asked)) throw new Error(`OTEL_TRACES_SAMPLER_ARG: found "${asked}", allowed is a share from 0 to 1`);
  return { endpoint, share: toGauge(ratio(asked)) };
}

/** Undefined where tracing is off: nothing of OpenTelemetry is loaded then. @throws Error see readTracingEnv */
export async function startTracing({ service, version, env, onExported, processor }: TracingOptions): Promise<Traces | undefined> {
  const asked = processor ? { endpoint: '', share: 1 } : readTracingEnv(env);
  if (!asked) return undefined;
  const { tradeTraces } = await import('./provider.js');
  return tradeTraces({ service, version, share: asked.share, processor: processor ?? (await sender(asked, onExported)) });
}

async function sender({ endpoint }: TracingEnv, onExported: TracingOptions['onExported']): Promise<SpanProcessor> {
  const [{ OTLPTraceExporter }, { BatchSpanProcessor }] = await Promise.all([import('@opentelemetry/exporter-trace-otlp-http'), import('@opentelemetry/sdk-trace-base')]);
  return new BatchSpanProcessor(counted(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }), onExported));
}

function counted(exporter: SpanExporter, onExported: TracingOptions['onExported']): SpanExporter {
  return {
    export: (spans: ReadableSpan[], done: (result: ExportResult) => void) =>
      exporter.export(spans, (result) => {
        onExported?.(result.code === 0 ? 'sent' : 'dropped', spans.length);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush ? { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() } : {}),
  };
}
