import { expect, it } from 'vitest';
import { contentId, type Decider } from '@ballast/domain';
import type { BotCreated, BotPaused, BotStarted } from '@ballast/events';
import { EventConsumer } from '../core/event-consumer.js';
import { StreamExecutor } from '../core/stream-executor.js';
import { InMemoryDeadLetters } from './memory-dead-letters.js';
import { InMemoryEventStore } from './memory-event-store.js';
import { VirtualClock } from './virtual-clock.js';

type BotEvent = BotCreated | BotStarted | BotPaused;
const bots: Decider<{ readonly events: number }, { readonly type: 'Start' }, BotEvent> = {
  kind: 'bot',
  writer: 'operator',
  initial: { events: 0 },
  decide: () => [{ type: 'BotStarted', botId: 'b1', by: 'test' }],
  evolve: ({ events }) => ({ events: events + 1 }),
};

const ROUNDS = 5_000;

it('delivers every decision once, in the order appended', async () => {
  const clock = new VirtualClock(1_000);
  const store = new InMemoryEventStore(clock.work);
  const streams = new StreamExecutor(store, clock, { service: 'operator', build: 'test' });
  const heard: number[] = [];
  const consumer = new EventConsumer(
    { store, deadLetters: new InMemoryDeadLetters(), clock, streams: new StreamExecutor(store, clock, { service: 'reporting', build: 'test' }) },
    { service: 'reporting', build: 'test', partitions: [3], projections: [], eventTypes: ['BotStarted'], dispatch: async ({ decision }) => void heard.push(decision.sequence) },
    { limits: { heartbeatMs: 0 } },
  );
  await consumer.start();
  for (let round = 0; round < ROUNDS; round += 1) await streams.execute(bots, { partition: 3, id: `b${round % 50}` }, { type: 'Start' }, { causationId: contentId('cause', round), correlationId: 'c', lane: 'l' });
  await clock.run();
  expect(heard).toEqual(Array.from({ length: ROUNDS }, (_, index) => index + 1));
});
