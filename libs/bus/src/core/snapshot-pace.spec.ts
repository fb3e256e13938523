import { beforeEach, describe, expect, it } from 'vitest';
import { botDecider, cause } from '../conformance/bots.js';
import { InMemoryDeadLetters } from '../memory/memory-dead-letters.js';
import { InMemoryEventStore } from '../memory/memory-event-store.js';
import { InMemorySnapshots } from '../memory/memory-snapshots.js';
import { VirtualClock } from '../memory/virtual-clock.js';
import type { Projection } from '../ports/event-streams.js';
import type { SnapshotOutcome } from './consumer-types.js';
import { EventConsumer } from './event-consumer.js';
import { SAVE_AGAIN_MS, SnapshotPace } from './snapshot-pace.js';
import { StreamExecutor } from './stream-executor.js';
import { timersOf } from './wall-timers.js';

/** A store of snapshots that nobody reaches while `away` is set. */
class SometimesAway extends InMemorySnapshots {
  away = true;

  override save(key: string, bytes: Uint8Array): Promise<void> {
    return this.away ? Promise.reject(new Error('no answer of the store within 5000 ms')) : super.save(key, bytes);
  }
}

describe('a snapshot that cannot be saved', () => {
  let clock: VirtualClock;
  let store: InMemoryEventStore;
  let snapshots: SometimesAway;
  let consumer: EventConsumer | undefined;
  const handled: string[] = [];
  const fatal: string[] = [];
  const outcomes: [SnapshotOutcome, string | undefined][] = [];

  beforeEach(() => {
    clock = new VirtualClock(1_000);
    store = new InMemoryEventStore(clock.work);
    snapshots = new SometimesAway();
    for (const list of [handled, fatal, outcomes]) list.length = 0;
  });

  const write = async (...names: readonly string[]): Promise<void> => {
    const operator = new StreamExecutor(store, clock, { service: 'operator', build: 'test' });
    for (const name of names) await operator.execute(botDecider, { partition: 0, id: name }, { type: 'Start' }, cause(`start-${name}`));
  };
  const start = (projections: readonly Projection[] = []): Promise<void> => {
    consumer = new EventConsumer(
      { store, deadLetters: new InMemoryDeadLetters(), clock, snapshots, streams: new StreamExecutor(store, clock, { service: 'risk', build: 'test' }) },
      { service: 'risk', build: 'test', partitions: [0], projections, eventTypes: ['BotStarted'], dispatch: ({ decision }) => Promise.resolve(void handled.push(decision.stream)), onFatal: ({ message }) => fatal.push(message) },
      { limits: { heartbeatMs: 0, snapshotEvery: 2 }, timers: timersOf(clock), observer: { snapshot: (outcome, _elapsedMs, error) => outcomes.push([outcome, error?.message]) } },
    );
    return consumer.start();
  };
  const pass = (ms: number): Promise<unknown> => clock.run(clock.now() + ms);
  const failed = ['failed', 'no answer of the store within 5000 ms'];

  it('ends nothing: the service goes on, says so once a pause, and saves when the store is back', async () => {
    await start();
    await write('b1', 'b2', 'b3', 'b4', 'b5');
    await pass(1_000);
    expect([handled.length, fatal, outcomes]).toEqual([5, [], [failed]]);
    await pass(SAVE_AGAIN_MS);
    expect(outcomes).toEqual([failed, failed]);
    snapshots.away = false;
    await pass(SAVE_AGAIN_MS);
    expect(outcomes).toEqual([failed, failed]);
    await pass(SAVE_AGAIN_MS);
    expect(outcomes).toEqual([failed, failed, ['saved', undefined]]);
    await write('b6');
    await pass(SAVE_AGAIN_MS);
    expect([handled.length, fatal, outcomes.length]).toEqual([6, [], 3]);
    await consumer?.stop();
  });

  it('does not keep a service from its start', async () => {
    await write('b1', 'b2', 'b3');
    await start();
    await pass(1_000);
    expect([handled.length, fatal, outcomes]).toEqual([3, [], [failed]]);
    await consumer?.stop();
  });

  it('is not tried again by a service that has stopped', async () => {
    await write('b1', 'b2');
    await start();
    await consumer?.stop();
    snapshots.away = false;
    await pass(2 * SAVE_AGAIN_MS);
    expect(outcomes).toEqual([failed]);
  });

  it('because its state is no plain data is a fault of the build, and ends the service', async () => {
    const odd: Projection = { name: 'odd', reads: ['BotStarted'], state: {}, apply: () => void (odd.state = { at: () => 0 }) };
    await start([odd]);
    await write('b1', 'b2');
    await pass(1_000);
    expect(fatal).toEqual([expect.stringMatching(/found a function, allowed is plain data/)]);
  });
});

describe('the pace of saves', () => {
  const bench = (): { pace: SnapshotPace; opened: { yes: boolean }; saves: { end: (error?: Error) => void }[]; clock: VirtualClock } => {
    const clock = new VirtualClock(0);
    const opened = { yes: false };
    const saves: { end: (error?: Error) => void }[] = [];
    const save = (): Promise<void> => new Promise((resolve, reject) => saves.push({ end: (error) => (error ? reject(error) : resolve()) }));
    return { pace: new SnapshotPace({ every: 3, urgent: () => opened.yes, save, fail: (error) => expect.unreachable(String(error)), timers: timersOf(clock) }), opened, saves, clock };
  };

  it('is one at a time, and what came up meanwhile is saved after it', async () => {
    const { pace, opened, saves } = bench();
    pace.count(2);
    await pace.ifDue();
    expect(saves).toHaveLength(0);
    pace.count(1);
    const done = pace.ifDue();
    pace.count(3);
    opened.yes = true;
    await pace.ifDue();
    expect(saves).toHaveLength(1);
    saves[0]?.end();
    await new Promise(setImmediate);
    expect(saves).toHaveLength(2);
    opened.yes = false;
    saves[1]?.end();
    await done;
    expect(saves).toHaveLength(2);
  });

  it('keeps what is urgent due through a failure', async () => {
    const { pace, opened, saves, clock } = bench();
    opened.yes = true;
    const done = pace.ifDue();
    saves[0]?.end(new Error('no leader'));
    await done;
    await pace.ifDue();
    expect(saves).toHaveLength(1);
    await clock.run(SAVE_AGAIN_MS);
    expect(saves).toHaveLength(2);
  });
});
