import { startTracing, type ReadableSpan, type SpanProcessor, type Traces, traceIdOf } from '@ballast/observability';
import type { MemoryDesk } from '@ballast/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, readLog } from './desk/log.js';
import { pairDesk } from './desk/pair-desk.js';
import { STILL_START, StillMarket } from './desk/still-market.js';

const SECOND = 1_000;

class KeptSpans implements SpanProcessor {
  readonly spans: ReadableSpan[] = [];
  onStart(): void {}
  onEnd(span: ReadableSpan): void {
    this.spans.push(span);
  }
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const idOf = (span: ReadableSpan): string => span.spanContext().spanId;
const eventsIn = (span: ReadableSpan): readonly string[] => (span.attributes['ballast.events'] ?? []) as readonly string[];
const isSend = (span: ReadableSpan): boolean => span.attributes['messaging.operation.type'] === 'send';

async function run(traces: Traces | undefined): Promise<MemoryDesk> {
  const market = new StillMarket(80 * SECOND);
  const desk = await pairDesk({ source: market, observed: { traces } }, { holdMs: 5_000, sleepMs: 5_000 });
  market.watch(desk.venue.engine, () => undefined);
  await desk.run(STILL_START + 80 * SECOND);
  return desk;
}

describe('the trace of a trade, through all services', () => {
  const kept = new KeptSpans();
  let desk: MemoryDesk;
  beforeAll(async () => {
    desk = await run(await startTracing({ service: 'desk', version: 'test', env: {}, processor: kept }));
  }, 60_000);
  afterAll(() => desk.stop());

  it('is one: every span of it hangs below the book that its signal saw, down to its last fill', async () => {
    const closed = eventsOf(await readLog(desk.system.store), 'TradeClosed');
    expect(closed.length).toBeGreaterThan(1);
    for (const { tradeId } of closed) {
      const spans = kept.spans.filter((span) => span.spanContext().traceId === traceIdOf(tradeId));
      const byId = new Map(spans.map((span) => [idOf(span), span]));
      expect(byId.size).toBe(spans.length);
      const roots = spans.filter(({ parentSpanContext }) => parentSpanContext === undefined);
      expect(roots.map(({ name }) => name)).toEqual(['publish mkt.book.{instrument}']);
      expect(spans.filter(({ parentSpanContext }) => parentSpanContext && !byId.has(parentSpanContext.spanId)).map(({ name }) => name)).toEqual([]);
    }
  });

  it('goes tick, signal, plan, approval, order, fill: each the cause of the next', async () => {
    const [first] = eventsOf(await readLog(desk.system.store), 'OrderFilled');
    const byId = new Map(kept.spans.map((span) => [idOf(span), span]));
    const way: string[] = [];
    for (let at = kept.spans.find((span) => isSend(span) && eventsIn(span).includes('OrderFilled') && span.attributes['ballast.client_order_id'] === first?.clientOrderId); at; at = byId.get(at.parentSpanContext?.spanId ?? '')) {
      if (isSend(at)) way.unshift(eventsIn(at).join(' ') || String(at.attributes['messaging.destination.name']));
      else way.unshift(`(${String(at.attributes['messaging.consumer.group.name'])})`);
    }
    const saying = (text: string): unknown => expect.stringContaining(text);
    expect(way.slice(0, 8)).toEqual([saying('mkt.book.'), saying('SignalRaised'), '(sizing)', saying('TradePlanned'), '(risk)', saying('TradeApproved'), '(execution)', saying('OrderSubmitted')]);
    expect(way.at(-1)).toContain('OrderFilled');
  });

  it('changes nothing that is decided: the log is the same, byte for byte, with it and without', async () => {
    const bare = await run(undefined);
    const { bytesHash } = await readLog(bare.system.store);
    await bare.stop();
    expect((await readLog(desk.system.store)).bytesHash).toBe(bytesHash);
  }, 60_000);
});
