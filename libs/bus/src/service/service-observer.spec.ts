import { beforeEach, describe, expect, it } from 'vitest';
import { createLogger, Metrics } from '@ballast/observability';
import { botDecider, cause } from '../conformance/bots.js';
import { EventConsumer } from '../core/event-consumer.js';
import { StreamExecutor } from '../core/stream-executor.js';
import { timersOf } from '../core/wall-timers.js';
import { InMemoryDeadLetters } from '../memory/memory-dead-letters.js';
import { InMemoryEventStore } from '../memory/memory-event-store.js';
import { InMemoryMarketWire } from '../memory/memory-market-wire.js';
import { InMemoryRequestBoard, InMemoryRequests } from '../memory/memory-requests.js';
import { InMemorySnapshots } from '../memory/memory-snapshots.js';
import { VirtualClock } from '../memory/virtual-clock.js';
import { OpenPacer } from '../pace/pacers.js';
import { WireMarket } from '../pace/wire-market.js';
import type { Recorded } from '../ports/envelope.js';
import { assemblePlatform } from './assemble.js';
import type { Platform } from './platform.js';
import { FeedConcern, refusalObserver, serviceObserver } from './service-observer.js';

describe('what a service says about its handling, on its registry', () => {
  let clock: VirtualClock;
  let store: InMemoryEventStore;
  let deadLetters: InMemoryDeadLetters;
  let metrics: Metrics;
  const concerns = new Map<string, string | undefined>();
  const fatal: Error[] = [];

  beforeEach(() => {
    clock = new VirtualClock(1_700_000_000_000);
    store = new InMemoryEventStore(clock.work);
    deadLetters = new InMemoryDeadLetters();
    metrics = new Metrics({ service: 'risk', version: 'test', commit: 'unknown' });
    concerns.clear();
  });

  /** One more process of a service on the same log, measured. */
  function platform(service: string): Platform {
    const board = new InMemoryRequestBoard(clock.work);
    const wire = new InMemoryMarketWire(clock.work);
    const log = createLogger(service, { env: { LOG_LEVEL: 'silent' } });
    const observer = serviceObserver(service, { metrics, log, clock, concern: (check, detail) => concerns.set(check, detail) });
    return assemblePlatform(
      { store, deadLetters, requests: new InMemoryRequests(board, service), market: new WireMarket(wire, new OpenPacer()), serve: (partitions, respond) => board.serve(service, partitions, respond), close: () => Promise.resolve() },
      { service, build: 'test', partitions: [0], clock, pacer: new OpenPacer(), timers: timersOf(clock), limits: { heartbeatMs: 0, attemptsMax: 2, retryFirstMs: 10 }, observer, onFatal: (error) => fatal.push(error) },
    );
  }
  const start = (service: string, onEvent: (recorded: Recorded) => Promise<void>): Promise<Platform> => {
    const started = platform(service);
    return started.start({ eventTypes: ['BotStarted'], onEvent, onRequest: () => Promise.resolve({ ok: true, data: {} }) }).then(() => started);
  };
  const write = (by: Platform, name: string, lane = 'a1'): Promise<unknown> => by.streams.execute(botDecider, { partition: 0, id: 'b1' }, { type: 'Start' }, cause(name, lane));
  const lines = async (name: string): Promise<readonly string[]> => (await metrics.text()).split('\n').filter((line) => line.startsWith(`ballast_${name}`));

  it('counts what was folded, at recovery and live, and times what was handled: by the wall, and from the event on in market time', async () => {
    const operator = platform('operator');
    await write(operator, 'one');
    await clock.run(clock.now() + 30_000);
    const risk = await start('risk', () => Promise.resolve());
    await clock.run(clock.now() + 100);
    await write(operator, 'two');
    await clock.run(clock.now() + 100);
    expect(await lines('events_folded_total')).toEqual(['ballast_events_folded_total{kind="bot"} 2']);
    expect(await lines('handling_seconds_count')).toEqual(['ballast_handling_seconds_count{consumer="risk"} 2']);
    expect((await lines('handling_seconds_sum')).map((line) => Number(line.split(' ')[1]) > 0)).toEqual([true]);
    expect(await lines('event_age_seconds_sum')).toEqual(['ballast_event_age_seconds_sum{consumer="risk"} 30']);
    expect(await lines('messages_handled_total')).toEqual(['ballast_messages_handled_total{consumer="risk",outcome="acknowledged"} 2']);
    expect([await lines('log_sequence'), await lines('recovery_messages'), await lines('messages_in_hand')]).toEqual([['ballast_log_sequence{partition="0"} 2'], ['ballast_recovery_messages{partition="0"} 1'], ['ballast_messages_in_hand{consumer="risk"} 0']]);
    expect(Number((await lines('recovery_seconds'))[0]?.split(' ')[1])).toBeGreaterThan(0);
    await risk.stop();
    expect(fatal).toEqual([]);
  });

  it('has a line at 0 for what it counts and has not seen, so that nobody takes silence for health', async () => {
    platform('operator').streams.own(botDecider);
    refusalObserver(metrics, createLogger('risk', { env: { LOG_LEVEL: 'silent' } }));
    const counted = ['snapshots_total', 'redeliveries_total', 'append_conflicts_total', 'permission_violations_total'];
    expect((await Promise.all(counted.map(lines))).flat()).toEqual([
      ...['saved', 'restored', 'unusable', 'failed', 'kept'].map((outcome) => `ballast_snapshots_total{outcome="${outcome}"} 0`),
      'ballast_redeliveries_total{consumer="operator"} 0',
      'ballast_append_conflicts_total{kind="bot"} 0',
      ...['publish', 'subscription'].map((operation) => `ballast_permission_violations_total{operation="${operation}"} 0`),
    ]);
  });

  it('counts and times the snapshots of its folds, and one that is of no use', async () => {
    const observer = serviceObserver('risk', { metrics, log: createLogger('risk', { env: { LOG_LEVEL: 'silent' } }), clock, concern: () => undefined });
    const ports = { store, deadLetters, clock, streams: new StreamExecutor(store, clock, { service: 'risk', build: 'test' }), snapshots: new InMemorySnapshots() };
    const consumer = (build: string): EventConsumer => new EventConsumer(ports, { service: 'risk', build, partitions: [0], projections: [], eventTypes: ['BotStarted'], dispatch: () => Promise.resolve() }, { observer, timers: timersOf(clock) });
    await consumer('test').saveSnapshot();
    for (const build of ['test', 'another']) {
      const started = consumer(build);
      await started.start();
      await started.stop();
    }
    expect(await lines('snapshots_total')).toEqual([...['saved', 'restored', 'unusable'].map((outcome) => `ballast_snapshots_total{outcome="${outcome}"} 1`), ...['failed', 'kept'].map((outcome) => `ballast_snapshots_total{outcome="${outcome}"} 0`)]);
    expect(await lines('snapshot_seconds_count')).toEqual(['ballast_snapshot_seconds_count{operation="save"} 1', 'ballast_snapshot_seconds_count{operation="restore"} 1']);
  });

  it('counts a snapshot that could not be saved, and asks for a person until one is', async () => {
    const { snapshot } = serviceObserver('risk', { metrics, log: createLogger('risk', { env: { LOG_LEVEL: 'silent' } }), clock, concern: (check, detail) => concerns.set(check, detail) });
    snapshot?.('failed', 5_000, new Error('snap.risk.x.0: maximum bytes exceeded'));
    expect(await lines('snapshots_total')).toContain('ballast_snapshots_total{outcome="failed"} 1');
    expect(await lines('snapshot_seconds_count')).toEqual([]);
    expect(concerns.get('snapshot')).toMatch(/^could not be saved: snap.risk.x.0: maximum bytes exceeded;/);
    snapshot?.('saved', 20);
    expect(concerns.get('snapshot')).toBeUndefined();
  });

  it('counts a decision that was made again because another writer came first', async () => {
    const [one, other] = [platform('operator'), platform('operator')];
    await one.streams.load(botDecider, { partition: 0, id: 'b1' });
    await write(other, 'first');
    expect(await lines('append_conflicts_total')).toEqual([]);
    await write(one, 'second');
    expect(await lines('append_conflicts_total')).toEqual(['ballast_append_conflicts_total{kind="bot"} 1']);
  });

  it('names lanes that wait for a person until they go on, also after a restart', async () => {
    const operator = platform('operator');
    const sick = await start('risk', () => Promise.reject(new Error('always')));
    await write(operator, 'one', 'sick');
    await clock.run(clock.now() + 1_000);
    expect(await lines('lanes_parked')).toEqual(['ballast_lanes_parked{consumer="risk"} 1']);
    expect(concerns.get('lanes')).toBe('1 wait for a person, see `ballast dead list`: 0:sick');
    expect(await lines('messages_handled_total')).toContain('ballast_messages_handled_total{consumer="risk",outcome="dead"} 1');
    await sick.stop();
    concerns.clear();
    const again = await start('risk', () => Promise.resolve());
    expect(concerns.get('lanes')).toContain('0:sick');
    await again.stop();
    for (const { deadId } of await deadLetters.open()) await deadLetters.resolve(deadId, 'DISCARDED', 'desk');
    const well = await start('risk', () => Promise.resolve());
    expect([concerns.get('lanes'), await lines('lanes_parked')]).toEqual([undefined, ['ballast_lanes_parked{consumer="risk"} 0']]);
    await well.stop();
  });

  it('names the feeds that are not up, with their reasons, until they are', () => {
    const feeds = new FeedConcern((check, detail) => concerns.set(check, detail));
    const see = (instrument: string, state: string): void => feeds.see(`mkt.feed.${instrument}`, { instrument, state, reason: 'the test', time: 1 });
    see('ETH-PERP', 'UP');
    feeds.see('mkt.book.ETH-PERP', { instrument: 'ETH-PERP' });
    expect([concerns.has('feeds'), concerns.get('feeds')]).toEqual([true, undefined]);
    see('SOL-PERP', 'DOWN');
    see('ETH-PERP', 'STALE');
    expect(concerns.get('feeds')).toBe('ETH-PERP STALE: the test; SOL-PERP DOWN: the test');
    see('ETH-PERP', 'RESYNCED');
    see('SOL-PERP', 'UP');
    expect(concerns.get('feeds')).toBeUndefined();
  });

  it('hears of each market message that a newer one overtook before it was handled', () => {
    const later: (() => void)[] = [];
    let skipped = 0;
    const market = new WireMarket(new InMemoryMarketWire(clock.work), new OpenPacer(), { read: (_kind, message) => message as never, defer: (run) => later.push(run), onSkipped: () => (skipped += 1) });
    const seen: unknown[] = [];
    market.on('book', (book) => seen.push(book));
    for (const sequence of [1, 2, 3]) market.receive('mkt.book.ETH-PERP', { sequence });
    for (const run of later) run();
    expect([skipped, market.skipped(), seen]).toEqual([2, 2, [{ sequence: 3 }]]);
  });
});
