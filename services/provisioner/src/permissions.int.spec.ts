import { readFileSync, statSync } from 'node:fs';
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectJetStream, deadIdOf, type JetStreamBus, refusalObserver } from '@ballast/bus';
import { createLogger, Metrics } from '@ballast/observability';
import { NatsBed } from './nats-bed.fixtures.js';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('who may do what on NATS', () => {
  let bed: NatsBed;
  const busOf = (user: string): Promise<JetStreamBus> => bed.bus(user);
  beforeAll(async () => {
    bed = await NatsBed.start({ strategies: ['dn-pair'] });
  });
  afterAll(() => bed.stop());

  it('keeps every seed readable by its owner only, and no seed in the server configuration', () => {
    const config = readFileSync(bed.nats.configFile, 'utf8');
    for (const file of Object.values(bed.nats.seedFiles)) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(config).not.toContain(readFileSync(file, 'utf8').trim());
    }
  });

  it('refuses who has no credential', async () => {
    await expect(connect({ servers: bed.nats.url })).rejects.toThrow(/authorization/i);
  });

  it('tells the caller of a forbidden append at once', async () => {
    const { store } = await busOf('strategy-dn-pair');
    await expect(store.append(0, 'evt.0.risk.exposure.p1', 0, text('{}'), 'forged')).rejects.toThrow('user strategy-dn-pair may not write to "evt.0.risk.exposure.p1"');
    expect(await store.append(0, 'evt.0.strategy-dn-pair.signal.s1', 0, text('{}'), 'mine')).toMatchObject({ status: 'appended' });
  });

  it('counts what the server refused, and names the subject in the log of whoever tried it', async () => {
    const lines: string[] = [];
    const metrics = new Metrics({ service: 'strategy-dn-pair', version: '1', commit: 'test' });
    const log = createLogger('strategy-dn-pair', { env: {}, destination: { write: (line: string) => void lines.push(line) } });
    const bus = await connectJetStream({ url: bed.nats.url, service: 'strategy-dn-pair', credentialSeedFile: bed.nats.seedFiles['strategy-dn-pair'], onRefused: refusalObserver(metrics, log) });
    await expect(bus.store.append(0, 'evt.0.risk.plan.p1', 0, text('{}'), 'an approval')).rejects.toThrow('may not write');
    await expect(bus.requests.command('risk', 0, 'resume', {}, 'k')).rejects.toMatchObject({ name: 'NotPermitted' });
    await bus.close();
    expect(await metrics.text()).toContain('ballast_permission_violations_total{operation="publish"} 2');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ level: 'error', operation: 'publish', subject: 'evt.0.risk.plan.p1' }, { subject: 'cmd.risk.0.resume.strategy-dn-pair' }]);
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
      const letter = { deadId: deadIdOf({ service: user, partition: 0, sequence: 1 }), service: user, partition: 0, lane: 'a', reason: 'FAILED', detail: 'x', subject: 'evt.0.a.b.c', sequence: 1, payload: '', at: 1 } as const;
      await deadLetters.record(letter);
      expect(await deadLetters.open({ service: user })).toEqual([letter]);
      await snapshots.save('state', text('{}'));
      expect(await snapshots.load('state')).toBeDefined();
      expect((await marketWire.lastValues()).get('mkt.price.ETH')).toEqual({ markPrice: '1' });
    }
    const { deadLetters } = await busOf('cli');
    await deadLetters.resolve(deadIdOf({ service: 'risk', partition: 0, sequence: 1 }), 'DISCARDED', 'cli');
    expect((await deadLetters.open()).map((letter) => letter.service)).toEqual(['strategy-dn-pair', 'reporting']);
  });

  it('names every field of a request to the provisioner that is wrong', async () => {
    const { requests } = await busOf('risk');
    const reply = await requests.command('provisioner', 0, 'ensure-consumer', { stream: 'MARKET', consumer: 'a.b', filters: 'x', surprise: 1 }, 'k');
    expect(reply).toMatchObject({ ok: false, fields: { stream: expect.stringContaining('found "MARKET"') as string, consumer: expect.stringContaining('found "a.b"') as string, filters: expect.anything() as string, surprise: expect.stringContaining('unknown') as string } });
    expect(await requests.command('provisioner', 0, 'drop-everything', {}, 'k')).toMatchObject({ ok: false, error: expect.stringContaining('allowed are ensure-consumer') as string });
  });
});
