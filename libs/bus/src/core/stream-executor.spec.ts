import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { botDecider, cause } from '../conformance/bots.js';
import { LossyStore } from '../conformance/bus-bench.js';
import { InMemoryEventStore } from '../memory/memory-event-store.js';
import { VirtualClock } from '../memory/virtual-clock.js';
import { StoreUnreachable } from '../ports/event-store.js';
import { decodeMessage } from './envelope-codec.js';
import { StreamExecutor } from './stream-executor.js';
import { timersOf } from './wall-timers.js';

const step = fc.record({ writer: fc.nat(2), stream: fc.nat(1), loss: fc.constantFrom(undefined, 'landed' as const, 'lost' as const), wait: fc.boolean() });

it('keeps every version chain without a gap, whoever executes in whatever order and whatever answer is lost', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, live) => {
      const clock = new VirtualClock(1);
      const log = new InMemoryEventStore(clock.work);
      const decided: string[] = [];
      const writers = [0, 1, 2].map(() => {
        const store = new LossyStore(log);
        const streams = new StreamExecutor(store, clock, { service: 'operator', build: 'test' });
        streams.own(botDecider, { onDecided: (_, { decisionId }) => decided.push(decisionId) });
        if (live) streams.goLive();
        return { store, streams };
      });
      const running: Promise<unknown>[] = [];
      for (const [index, { writer, stream, loss, wait }] of steps.entries()) {
        const { store, streams } = writers[writer]!;
        if (loss) store.losses.push(loss);
        const execution = streams.execute(botDecider, { partition: 0, id: `b${stream}` }, { type: 'Start' }, cause(`c${index}`));
        running.push(execution);
        if (wait) await execution;
      }
      await Promise.all(running);
      for (const id of ['b0', 'b1']) {
        const { state, version } = await new StreamExecutor(log, clock, { service: 'reporting', build: 'test' }).load(botDecider, { partition: 0, id });
        expect([state.started, version]).toEqual([steps.filter(({ stream }) => `b${stream}` === id).length, state.started]);
      }
      expect(new Set(decided).size).toBe(steps.length);
      expect(decided).toHaveLength(steps.length);
    }),
  ));

it('takes a stream that it has never seen for new once it is live, and the append proves it: no load where it is right, the log where it is wrong', async () => {
  const clock = new VirtualClock(1);
  const log = new InMemoryEventStore(clock.work);
  const live = (): { readonly store: LossyStore; readonly streams: StreamExecutor; readonly loads: () => number } => {
    const store = new LossyStore(log);
    let loads = 0;
    const read = store.readSubject.bind(store);
    store.readSubject = (partition, subject) => {
      loads += 1;
      return read(partition, subject);
    };
    const streams = new StreamExecutor(store, clock, { service: 'operator', build: 'test' });
    streams.own(botDecider);
    streams.goLive();
    return { store, streams, loads: () => loads };
  };
  const [first, second, third] = [live(), live(), live()];
  const id = { partition: 0, id: 'b1' };
  expect(await first.streams.execute(botDecider, id, { type: 'StartOnce' }, cause('c1'))).toMatchObject({ outcome: 'appended', version: 1 });
  expect(first.loads()).toBe(0);
  expect(await second.streams.execute(botDecider, id, { type: 'StartOnce' }, cause('c2'))).toMatchObject({ outcome: 'nothing', version: 1, state: { started: 1 } });
  expect(await third.streams.execute(botDecider, id, { type: 'Start' }, cause('c3'))).toMatchObject({ outcome: 'appended', version: 2, state: { started: 2 } });
  expect(await log.lastSequence(0)).toBe(2);
});

it('given a decision of another replica that comes while the rest of its stream cannot be read, when the log is back, then it is folded, and nothing has ended', async () => {
  const clock = new VirtualClock(1);
  const log = new InMemoryEventStore(clock.work);
  const id = { partition: 0, id: 'b1' };
  const other = new StreamExecutor(log, clock, { service: 'operator', build: 'test' });
  for (const causationId of ['c1', 'c2']) await other.execute(botDecider, id, { type: 'Start' }, cause(causationId));
  const [, second] = await log.readSubject(0, 'evt.0.operator.bot.b1');
  const store = new LossyStore(log);
  const read = store.readSubject.bind(store);
  let refusals = 3;
  store.readSubject = (...of) => {
    refusals -= 1;
    return refusals < 0 ? read(...of) : Promise.reject(new StoreUnreachable('no quorum'));
  };
  const fatal: Error[] = [];
  const streams = new StreamExecutor(store, clock, { service: 'operator', build: 'test', timers: timersOf(clock), onFatal: (error) => fatal.push(error) });
  streams.own(botDecider);
  streams.goLive();
  streams.observe(decodeMessage(second!));
  await clock.run(60_000);
  expect(fatal).toEqual([]);
  expect([...streams.owned(botDecider)].map(([stream, { state, version }]) => [stream.id, state.started, version])).toEqual([['b1', 2, 2]]);
});
