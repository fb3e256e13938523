import type { Partition } from '@ballast/domain';
import { expect, it } from 'vitest';
import { reachFor } from '../core/snapshots.js';
import type { StreamExecutor } from '../core/stream-executor.js';
import { botDecider, cause } from './bots.js';
import { type BusBench, type LossyStore, type Process, StartsSeen } from './bus-bench.js';

const B1 = { partition: 0, id: 'b1' } as const;
const own = (streams: { own(decider: typeof botDecider): void }): void => streams.own(botDecider);

/** So many decisions more, as the operator would make them. */
async function write(bench: BusBench, count: number): Promise<void> {
  const { streams, store } = await bench.process({ service: 'operator' });
  for (let index = 0; index < count; index += 1) await streams.execute(botDecider, B1, { type: 'Start' }, cause(`write-${(await store.lastSequence(0)) + 1}`));
}

/** A process that folds for whoever owns the partition, of this build. */
const keeper = (bench: BusBench, build: string): Promise<Process> => bench.process({ service: 'operator', own, projections: [new StartsSeen()], build });

/** Starts as the owner of this build: what it holds, and how many messages it has read for that. */
async function started(bench: BusBench, build: string): Promise<{ readonly starts: number; readonly folded: number }> {
  const seen = new StartsSeen();
  const { consumer, store } = await bench.start({ service: 'operator', own, projections: [seen], build });
  await consumer.stop();
  return { starts: seen.state.sequences.length, folded: store.messagesRead };
}

/** Keeps back the store's answers until the result is called. */
function hold(store: LossyStore): () => void {
  let release: () => void = () => undefined;
  store.held = new Promise((resolve) => (release = resolve));
  return () => release();
}

/** What the next process has in memory when it is live. */
async function versionsAfterStart(bench: BusBench, owns: (streams: StreamExecutor) => void, decider: typeof botDecider): Promise<readonly number[]> {
  const { streams, consumer } = await bench.start({ service: 'operator', own: owns });
  await consumer.stop();
  return [...streams.owned(decider).values()].map(({ version }) => version);
}

/** What a snapshot holds of a stream that is just being written or loaded. */
export function underWayCases(bench: () => BusBench): void {
  it.each([['the answer to an append', []], ['a load after an answer that was lost', ['landed']]] as const)('holds a stream whole where it is saved while %s is on its way', async (_, losses) => {
    const { streams, store, consumer, fatal } = await bench().start({ service: 'operator', own });
    const execute = (name: string): Promise<unknown> => streams.execute(botDecider, B1, { type: 'Start' }, cause(name));
    await execute('first');
    await bench().until(() => consumer.reached(0) === 1, 'the first decision read');
    const release = hold(store);
    store.losses = [...losses];
    const second = execute('second');
    await bench().until(() => consumer.reached(0) === 2, 'the second decision read');
    await consumer.saveSnapshot();
    release();
    await second;
    await execute('third');
    await consumer.stop();
    const again = await bench().start({ service: 'operator', own });
    expect([...again.streams.owned(botDecider).values()].map(({ version }) => version)).toEqual([3]);
    expect([...fatal, ...again.fatal]).toEqual([]);
    await again.consumer.stop();
  });

  it('tells what it holds of a stream also while that is loaded again', async () => {
    const { streams, store, consumer } = await bench().start({ service: 'operator', own });
    await streams.execute(botDecider, B1, { type: 'Start' }, cause('first'));
    const release = hold(store);
    store.losses = ['landed'];
    const second = streams.execute(botDecider, B1, { type: 'Start' }, cause('second'));
    await bench().until(() => consumer.reached(0) === 2, 'the second decision read');
    const held = streams.held(botDecider, B1)?.version;
    release();
    await second;
    await consumer.stop();
    expect(held).toBe(1);
  });

  it('knows a stream again of which the log says no more after that', async () => {
    const { streams, store, consumer } = await bench().start({ service: 'operator', own });
    await streams.execute(botDecider, B1, { type: 'Start' }, cause('first'));
    const release = hold(store);
    store.losses = ['landed'];
    const second = streams.execute(botDecider, B1, { type: 'Start' }, cause('second'));
    await bench().until(() => consumer.reached(0) === 2, 'the second decision read');
    await consumer.saveSnapshot();
    release();
    await second;
    await consumer.stop();
    expect(await versionsAfterStart(bench(), own, botDecider)).toEqual([2]);
  });
}

/** What a snapshot holds of a stream that is not, or no more, known to be unfinished while it is written. */
export function unansweredCases(bench: () => BusBench): void {
  it('knows a new stream again whose first decision was read before its append was answered, and of which the log says no more', async () => {
    const { streams, store, consumer } = await bench().start({ service: 'operator', own });
    const release = hold(store);
    const first = streams.execute(botDecider, B1, { type: 'Start' }, cause('first'));
    await bench().until(() => consumer.reached(0) === 1, 'the first decision read');
    await consumer.saveSnapshot();
    release();
    await first;
    await consumer.stop();
    expect(await versionsAfterStart(bench(), own, botDecider)).toEqual([1]);
  });

  it('knows a stream again that was over, was being reopened while it was saved, and of which the log says no more', async () => {
    const reopened = { ...botDecider, finished: ({ started, paused }: { readonly started: number; readonly paused: number }) => started > 0 && started === paused };
    const owns = (streams: { own(decider: typeof botDecider): void }): void => streams.own(reopened);
    const { streams, store, consumer } = await bench().start({ service: 'operator', own: owns });
    await streams.execute(reopened, B1, { type: 'Start' }, cause('first'));
    await streams.execute(reopened, B1, { type: 'Pause' }, cause('over'));
    await bench().until(() => consumer.reached(0) === 2, 'both read');
    const release = hold(store);
    const third = streams.execute(reopened, B1, { type: 'Start' }, cause('again'));
    await bench().until(() => consumer.reached(0) === 3, 'the third decision read');
    await consumer.saveSnapshot();
    release();
    await third;
    await consumer.stop();
    expect(await versionsAfterStart(bench(), owns, reopened)).toEqual([3]);
  });
}

/** What whoever waits for the end of a recovery finds. */
export function recoveredCases(bench: () => BusBench): void {
  it('has every stream that a snapshot holds when it is recovered, also those of which the log has said no more since: what was under way is looked for then', async () => {
    await write(bench(), 2);
    const first = await bench().start({ service: 'operator', own });
    await first.consumer.saveSnapshot();
    await first.consumer.stop();
    let found: () => readonly number[] = () => [];
    const seen: (readonly number[])[] = [];
    const onRecovered = (): Promise<void> => Promise.resolve(void seen.push(found()));
    const again = await bench().start({ service: 'operator', own: (streams) => {
      own(streams);
      found = (): readonly number[] => [...streams.owned(botDecider).values()].map(({ version }) => version);
    }, onRecovered });
    await again.consumer.stop();
    expect([again.store.messagesRead, seen]).toEqual([0, [[2]]]);
  });
}

/** What is folded in advance, for partitions that another process owns. */
export function keptCases(bench: () => BusBench): void {
  it('folds in advance for who comes to own a partition: that one folds what is new since, and holds the same', async () => {
    await write(bench(), 6);
    const { consumer, heard } = await keeper(bench(), 'test');
    expect([await consumer.keep(), heard]).toEqual([6, []]);
    await write(bench(), 1);
    const check = await (await keeper(bench(), 'test')).consumer.verifySnapshot();
    expect(check).toMatchObject({ found: true, same: true, cut: new Map([[0, 6]]) });
    expect(await started(bench(), 'test')).toEqual({ starts: 7, folded: 1 });
  });

  it('says how far what fits reaches without reading the folds: of another build, or of other partitions, nothing', async () => {
    await write(bench(), 6);
    const { consumer, ports } = await keeper(bench(), 'test');
    await consumer.keep();
    const reached = (build: string, partitions: readonly Partition[]): Promise<ReadonlyMap<Partition, number>> => reachFor(ports.snapshots, { service: 'operator', build, partitions });
    expect([await reached('test', [0]), await reached('newer', [0]), await reached('test', [0, 1])]).toEqual([new Map([[0, 6]]), new Map(), new Map()]);
  });

  it('takes the next best where the one that reaches furthest is damaged', async () => {
    await write(bench(), 4);
    const owner = await bench().start({ service: 'operator', own, projections: [new StartsSeen()] });
    await owner.consumer.saveSnapshot();
    await owner.consumer.stop();
    await write(bench(), 2);
    const { consumer, ports: { snapshots } } = await keeper(bench(), 'test');
    await consumer.keep();
    const kept = (await snapshots.load('operator-0-kept')) ?? new Uint8Array();
    await snapshots.save('operator-0-kept', Buffer.concat([kept.subarray(0, kept.length - 2), Buffer.from('xx')]));
    expect(await started(bench(), 'test')).toEqual({ starts: 6, folded: 2 });
  });

  it('takes what reaches furthest: what the owner saved, or what was folded in advance', async () => {
    await write(bench(), 4);
    await (await keeper(bench(), 'test')).consumer.keep();
    await write(bench(), 2);
    const owner = await bench().start({ service: 'operator', own, projections: [new StartsSeen()] });
    await owner.consumer.saveSnapshot();
    await owner.consumer.stop();
    await write(bench(), 1);
    expect(await started(bench(), 'test')).toEqual({ starts: 7, folded: 1 });
    await (await keeper(bench(), 'test')).consumer.keep();
    expect(await started(bench(), 'test')).toEqual({ starts: 7, folded: 0 });
  });

  it('keeps what two builds fold in advance while one takes over from the other; the next one takes the place of the older', async () => {
    await write(bench(), 4);
    for (const build of ['one', 'two', 'one']) {
      await (await keeper(bench(), build)).consumer.keep();
      await write(bench(), 1);
    }
    // `one` reaches to 6, `two` to 5.
    expect([await started(bench(), 'one'), await started(bench(), 'two')]).toEqual([{ starts: 7, folded: 1 }, { starts: 7, folded: 2 }]);
    await (await keeper(bench(), 'three')).consumer.keep();
    expect([await started(bench(), 'three'), await started(bench(), 'one'), await started(bench(), 'two')].map(({ folded }) => folded)).toEqual([0, 1, 7]);
  });
}
