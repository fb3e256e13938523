import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectJetStream } from '@ballast/bus';
import { ManagedProcess, startNatsServer } from '@ballast/testing';
import { MAIN, ProcessBed } from './process-bed.fixtures.js';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('the provisioner as a process', () => {
  let bed: ProcessBed;
  let provisioner: ManagedProcess;

  beforeAll(async () => {
    bed = await ProcessBed.start();
    ({ process: provisioner } = await bed.provisioner('provisioner'));
  });
  afterAll(() => bed.stop());

  it('serves again after kill -9 of itself and of the server, and a living reader goes on without gap or repeat', async () => {
    const bus = await connectJetStream({ url: bed.nats.url, service: 'risk', credentialSeedFile: bed.nats.seedFiles['risk'] });
    const seen: number[] = [];
    const cursor = await bus.store.cursor('risk', 0, []);
    await cursor.start(({ message, ack }) => {
      seen.push(message.sequence);
      ack();
    });
    const append = (name: string): Promise<unknown> => bus.store.append(0, `evt.0.risk.exposure.${name}`, 0, text('{}'), name);
    await append('a');
    await provisioner.kill();
    await append('b');
    await bed.server.kill();
    await bed.server.restart();
    await provisioner.restart();
    await expect.poll(() => bus.connected()).toBe(true);
    await append('c');
    await expect.poll(() => seen).toEqual([1, 2, 3]);
    await cursor.stop();
    expect((await bus.store.cursor('risk', 0, [])).resumeAt).toBe(4);
    bus.marketWire.subscribe(() => undefined);
    expect(await bus.marketWire.lastValues()).toEqual(new Map());
    await bus.close();
  });

  it('ends with 0 on SIGTERM', async () => {
    expect(await provisioner.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('does not start where the server does not flush every message, and says which setting', async () => {
    const lazy = await startNatsServer({ sync: '2m' });
    const refused = new ManagedProcess({
      name: 'provisioner',
      command: process.execPath,
      args: [MAIN],
      env: { ...process.env, NATS_URL: lazy.url, NATS_MONITOR_URL: `http://127.0.0.1:${lazy.monitorPort}`, HEALTH_PORT: '0' },
    });
    await refused.start();
    expect((await refused.exited).code).toBe(1);
    expect(refused.lines.join('\n')).toContain('sync_interval: always');
    await lazy.stop();
  });

  it('names the variable that is wrong', async () => {
    const refused = new ManagedProcess({ name: 'provisioner', command: process.execPath, args: [MAIN], env: { ...process.env, HEALTH_PORT: 'eighty' } });
    await refused.start();
    expect((await refused.exited).code).toBe(1);
    expect(refused.lines.join('\n')).toContain('HEALTH_PORT: found \\"eighty\\", allowed is a whole number');
  });
});
