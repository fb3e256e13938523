import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProcessBed, type ProvisionerProcess } from './process-bed.fixtures.js';

const LEASE = ', "lease.provisioner"';

describe('a provisioner whose server does not let it renew its lease', () => {
  let bed: ProcessBed;
  let provisioner: ProvisionerProcess;
  let allowed: string;
  const lacks = async (): Promise<string> => (await fetch(provisioner.healthUrl)).text();

  beforeAll(async () => {
    bed = await ProcessBed.start(({ configFile }) => {
      allowed = readFileSync(configFile, 'utf8');
      writeFileSync(configFile, allowed.replaceAll(LEASE, ''));
    });
    provisioner = await bed.provisioner('provisioner', { PARTITIONS: 'lease' }, () => true);
  });
  afterAll(() => bed.stop());

  it('is not ready and says so, as in a roll-out that has come to it before it came to NATS; and is once it may', async () => {
    await provisioner.process.waitForLine('the lease is not renewed');
    expect(await lacks()).toContain('lease');
    writeFileSync(bed.nats.configFile, allowed);
    bed.server.signalGroup('SIGHUP');
    await expect.poll(lacks).not.toContain('lease');
    expect(allowed).toContain(LEASE);
  });
});
