import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, nkeyAuthenticator, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectJetStream, startProvisioner, type JetStreamBus, type RunningProvisioner } from '@ballast/bus';
import { findBinary, freePort, ManagedProcess, natsServerIsReady } from '@ballast/testing';
import { writeLocalNatsConfig, type LocalNats } from './local-config.js';
import { permissionTable } from './permissions.js';

const STRATEGIES = ['dn-pair', 'other'];
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('who may do what on NATS', () => {
  let folder: string;
  let nats: LocalNats;
  let server: ManagedProcess;
  let provisioner: RunningProvisioner;
  const buses = new Map<string, JetStreamBus>();
  const connections = new Map<string, NatsConnection>();
  const refusals = new Set<string>();

  const busOf = async (user: string): Promise<JetStreamBus> => {
    const bus = buses.get(user) ?? (await connectJetStream({ url: nats.url, service: user, credentialSeedFile: nats.seedFiles[user], requestTimeoutMs: 1_000, onFault: () => undefined }));
    buses.set(user, bus);
    return bus;
  };
  const rawOf = async (user: string): Promise<NatsConnection> => {
    const seed = text(readFileSync(nats.seedFiles[user]!, 'utf8').trim());
    const known = connections.get(user);
    if (known !== undefined) return known;
    const raw = await connect({ servers: nats.url, authenticator: nkeyAuthenticator(seed), inboxPrefix: `_INBOX_${user}` });
    connections.set(user, raw);
    void (async () => {
      for await (const { permissionContext } of raw.status()) if (permissionContext !== undefined) refusals.add(`${user} ${permissionContext.operation} ${permissionContext.subject}`);
    })();
    return raw;
  };
  /** Tries and hears within one round trip whether the server refused it. */
  const refused = async (user: string, operation: 'publish' | 'subscribe', subject: string): Promise<boolean> => {
    const raw = await rawOf(user);
    const heard = operation === 'subscribe' ? raw.subscribe(subject, { callback: (error) => void (error && refusals.add(`${user} ${operation} ${subject}`)) }) : raw.publish(subject, text('{}'));
    await raw.flush();
    await delay(5);
    heard?.unsubscribe();
    return refusals.has(`${user} ${operation} ${subject}`);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-permissions-'));
    const monitorPort = await freePort();
    nats = writeLocalNatsConfig({ dir: folder, port: await freePort(), monitorPort, storeDir: join(folder, 'store'), strategies: STRATEGIES });
    server = new ManagedProcess({ name: 'nats-server', command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', nats.configFile], ready: () => natsServerIsReady(monitorPort) });
    await server.start();
    provisioner = await startProvisioner({
      url: nats.url,
      credentialSeedFile: nats.seedFiles['provisioner'],
      monitorUrl: nats.monitorUrl,
      onFault: (error) => {
        throw error;
      },
    });
  });
  afterAll(async () => {
    for (const bus of buses.values()) await bus.close();
    for (const raw of connections.values()) await raw.close();
    await provisioner.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps every seed readable by its owner only, and no seed in the server configuration', () => {
    const config = readFileSync(nats.configFile, 'utf8');
    for (const file of Object.values(nats.seedFiles)) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(config).not.toContain(readFileSync(file, 'utf8').trim());
    }
  });

  it('refuses who has no credential', async () => {
    await expect(connect({ servers: nats.url })).rejects.toThrow(/authorization/i);
  });

  const writers = permissionTable(STRATEGIES).map(({ user }) => user).filter((user) => user !== 'provisioner');
  const decides = (user: string): boolean => user.startsWith('strategy-') || ['sizing', 'risk', 'execution', 'collateral', 'operator'].includes(user);

  it.each(writers)('lets %s write events under its own name at most, and nobody else’s', async (user) => {
    for (const writer of writers) expect([writer, await refused(user, 'publish', `evt.3.${writer}.kind.id`)]).toEqual([writer, !(writer === user && decides(user))]);
  });

  it.each(writers)('lets %s make no stream, no consumer, and delete none', async (user) => {
    for (const subject of ['$JS.API.CONSUMER.CREATE.EVENTS_0', `$JS.API.CONSUMER.CREATE.EVENTS_0.${user}-c0`, `$JS.API.CONSUMER.DURABLE.CREATE.EVENTS_0.${user}-c0`, `$JS.API.CONSUMER.DELETE.EVENTS_0.${user}-c0`, '$JS.API.STREAM.CREATE.X', '$JS.API.STREAM.DELETE.EVENTS_0', '$JS.API.STREAM.PURGE.EVENTS_0', '$JS.API.STREAM.UPDATE.EVENTS_0', '$JS.API.STREAM.MSG.DELETE.EVENTS_0'])
      expect([subject, await refused(user, 'publish', subject)]).toEqual([subject, true]);
  });

  it.each(writers)('lets %s pull from, acknowledge and hear nothing that is another’s', async (user) => {
    const other = user === 'risk' ? 'sizing' : 'risk';
    for (const subject of [`$JS.API.CONSUMER.MSG.NEXT.EVENTS_0.${other}-c0`, `$JS.ACK.EVENTS_0.${other}-c0.1.1.1.1.0`, `snap.${other}.x.0`, `cmd.provisioner.0.ensure-consumer.${other}`, `cmd.risk.0.halt.${other}`])
      expect([subject, await refused(user, 'publish', subject)]).toEqual([subject, true]);
    for (const subject of [`_INBOX_${other}.>`, '_INBOX_*.>', `cmd.${other}.>`, 'evt.>', '>', '$JS.API.>']) expect([subject, await refused(user, 'subscribe', subject)]).toEqual([subject, true]);
  });

  it('lets only market-data publish market data, and everybody hear it', async () => {
    for (const user of writers) {
      expect([user, await refused(user, 'publish', 'mkt.price.X')]).toEqual([user, user !== 'market-data']);
      expect([user, await refused(user, 'subscribe', 'mkt.>')]).toEqual([user, false]);
    }
  });

  it('lets only people and their tools give commands', async () => {
    for (const user of writers) expect([user, await refused(user, 'publish', `cmd.risk.0.halt.${user}`)]).toEqual([user, !['cli', 'operator', 'approver'].includes(user)]);
  });

  it('lets nobody but the approver approve under its name, and the approver command those alone who keep what needs an approval (W-9, C-49)', async () => {
    for (const user of writers) expect([user, await refused(user, 'publish', 'cmd.risk.0.resume.approver')]).toEqual([user, user !== 'approver']);
    for (const [subject, expected] of [['cmd.collateral.0.treasury-withdraw', false], ['qry.risk.0.trading-state', false], ['cmd.operator.0.create-bot', true], ['cmd.execution.0.cancel-all', true], ['cmd.risk.0.resume.cli', true]] as const)
      expect([subject, await refused('approver', 'publish', subject.endsWith('.cli') ? subject : `${subject}.approver`)]).toEqual([subject, expected]);
  });

  it('lets a strategy ask for candles and say that its bot has finished, and nothing else of that kind', async () => {
    for (const [subject, expected] of [['qry.market-data.0.candles', false], ['cmd.operator.0.bot-finished', false], ['cmd.operator.0.start', true], ['qry.risk.0.exposure', true]] as const)
      expect([subject, await refused('strategy-dn-pair', 'publish', `${subject}.strategy-dn-pair`)]).toEqual([subject, expected]);
  });

  it('lets execution ask whether risk is there, and nobody else that or more', async () => {
    for (const [user, subject, expected] of [['execution', 'qry.risk.0.pace', false], ['execution', 'qry.sizing.0.pace', true], ['execution', 'qry.risk.0.exposure', true], ['sizing', 'qry.risk.0.pace', true]] as const)
      expect([user, subject, await refused(user, 'publish', `${subject}.${user}`)]).toEqual([user, subject, expected]);
  });

  it('tells the caller of a forbidden append at once', async () => {
    const { store } = await busOf('strategy-dn-pair');
    await expect(store.append(0, 'evt.0.risk.exposure.p1', 0, text('{}'), 'forged')).rejects.toThrow('user strategy-dn-pair may not write to "evt.0.risk.exposure.p1"');
    expect(await store.append(0, 'evt.0.strategy-dn-pair.signal.s1', 0, text('{}'), 'mine')).toMatchObject({ status: 'appended' });
  });

  it('takes the caller of a command from the credential', async () => {
    const owner = await busOf('risk');
    owner.serve([2], ({ context, payload }) => Promise.resolve({ ok: true, data: { by: context.by, key: context.key, payload } }));
    const { requests } = await busOf('cli');
    expect(await requests.command('risk', 2, 'halt', { portfolioId: 'p1' }, 'k1')).toEqual({ ok: true, data: { by: 'cli', key: 'k1', payload: { portfolioId: 'p1' } } });
    expect(await requests.as('kim').command('risk', 2, 'halt', {}, 'k2')).toMatchObject({ ok: true, data: { by: 'cli/kim' } });
    for (const name of ['approver/kim', '', 'a b', 'x'.repeat(49)]) expect(await requests.as(name).command('risk', 2, 'halt', {}, 'k3')).toMatchObject({ ok: false, error: expect.stringMatching(/^person: found/) as string });
    await expect((await busOf('reporting')).requests.command('risk', 2, 'halt', {}, 'k1')).rejects.toMatchObject({ name: 'NotPermitted' });
    await expect(requests.query('sizing', 2, 'plans', {})).rejects.toMatchObject({ name: 'RequestTimeout' });
  });

  it('gives every user all it needs: log, cursor, dead letters, snapshots, last market values', async () => {
    (await busOf('market-data')).marketWire.publish('mkt.price.ETH', { markPrice: '1' });
    for (const user of ['risk', 'strategy-dn-pair', 'reporting']) {
      const { store, deadLetters, snapshots, marketWire } = await busOf(user);
      expect((await store.readSubject(0, 'evt.0.strategy-dn-pair.signal.s1')).length).toBe(1);
      const seen: number[] = [];
      await store.read(0, { filters: [] }, ({ sequence }) => seen.push(sequence));
      expect(seen).toEqual([1]);
      const cursor = await store.cursor(user, 0, []);
      await cursor.start((delivery) => {
        seen.push(delivery.message.sequence);
        delivery.ack();
      });
      await expect.poll(() => seen).toEqual([1, 1]);
      await cursor.stop();
      const letter = { deadId: `d-${user}`, service: user, partition: 0, lane: 'a', reason: 'FAILED', detail: 'x', subject: 'evt.0.a.b.c', sequence: 1, payload: '', at: 1 } as const;
      await deadLetters.record(letter);
      expect(await deadLetters.open({ service: user })).toEqual([letter]);
      await snapshots.save('state', text('{}'));
      expect(await snapshots.load('state')).toBeDefined();
      expect((await marketWire.lastValues()).get('mkt.price.ETH')).toEqual({ markPrice: '1' });
    }
    const { deadLetters } = await busOf('cli');
    await deadLetters.resolve('d-risk', 'DISCARDED', 'cli');
    expect((await deadLetters.open()).map(({ deadId }) => deadId)).not.toContain('d-risk');
  });

  it('names every field of a request to the provisioner that is wrong', async () => {
    const { requests } = await busOf('risk');
    const reply = await requests.command('provisioner', 0, 'ensure-consumer', { stream: 'MARKET', consumer: 'a.b', filters: 'x', surprise: 1 }, 'k');
    expect(reply).toMatchObject({ ok: false, fields: { stream: expect.stringContaining('found "MARKET"') as string, consumer: expect.stringContaining('found "a.b"') as string, filters: expect.anything() as string, surprise: expect.stringContaining('unknown') as string } });
    expect(await requests.command('provisioner', 0, 'drop-everything', {}, 'k')).toMatchObject({ ok: false, error: expect.stringContaining('allowed are ensure-consumer') as string });
  });
});
