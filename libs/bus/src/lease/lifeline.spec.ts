import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { InMemoryEventStore } from '../memory/memory-event-store.js';
import { WorkQueue } from '../memory/work-queue.js';
import { Lifeline, LifeStore } from './lifeline.js';

it('takes no cursor while its lease has lapsed: whoever owns the partition by then would lose its own', async () => {
  const asked: string[] = [];
  const store = new InMemoryEventStore(new WorkQueue());
  const cursor = store.cursor.bind(store);
  store.cursor = (consumer, partition, filters) => {
    asked.push(`${consumer} ${partition}`);
    return cursor(consumer, partition, filters);
  };
  let mayAct = false;
  const line = new Lifeline();
  const life = new LifeStore(store, line, () => mayAct, () => undefined);
  const taken = life.cursor('execution', 3, []);
  await delay(200);
  expect(asked).toEqual([]);
  mayAct = true;
  await taken;
  expect(asked).toEqual(['execution 3']);
  mayAct = false;
  void life.cursor('execution', 4, []);
  line.cut();
  await delay(200);
  expect(asked, 'nor after the end of its life').toEqual(['execution 3']);
});
