import { expect, it } from 'vitest';
import { InvariantError } from '@ballast/domain';
import { hashOf } from '../core/envelope-codec.js';
import { botDecider, cause, envelopeBytes } from './bots.js';
import type { BusBench } from './bus-bench.js';

const B1 = { partition: 0, id: 'b1' };
const owner = { service: 'operator', own: (streams: { own(decider: typeof botDecider): void }): void => streams.own(botDecider) };

/** What EventStreams promises on every adapter. */
export function decisionCases(bench: () => BusBench): void {
  conflictCases(bench);
  chainCases(bench);
  deadlineCases(bench);
  it('appends a decision of several events as one message, or not at all', async () => {
    const { streams, ports } = await bench().process(owner);
    const done = await streams.execute(botDecider, B1, { type: 'Start', times: 3 }, cause('one'));
    expect(done).toMatchObject({ outcome: 'appended', version: 1, state: { started: 3 } });
    expect(await ports.store.lastSequence(0)).toBe(1);
  });

  it('decides nothing for a repeated command and appends nothing', async () => {
    const { streams, ports } = await bench().process(owner);
    await streams.execute(botDecider, B1, { type: 'StartOnce' }, cause('once'));
    expect(await streams.execute(botDecider, B1, { type: 'StartOnce' }, cause('once'))).toMatchObject({ outcome: 'nothing', events: [], version: 1 });
    expect(await ports.store.lastSequence(0)).toBe(1);
  });

  it('decides once for a command that may come twice, however late, whoever is asked, and whatever was decided since', async () => {
    const [first, second] = [await bench().process(owner), await bench().process(owner)];
    const asked = { ...cause('asked'), once: true };
    const made = await first.streams.execute(botDecider, B1, { type: 'Start' }, asked);
    await first.streams.execute(botDecider, B1, { type: 'Pause' }, cause('since'));
    for (const { streams } of [first, second]) expect(await streams.execute(botDecider, B1, { type: 'Start' }, asked)).toMatchObject({ outcome: 'duplicate', decisionId: made.decisionId, version: 2, state: { started: 1, paused: 1 } });
    const both = { ...cause('both'), once: true };
    const outcomes = await Promise.all([first, second, first].map(({ streams }) => streams.execute(botDecider, B1, { type: 'Start' }, both)));
    expect([outcomes.map(({ outcome }) => outcome).sort(), await first.ports.store.lastSequence(0)]).toEqual([['appended', 'duplicate', 'duplicate'], 3]);
  });

  it('runs the executions of one stream one after another, without a gap in its versions', async () => {
    const { streams, ports } = await bench().process(owner);
    const done = await Promise.all(Array.from({ length: 10 }, (_, index) => streams.execute(botDecider, B1, { type: 'Start' }, cause(`c${index}`))));
    expect(done.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await ports.store.readSubject(0, 'evt.0.operator.bot.b1')).toHaveLength(10);
  });
}

function conflictCases(bench: () => BusBench): void {
  it('decides again after another writer was faster (partition take-over: the late writer loses harmlessly)', async () => {
    const [early, late] = [await bench().process(owner), await bench().process(owner)];
    await early.streams.execute(botDecider, B1, { type: 'Start' }, cause('e1'));
    await late.streams.execute(botDecider, B1, { type: 'Start' }, cause('l1'));
    expect(await early.streams.execute(botDecider, B1, { type: 'Start' }, cause('e2'))).toMatchObject({ outcome: 'appended', version: 3, state: { started: 3 } });
    expect(await late.streams.execute(botDecider, B1, { type: 'StartOnce' }, cause('l2'))).toMatchObject({ outcome: 'nothing' });
  });

  it('finds its own decision in the log where another process has made the very same one', async () => {
    const [first, second] = [await bench().process(owner), await bench().process(owner)];
    await second.streams.load(botDecider, B1);
    const made = await first.streams.execute(botDecider, B1, { type: 'Start' }, cause('same'));
    expect(await second.streams.execute(botDecider, B1, { type: 'Start' }, cause('same'))).toMatchObject({ outcome: 'duplicate', decisionId: made.decisionId, version: 1, events: [{ type: 'BotStarted' }] });
    expect(await first.ports.store.lastSequence(0)).toBe(1);
  });

  it.each([['landed', 1], ['lost', 2]] as const)('appends once where the answer is lost and the append has %s', async (loss, appends) => {
    const decided: string[] = [];
    const { streams, store, ports } = await bench().process({ service: 'operator', own: (to) => to.own(botDecider, { onDecided: (_, { decisionId }) => decided.push(decisionId) }) });
    store.losses = [loss];
    const done = await streams.execute(botDecider, B1, { type: 'Start' }, cause('lossy'));
    expect(done).toMatchObject({ outcome: 'appended', version: 1, state: { started: 1 } });
    expect([store.appends, await ports.store.lastSequence(0), decided]).toEqual([appends, 1, [done.decisionId]]);
    expect(await streams.execute(botDecider, B1, { type: 'Start' }, cause('next'))).toMatchObject({ version: 2 });
  });
}

function chainCases(bench: () => BusBench): void {
  it('chains every message to the bytes of the one before it', async () => {
    const { streams, ports } = await bench().process(owner);
    for (const name of ['c1', 'c2']) await streams.execute(botDecider, B1, { type: 'Start' }, cause(name));
    const stored = await ports.store.readSubject(0, 'evt.0.operator.bot.b1');
    const previous = stored.map(({ bytes }) => (JSON.parse(Buffer.from(bytes).toString('utf8')) as { previousHash: string }).previousHash);
    expect(previous).toEqual(['', ...stored.slice(0, 1).map(({ bytes }) => hashOf(bytes))]);
  });

  it('refuses a stream whose hash chain is broken, naming stream, version and both hashes', async () => {
    const { streams } = await bench().process(owner);
    await streams.execute(botDecider, B1, { type: 'Start' }, cause('c1'));
    await bench().harness.inject(0, 'evt.0.operator.bot.b1', envelopeBytes('b1', { version: 2, previousHash: 'f'.repeat(64) }));
    const { streams: reader } = await bench().process(owner);
    const failed = reader.load(botDecider, B1);
    await expect(failed).rejects.toBeInstanceOf(InvariantError);
    await expect(failed).rejects.toThrow(/operator\.bot\.b1 version 2 .*found f{64}, expected [0-9a-f]{64}/);
  });
}

function deadlineCases(bench: () => BusBench): void {
  it('executes a deadline at its time, with its decision caused by stream, version and time', async () => {
    const { streams } = await bench().start(owner);
    await streams.execute(botDecider, B1, { type: 'Start', pauseAt: bench().harness.clock.now() + 500 }, cause('c1'));
    await bench().until(async () => (await streams.load(botDecider, B1)).state.paused === 1, 'the deadline');
    expect(await streams.load(botDecider, B1)).toMatchObject({ version: 2, state: { paused: 1 } });
  });

  it('arms deadlines again after a restart, and does nothing for one that another decision overtook', async () => {
    const first = await bench().start(owner);
    const at = bench().harness.clock.now() + 3_000;
    await first.streams.execute(botDecider, B1, { type: 'Start', pauseAt: at }, cause('c1'));
    await first.streams.execute(botDecider, { partition: 0, id: 'b2' }, { type: 'Start', pauseAt: at }, cause('c2'));
    await first.streams.execute(botDecider, { partition: 0, id: 'b2' }, { type: 'Start' }, cause('c3'));
    await first.consumer.stop();
    const second = await bench().start(owner);
    expect([...second.streams.owned(botDecider).keys()].map(({ id }) => id).sort()).toEqual(['b1', 'b2']);
    await bench().harness.clock.run(at);
    await bench().until(async () => (await second.streams.load(botDecider, B1)).state.paused === 1, 'the deadline after the restart');
    expect((await second.streams.load(botDecider, { partition: 0, id: 'b2' })).state).toMatchObject({ started: 2, paused: 0 });
  });
}
