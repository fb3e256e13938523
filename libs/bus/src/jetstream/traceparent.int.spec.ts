import { connect, type NatsConnection } from 'nats';
import { type Decider, partitionOf } from '@ballast/domain';
import type { OrderAccepted } from '@ballast/events';
import { appendSpanId, type ReadableSpan, startTracing, traceIdOf, type Traces } from '@ballast/observability';
import { type NatsServer, startNatsServer } from '@ballast/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../memory/virtual-clock.js';
import { OpenPacer } from '../pace/pacers.js';
import { WireMarket } from '../pace/wire-market.js';
import { assemblePlatform } from '../service/assemble.js';
import type { Platform } from '../service/platform.js';
import { connectJetStream } from './connect.js';
import { eventsStream } from './names.js';
import { type RunningProvisioner, startProvisioner } from './provisioner.js';

const PARTITION = partitionOf('main');
const fail = (error: Error): void => {
  throw error;
};
const accepts: Decider<null, OrderAccepted, OrderAccepted> = { kind: 'trade', writer: 'execution', initial: null, decide: (_state, event) => [event], evolve: () => null };

/** One process's traces, and what it has told of them. */
async function process(service: string): Promise<{ readonly traces: Traces | undefined; readonly spans: readonly ReadableSpan[] }> {
  const spans: ReadableSpan[] = [];
  const processor = { onStart: () => undefined, onEnd: (span: ReadableSpan) => void spans.push(span), forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
  return { traces: await startTracing({ service, version: 'test', env: {}, processor }), spans };
}

describe('a trade over NATS', () => {
  let server: NatsServer;
  let admin: NatsConnection;
  let provisioner: RunningProvisioner;
  const platforms: Platform[] = [];

  beforeAll(async () => {
    server = await startNatsServer();
    admin = await connect({ servers: server.url });
    provisioner = await startProvisioner({ url: server.url, onFault: fail });
  });
  afterAll(async () => {
    for (const platform of platforms) await platform.stop();
    await provisioner.close();
    await admin.close();
    await server.stop();
  });

  async function platform(service: string, traces: Traces | undefined): Promise<Platform> {
    const bus = await connectJetStream({ url: server.url, service, onFault: fail, traces });
    const parts = { store: bus.store, deadLetters: bus.deadLetters, requests: bus.requests, market: new WireMarket(bus.marketWire, new OpenPacer()), serve: () => () => undefined, close: () => bus.close() };
    const made = assemblePlatform(parts, { service, build: 'test', partitions: [PARTITION], clock: new VirtualClock(1_700_000_000_000), pacer: new OpenPacer(), traces, onFatal: fail });
    platforms.push(made);
    return made;
  }

  it('carries the trace in the header of each of its messages, and the process that handles one goes on with it', async () => {
    const [execution, risk] = [await process('execution'), await process('risk')];
    const reader = await platform('risk', risk.traces);
    const handled = vi.fn(() => Promise.resolve());
    await reader.start({ eventTypes: ['OrderAccepted'], onEvent: handled, onRequest: () => Promise.resolve({ ok: true, data: {} }) });
    const writer = await platform('execution', execution.traces);
    const { decisionId } = await writer.streams.execute(accepts, { partition: PARTITION, id: 't1' }, { type: 'OrderAccepted', clientOrderId: 'o1', tradeId: 't1', venueOrderId: 'v1' }, { causationId: 'outside', correlationId: 't1', lane: 'a1' });
    const stored = await (await admin.jetstreamManager()).streams.getMessage(eventsStream(PARTITION), { last_by_subj: `evt.${PARTITION}.execution.trade.t1` });
    expect(stored.header.get('traceparent')).toBe(`00-${traceIdOf('t1')}-${appendSpanId(decisionId)}-01`);
    await vi.waitFor(() => expect(risk.spans).toHaveLength(1), { timeout: 20_000 });
    expect(execution.spans.map((span) => span.spanContext())).toEqual([expect.objectContaining({ traceId: traceIdOf('t1'), spanId: appendSpanId(decisionId) })]);
    expect([risk.spans[0]?.spanContext().traceId, risk.spans[0]?.parentSpanContext?.spanId]).toEqual([traceIdOf('t1'), appendSpanId(decisionId)]);
    expect(handled).toHaveBeenCalledTimes(1);
  });

  it('has no header and no span where tracing is off', async () => {
    const writer = await platform('execution', undefined);
    await writer.streams.execute(accepts, { partition: PARTITION, id: 't2' }, { type: 'OrderAccepted', clientOrderId: 'o2', tradeId: 't2', venueOrderId: 'v2' }, { causationId: 'outside', correlationId: 't2', lane: 'a1' });
    const stored = await (await admin.jetstreamManager()).streams.getMessage(eventsStream(PARTITION), { last_by_subj: `evt.${PARTITION}.execution.trade.t2` });
    expect(stored.header.has('traceparent')).toBe(false);
  });
});
