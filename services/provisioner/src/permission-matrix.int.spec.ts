import { AckPolicy } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountOf } from '@ballast/bus';
import { type Attempt, NatsBed } from './nats-bed.fixtures.js';
import { EVERYBODY, INSIDE, type Kind, ME, PUBLISH, STRATEGIES, SUBSCRIBE } from './permission-matrix.fixtures.js';
import { permissionTable } from './permissions.js';

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const STREAMS = ['EVENTS_0', 'DEAD', 'SNAPSHOTS', 'LEASES', 'MARKET'] as const;

describe('every user and every kind of subject on the installed server', () => {
  let bed: NatsBed;
  beforeAll(async () => {
    bed = await NatsBed.start({ strategies: STRATEGIES, restorer: true });
  });
  afterAll(() => bed.stop());

  const lastOf = async (): Promise<readonly number[]> => {
    const manager = await (await bed.raw('provisioner')).jetstreamManager({ checkAPI: false });
    return Promise.all(STREAMS.map(async (stream) => (await manager.streams.info(stream)).state.last_seq));
  };

  it('knows all users that there are', () => {
    expect(permissionTable(STRATEGIES, { restorer: true }).map(({ user }) => user).sort()).toEqual([...EVERYBODY].sort());
    expect(EVERYBODY.filter((user) => accountOf(user) === accountOf('risk')).sort()).toEqual([...INSIDE].sort());
  });

  it.each(EVERYBODY)('lets %s write and hear what it is named for, and nothing else', async (user) => {
    const cells = ([['publish', PUBLISH], ['subscription', SUBSCRIBE]] as const).flatMap(([operation, kinds]) => kinds.flatMap(({ what, subjects, may }: Kind) => subjects(user).map((subject) => ({ operation, subject, what, expected: may.includes(user) }))));
    const refused = await bed.refused(user, cells.map(({ operation, subject }): Attempt => ({ operation, subject })));
    const found = cells.map(({ operation, what, subject }, index) => `${operation} ${what}: ${subject} ${refused[index] === true ? 'refused' : 'allowed'}`);
    expect(found).toEqual(cells.map(({ operation, what, subject, expected }) => `${operation} ${what}: ${subject} ${expected ? 'allowed' : 'refused'}`));
    expect(cells.length).toBeGreaterThan(150);
  });

  /** What a server can be made to answer: each of them to a subject of somebody else's. */
  const TRICKS = ['CONSUMER.MSG.NEXT.EVENTS_0.', 'STREAM.INFO.EVENTS_0', 'DIRECT.GET.EVENTS_0', 'DIRECT.GET.EVENTS_0.evt.0.sizing.plan.bait'] as const;
  const TARGETS = ['evt.0.risk.plan.forged', 'evt.0.execution.trade.forged', `evt.0.${ME}.signal.forged`, 'cmd.risk.0.halt.cli', 'cmd.operator.0.create-bot.cli', 'mkt.price.FORGED', 'dead.risk.0.lane', 'snap.risk.key.0', 'lease.risk', '$JS.ACK.EVENTS_0.risk-c0.1.1.1.1.0', '_INBOX_risk.x'] as const;

  it('lets nobody outside the trading account have the server write for it: no answer reaches a subject that is another’s', async () => {
    await (await bed.bus('sizing')).store.append(0, 'evt.0.sizing.plan.bait', 0, bytes('{"key":"k","payload":{}}'), 'bait');
    const heard: string[] = [];
    (await bed.raw('market-data')).subscribe('mkt.>', { callback: (_error, { subject }) => heard.push(subject) });
    for (const service of ['risk', 'operator']) (await bed.raw(service)).subscribe(`cmd.${service}.0.*.*`, { callback: (_error, { subject }) => heard.push(subject) });
    for (const user of ['market-data', 'risk', 'operator']) await (await bed.raw(user)).flush();
    const before = await lastOf();
    const outside = EVERYBODY.filter((user) => !INSIDE.includes(user) && user !== 'monitor');
    for (const user of outside) {
      const raw = await bed.raw(user);
      // What operator sends to itself stays in its own account.
      for (const reply of TARGETS.filter((target) => user !== 'operator' || !target.startsWith('cmd.operator'))) {
        for (const trick of TRICKS) raw.publish(`BALLAST.API.${trick}${trick.endsWith('.') ? `${user}-c0` : ''}`, trick === 'DIRECT.GET.EVENTS_0' ? bytes('{"seq":1}') : undefined, { reply });
        raw.publish(`cmd.provisioner.0.nothing.${user}`, bytes('{"key":"k","payload":{}}'), { reply });
      }
      await raw.flush();
    }
    // Whatever those brought about is there before these answers are.
    for (const user of outside) {
      const { requests, store } = await bed.bus(user);
      expect(await requests.command('provisioner', 0, 'nothing', {}, 'k')).toMatchObject({ ok: false });
      await store.lastSequence(0);
    }
    expect(await lastOf()).toEqual(before);
    expect(heard).toEqual([]);
  });

  it('has those inside the trading account refuse a request that came out of a stream, whoever it names', async () => {
    const handled: string[] = [];
    const risk = await bed.bus('risk');
    const stop = risk.serve([1], ({ context }) => {
      handled.push(context.by);
      return Promise.resolve({ ok: true, data: {} });
    });
    // One connection: it listens once it is answered.
    await risk.store.lastSequence(1);
    const { requests } = await bed.bus('cli');
    expect(await requests.command('risk', 1, 'halt', {}, 'k1')).toMatchObject({ ok: true });
    const sizing = await bed.raw('sizing');
    const { consumers } = await (await bed.raw('provisioner')).jetstreamManager({ checkAPI: false });
    await consumers.add('EVENTS_0', { durable_name: 'sizing-c9', ack_policy: AckPolicy.Explicit });
    sizing.publish('$JS.API.DIRECT.GET.EVENTS_0.evt.0.sizing.plan.bait', undefined, { reply: 'cmd.risk.1.halt.cli' });
    sizing.publish('$JS.API.CONSUMER.MSG.NEXT.EVENTS_0.sizing-c9', undefined, { reply: 'cmd.risk.1.halt.cli' });
    await expect.poll(async () => (await consumers.info('EVENTS_0', 'sizing-c9')).num_ack_pending).toBe(1);
    expect(await requests.command('risk', 1, 'halt', {}, 'k2')).toMatchObject({ ok: true });
    expect(handled).toEqual(['cli', 'cli']);
    stop();
  });
});
