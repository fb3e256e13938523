import { expect, it } from 'vitest';
import { botDecider, cause } from '../conformance/bots.js';
import { InMemoryDeadLetters } from '../memory/memory-dead-letters.js';
import { InMemoryEventStore } from '../memory/memory-event-store.js';
import { InMemorySnapshots } from '../memory/memory-snapshots.js';
import { VirtualClock } from '../memory/virtual-clock.js';
import { EventConsumer } from './event-consumer.js';
import { StreamExecutor } from './stream-executor.js';

it('starts on no log that is shorter than its snapshot: it has lost its end, or is another one', async () => {
  const clock = new VirtualClock(1_000);
  const snapshots = new InMemorySnapshots();
  const consumerOn = (store: InMemoryEventStore): EventConsumer =>
    new EventConsumer(
      { store, deadLetters: new InMemoryDeadLetters(), clock, snapshots, streams: new StreamExecutor(store, clock, { service: 'reporting', build: 'test' }) },
      { service: 'reporting', build: 'test', partitions: [0], projections: [], eventTypes: ['BotStarted'], dispatch: () => Promise.resolve() },
      { limits: { heartbeatMs: 0 } },
    );
  const logOf = async (decisions: number): Promise<InMemoryEventStore> => {
    const store = new InMemoryEventStore(clock.work);
    const streams = new StreamExecutor(store, clock, { service: 'operator', build: 'test' });
    for (let number = 1; number <= decisions; number += 1) await streams.execute(botDecider, { partition: 0, id: `b${number}` }, { type: 'Start' }, cause(`start-${number}`));
    return store;
  };
  const whole = consumerOn(await logOf(3));
  await whole.start();
  await whole.saveSnapshot();
  await whole.stop();
  await expect(consumerOn(await logOf(2)).start()).rejects.toThrow(/partition 0: the log ends at 2, and reporting has folded it up to 3: it has lost its end, or is another log/);
  const again = consumerOn(await logOf(3));
  await again.start();
  expect(again.reached(0)).toBe(3);
  await again.stop();
});
