import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { InvariantError } from '@ballast/domain';
import { botDecider, cause } from '../conformance/bots.js';
import { InMemoryEventStore } from '../memory/memory-event-store.js';
import { VirtualClock } from '../memory/virtual-clock.js';
import type { StoredMessage } from '../ports/event-store.js';
import { StreamExecutor } from './stream-executor.js';
import { SealedStream } from './stream-states.js';

const B1 = { partition: 0, id: 'b1' };
const SUBJECT = 'evt.0.operator.bot.b1';

/** A log of which so many messages of a stream are sealed: what is left is its last sealed one, and what came since. */
class ThinnedStore extends InMemoryEventStore {
  sealed = 0;
  /** What stands in place of the messages that are left. */
  altered: ((messages: readonly StoredMessage[]) => readonly StoredMessage[]) | undefined;

  override async readSubject(partition: number, subject: string): Promise<readonly StoredMessage[]> {
    const left = (await super.readSubject(partition, subject)).slice(Math.max(0, this.sealed - 1));
    return this.altered ? this.altered(left) : left;
  }
}

async function started(times: number): Promise<{ readonly store: ThinnedStore; readonly executor: () => StreamExecutor; readonly first: StreamExecutor }> {
  const clock = new VirtualClock(1);
  const store = new ThinnedStore(clock.work);
  const executor = (): StreamExecutor => new StreamExecutor(store, clock, { service: 'operator', build: 'test' });
  const first = executor();
  for (let time = 0; time < times; time += 1) await first.execute(botDecider, B1, { type: 'Start' }, cause(`c${time}`));
  return { store, executor, first };
}

it('goes on from what it holds where the beginning of a stream is sealed away, and where another has written since', () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.nat(8), fc.nat(3), async (before, sealed, others) => {
      const { store, executor, first } = await started(before);
      const second = executor();
      await second.load(botDecider, B1);
      for (let other = 0; other < others; other += 1) await second.execute(botDecider, B1, { type: 'Start' }, cause(`other${other}`));
      store.sealed = Math.min(sealed, before);
      expect(await first.execute(botDecider, B1, { type: 'Start' }, cause('mine'))).toMatchObject({ outcome: 'appended', version: before + others + 1, state: { started: before + others + 1 } });
    }),
  ));

it('says that a stream is sealed, with what to do, where it holds nothing of it: no second life begins', async () => {
  const { store, executor } = await started(4);
  store.sealed = 3;
  const fresh = executor();
  await expect(fresh.load(botDecider, B1)).rejects.toThrow(SealedStream);
  await expect(fresh.execute(botDecider, B1, { type: 'Start' }, cause('new'))).rejects.toThrow('operator.bot.b1: its first 2 decisions are sealed; name the folder of their archive by ARCHIVE_DIR, and start again');
  const live = executor();
  live.own(botDecider);
  live.goLive();
  await expect(live.execute(botDecider, B1, { type: 'Start' }, cause('new'))).rejects.toThrow(SealedStream);
  expect(await store.lastSequence(0)).toBe(4);
});

it('asks no sealed beginning whether it has decided once already: what is left says yes, or it refuses', async () => {
  const { store, executor } = await started(3);
  const first = executor();
  const once = (name: string): Parameters<StreamExecutor['execute']>[3] => ({ ...cause(name), once: true });
  await first.execute(botDecider, B1, { type: 'Start' }, once('asked'));
  await first.execute(botDecider, B1, { type: 'Start' }, cause('after'));
  store.sealed = 4;
  expect(await first.execute(botDecider, B1, { type: 'Start' }, once('asked'))).toMatchObject({ outcome: 'duplicate' });
  await expect(first.execute(botDecider, B1, { type: 'Start' }, once('c1'))).rejects.toThrow(SealedStream);
  await expect(first.execute(botDecider, B1, { type: 'Start' }, once('new'))).rejects.toThrow('operator.bot.b1: its first 3 decisions are sealed; name the folder');
  expect(await store.lastSequence(0)).toBe(5);
  store.sealed = 0;
  expect(await first.execute(botDecider, B1, { type: 'Start' }, once('c1'))).toMatchObject({ outcome: 'duplicate' });
  expect(await first.execute(botDecider, B1, { type: 'Start' }, once('new'))).toMatchObject({ outcome: 'appended', version: 6 });
});

it('lets what stops something be decided by what is left, asked with what it holds: neither refused nor kept waiting by an archive', async () => {
  const { store, executor } = await started(3);
  const first = executor();
  const stop = (name: string): Parameters<StreamExecutor['execute']>[3] => ({ ...cause(name), once: 'UNLESS_SEALED' });
  await first.execute(botDecider, B1, { type: 'Start' }, stop('asked'));
  await first.execute(botDecider, B1, { type: 'Start' }, cause('after'));
  store.sealed = 4;
  const held: (number | undefined)[] = [];
  const read = store.readSubject.bind(store);
  store.readSubject = (partition: number, subject: string, upTo?: number) => {
    held.push(upTo);
    return read(partition, subject);
  };
  expect(await first.execute(botDecider, B1, { type: 'Start' }, stop('asked'))).toMatchObject({ outcome: 'duplicate' });
  expect(await first.execute(botDecider, B1, { type: 'Start' }, stop('new'))).toMatchObject({ outcome: 'appended', version: 6 });
  expect(await first.execute(botDecider, B1, { type: 'Start' }, stop('new'))).toMatchObject({ outcome: 'duplicate', version: 6 });
  expect(held).toEqual([5, 5, 6]);
});

it('folds no state as of a version whose beginning is sealed away', async () => {
  const { store, executor } = await started(4);
  const owner = executor();
  owner.own(botDecider);
  const stream = { ...B1, writer: 'operator', kind: 'bot' };
  expect(await owner.stateAt(stream, 2)).toMatchObject({ started: 2 });
  store.sealed = 3;
  await expect(owner.stateAt(stream, 4)).rejects.toThrow(SealedStream);
});

it('stops where what is left of a sealed stream is not the past that it holds', async () => {
  const { store, executor, first } = await started(3);
  const second = executor();
  await second.load(botDecider, B1);
  await second.execute(botDecider, B1, { type: 'Start' }, cause('other'));
  store.sealed = 3;
  store.altered = (messages) => messages.map((message, index) => (index === 0 ? { ...message, bytes: Buffer.from(Buffer.from(message.bytes).toString('utf8').replace('"build":"test"', '"build":"tost"')) } : message));
  await expect(first.execute(botDecider, B1, { type: 'Start' }, cause('mine'))).rejects.toThrow(InvariantError);
  await expect(first.load(botDecider, B1)).rejects.toThrow(/operator\.bot\.b1 version 3: the log holds [0-9a-f]{64}, folded was [0-9a-f]{64}/);
  expect(await store.readSubject(0, SUBJECT)).toHaveLength(2);
});
