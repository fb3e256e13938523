import { expect, it } from 'vitest';
import { InvariantError } from '@ballast/domain';
import { botDecider, cause, envelopeBytes } from './bots.js';
import { StoreUnreachable } from '../ports/event-store.js';
import { RequestTimeout } from '../ports/requests.js';
import { type BusBench, StartsSeen } from './bus-bench.js';

/** Writes through the log as the operator would. */
async function writer(bench: BusBench): Promise<(id: string, lane?: string) => Promise<void>> {
  const { streams } = await bench.process({ service: 'operator' });
  let count = 0;
  return async (id, lane = 'lane-a') => {
    count += 1;
    await streams.execute(botDecider, { partition: 0, id }, { type: 'Start' }, cause(`write-${count}`, lane));
  };
}

const parts = (id: string): string => `operator.bot.${id}`;

/** What the consumer promises on every adapter. */
export function deliveryCases(bench: () => BusBench): void {
  laneCases(bench);
  parkedCases(bench);
  outageCases(bench);
  fatalCases(bench);
  snapshotCases(bench);
  it('catches up, then goes on live, without gap or repeat in its folds', async () => {
    const write = await writer(bench());
    for (let index = 0; index < 20; index += 1) await write(`b${index % 3}`);
    const seen = new StartsSeen();
    const { heard } = await bench().start({ projections: [seen] });
    for (let index = 0; index < 20; index += 1) await write(`b${index % 3}`);
    await bench().until(() => heard.length === 40, '40 handled');
    expect(seen.state.sequences).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(heard.map(({ decision }) => decision.sequence)).toEqual(seen.state.sequences);
  });

  it('folds everything again after a restart and handles only what was not acknowledged', async () => {
    const write = await writer(bench());
    const first = await bench().start({ projections: [new StartsSeen()] });
    for (let index = 0; index < 5; index += 1) await write('b1');
    await bench().until(() => first.heard.length === 5, '5 handled');
    await first.consumer.stop();
    await write('b1');
    const seen = new StartsSeen();
    const second = await bench().start({ projections: [seen] });
    await bench().until(() => second.heard.length === 1, 'the sixth handled');
    expect(seen.state.counts.get(parts('b1'))).toBe(6);
    expect(second.heard[0]?.decision.sequence).toBe(6);
  });
}

function laneCases(bench: () => BusBench): void {
  it('delivers again what a stopped process had not acknowledged', async () => {
    const write = await writer(bench());
    const first = await bench().start({ dispatch: () => Promise.reject(new Error('not now')), limits: { attemptsMax: 1_000_000, retryFirstMs: 50 } });
    await write('b1');
    await bench().until(() => first.consumer.inHand === 1, 'received');
    await first.consumer.stop();
    const second = await bench().start();
    await bench().until(() => second.heard.length === 1, 'delivered again');
  });

  it('keeps order within a lane while another lane goes on', async () => {
    const write = await writer(bench());
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { heard } = await bench().start({ dispatch: ({ decision }) => (decision.lane === 'slow' && decision.version === 1 ? gate : Promise.resolve()) });
    for (let index = 0; index < 3; index += 1) {
      await write('b1', 'slow');
      await write('b2', 'fast');
    }
    await bench().until(() => heard.length === 3, 'the fast lane');
    expect(heard.map(({ decision }) => decision.lane)).toEqual(['fast', 'fast', 'fast']);
    release();
    await bench().until(() => heard.length === 6, 'the slow lane');
    expect(heard.slice(3).map(({ decision }) => decision.version)).toEqual([1, 2, 3]);
  });

  it('retries a fault that passes, in its place', async () => {
    const write = await writer(bench());
    let faults = 2;
    const { heard, ports } = await bench().start({ dispatch: () => (faults-- > 0 ? Promise.reject(new Error('not now')) : Promise.resolve()) });
    await write('b1');
    await write('b1');
    await bench().until(() => heard.length === 2, 'both handled');
    expect(heard.map(({ decision }) => decision.version)).toEqual([1, 2]);
    expect(await ports.deadLetters.open()).toEqual([]);
  });
}

function parkedCases(bench: () => BusBench): void {
  it('parks a lane that keeps failing; others go on; the lane stays parked after a restart, and a retry handles it in order', async () => {
    const write = await writer(bench());
    let broken = true;
    const dispatch = ({ decision }: { decision: { lane: string } }): Promise<void> => (broken && decision.lane === 'sick' ? Promise.reject(new Error('always')) : Promise.resolve());
    const first = await bench().start({ dispatch });
    await write('b1', 'sick');
    await write('b1', 'sick');
    await write('b2', 'well');
    await bench().until(async () => (await first.ports.deadLetters.open()).length === 2 && first.heard.length === 1, 'two letters');
    expect((await first.ports.deadLetters.open({ service: 'reporting', partition: 0 })).map(({ reason, lane, sequence }) => [reason, lane, sequence])).toEqual([['FAILED', 'sick', 1], ['LANE_PARKED', 'sick', 2]]);
    await first.consumer.stop();
    const second = await bench().start({ dispatch });
    expect(second.consumer.parkedLanes()).toEqual(['0:sick']);
    await write('b1', 'sick');
    await bench().until(async () => (await second.ports.deadLetters.open()).length === 3, 'a third letter');
    await expect(second.consumer.retryLane({ partition: 0, lane: 'sick' }, 'desk')).rejects.toThrow('always');
    broken = false;
    expect(await second.consumer.retryLane({ partition: 0, lane: 'sick' }, 'desk')).toBe(3);
    await write('b1', 'sick');
    await bench().until(() => second.heard.length === 4, 'the lane goes on');
    expect(second.heard.map(({ decision }) => decision.version)).toEqual([1, 2, 3, 4]);
    expect(second.consumer.parkedLanes()).toEqual([]);
  });

  it('lets a lane go on when its letters are discarded, and refuses to retry one out of order', async () => {
    const write = await writer(bench());
    const { consumer, ports } = await bench().start({ dispatch: ({ decision }) => (decision.version < 3 ? Promise.reject(new Error('always')) : Promise.resolve()) });
    await write('b1');
    await write('b1');
    await bench().until(async () => (await ports.deadLetters.open()).length === 2, 'two letters');
    const [first = '', second = ''] = (await ports.deadLetters.open()).map(({ deadId }) => deadId);
    await expect(consumer.retry(second, 'desk')).rejects.toThrow(/goes on in order/);
    await consumer.discard(first, 'desk');
    expect(consumer.parkedLanes()).toEqual(['0:lane-a']);
    await consumer.discard(second, 'desk');
    expect(consumer.parkedLanes()).toEqual([]);
    await expect(consumer.discard(second, 'desk')).rejects.toThrow(/no open one/);
  });
}

/** Attempts that fail because the log is away say nothing about the message. */
function outageCases(bench: () => BusBench): void {
  const ATTEMPTS_MAX = 3;
  const OUTAGE = 5 * ATTEMPTS_MAX;

  it('parks no lane while the store does not answer, however long, and handles what came once it does', async () => {
    const write = await writer(bench());
    const { streams, store, heard, ports } = await bench().start({
      service: 'operator',
      own: (owner) => owner.own(botDecider),
      limits: { attemptsMax: ATTEMPTS_MAX, retryMostMs: 50 },
      dispatch: async ({ decision }) => {
        if (decision.stream === parts('b1')) await streams.execute(botDecider, { partition: 0, id: `follows-${decision.version}` }, { type: 'StartOnce' }, cause(`follow-${decision.version}`));
      },
    });
    store.losses = Array.from({ length: OUTAGE * 8 }, () => 'lost' as const);
    await write('b1');
    await write('b1');
    await bench().until(() => heard.filter(({ decision }) => decision.stream === parts('b1')).length === 2, 'both handled');
    expect(store.losses).toEqual([]);
    expect(await ports.deadLetters.open()).toEqual([]);
    expect((await streams.load(botDecider, { partition: 0, id: 'follows-2' })).version).toBe(1);
  });

  it.each([
    ['a read that the store did not answer', () => new Error('could not decide', { cause: new StoreUnreachable('no connection') })],
    ['a request that nobody answered in time', () => new RequestTimeout('nobody listens')],
  ])('counts %s toward no limit, and what else goes wrong in between still', async (_what, outage) => {
    const write = await writer(bench());
    const faults = [...Array.from({ length: OUTAGE }, outage), new Error('not now'), outage(), new Error('not now')];
    const passing = [...faults];
    const { heard, ports } = await bench().start({ limits: { attemptsMax: ATTEMPTS_MAX, retryMostMs: 50 }, dispatch: () => (passing.length > 0 ? Promise.reject(passing.shift() as Error) : Promise.resolve()) });
    await write('b1');
    await bench().until(() => heard.length === 1, 'handled');
    expect(await ports.deadLetters.open()).toEqual([]);
    passing.push(...faults, new Error('always'));
    await write('b1');
    await bench().until(async () => (await ports.deadLetters.open()).length === 1, 'one letter');
    expect((await ports.deadLetters.open()).map(({ reason, detail }) => [reason, detail])).toEqual([['FAILED', 'Error: always (3 attempts)']]);
  });
}

function fatalCases(bench: () => BusBench): void {
  it('stops the consumer for a broken invariant and acknowledges nothing', async () => {
    const write = await writer(bench());
    const first = await bench().start({ dispatch: () => Promise.reject(new InvariantError('2 + 2 = 5')) });
    await write('b1');
    await bench().until(() => first.fatal.length === 1, 'the fatal error');
    await first.consumer.stop();
    const second = await bench().start();
    await bench().until(() => second.heard.length === 1, 'delivered again');
  });

  it('stops for a message that does not follow in its hash chain', async () => {
    const write = await writer(bench());
    const { fatal, heard } = await bench().start();
    await write('b1');
    await bench().harness.inject(0, 'evt.0.operator.bot.b1', envelopeBytes('b1', { version: 2, previousHash: '0'.repeat(64) }));
    await bench().until(() => fatal.length === 1, 'the fatal error');
    expect(fatal[0]).toBeInstanceOf(InvariantError);
    expect(fatal[0]?.message).toMatch(/operator\.bot\.b1 version 2/);
    expect(heard).toHaveLength(1);
  });
}

function snapshotCases(bench: () => BusBench): void {
  it('starts from a snapshot and holds the same; of another build it folds anew', async () => {
    const write = await writer(bench());
    for (let index = 0; index < 6; index += 1) await write(`b${index % 2}`);
    const own = (streams: { own(decider: typeof botDecider): void }): void => streams.own(botDecider);
    const first = await bench().start({ service: 'operator', own, projections: [new StartsSeen()] });
    await first.consumer.saveSnapshot();
    await first.consumer.stop();
    await write('b0');
    const check = await (await bench().process({ service: 'operator', own, projections: [new StartsSeen()] })).consumer.verifySnapshot();
    expect(check).toMatchObject({ found: true, same: true, differing: [] });
    for (const build of ['test', 'newer']) {
      const seen = new StartsSeen();
      const again = await bench().start({ service: 'operator', own, projections: [seen], build });
      expect(seen.state).toEqual({ counts: new Map([[parts('b0'), 4], [parts('b1'), 3]]), sequences: [1, 2, 3, 4, 5, 6, 7] });
      expect([...again.streams.owned(botDecider).values()].map(({ version }) => version).sort()).toEqual([3, 4]);
      await again.consumer.stop();
    }
  });
}
