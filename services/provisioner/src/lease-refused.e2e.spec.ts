import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinary, freePort, ManagedProcess, natsServerIsReady, WORKSPACE_ROOT } from '@ballast/testing';
import { writeLocalNatsConfig, type LocalNats } from './local-config.js';

const MAIN = join(WORKSPACE_ROOT, 'services', 'provisioner', 'dist', 'main.js');
const LEASE = ', "lease.provisioner"';

describe('a provisioner whose server does not let it renew its lease', () => {
  let folder: string;
  let nats: LocalNats;
  let server: ManagedProcess;
  let provisioner: ManagedProcess;
  let healthPort: number;
  let allowed: string;
  const lacks = async (): Promise<string> => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).text();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-lease-refused-'));
    const monitorPort = await freePort();
    healthPort = await freePort();
    nats = writeLocalNatsConfig({ dir: folder, port: await freePort(), monitorPort, storeDir: join(folder, 'store'), strategies: [] });
    allowed = readFileSync(nats.configFile, 'utf8');
    writeFileSync(nats.configFile, allowed.replaceAll(LEASE, ''));
    server = new ManagedProcess({ name: 'nats-server', command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', nats.configFile], ready: () => natsServerIsReady(monitorPort) });
    const env = { ...process.env, NATS_URL: nats.url, NATS_SEED_FILE: nats.seedFiles['provisioner'], HEALTH_PORT: String(healthPort), PARTITIONS: 'lease' };
    provisioner = new ManagedProcess({ name: 'provisioner', command: process.execPath, args: [MAIN], env });
    await server.start();
    await provisioner.start();
  });
  afterAll(async () => {
    await provisioner.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is not ready and says so, as in a roll-out that has come to it before it came to NATS; and is once it may', async () => {
    await provisioner.waitForLine('the lease is not renewed');
    expect(await lacks()).toContain('lease');
    writeFileSync(nats.configFile, allowed);
    server.signalGroup('SIGHUP');
    await expect.poll(lacks).not.toContain('lease');
    expect(allowed).toContain(LEASE);
  });
});
