import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type SpanProcessor, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import type { Traces } from './traces.js';
import { GivenIds, TradeTraces } from './trade-traces.js';

export interface ProviderOptions {
  readonly service: string;
  readonly version: string;
  /** Of trades that are traced, 0 to 1. */
  readonly share: number;
  readonly processor: SpanProcessor;
}

/** Traces of trades that end in this processor. */
export function tradeTraces({ service, version, share, processor }: ProviderOptions): Traces {
  const ids = new GivenIds();
  const sampler = new TraceIdRatioBasedSampler(share);
  const resource = resourceFromAttributes({ 'service.name': service, 'service.version': version, 'service.namespace': 'ballast' });
  const provider = new BasicTracerProvider({ resource, sampler, idGenerator: ids, spanProcessors: [processor] });
  return new TradeTraces({ provider, ids, sampler });
}
