import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicKeyOf } from '@ballast/bus';
import { findBinary, WORKSPACE_ROOT } from '@ballast/testing';
import { permissionTable } from './permissions.js';
import { ensureSeeds } from './seeds.js';

const KEYS = join(WORKSPACE_ROOT, 'services', 'provisioner', 'dist', 'keys.js');

describe('the command that makes keys and the configuration of a server', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes a configuration that the server takes, with the public key of every seed and no seed, and keeps the seeds of before', () => {
    const asked = ['--out', folder, '--strategies', 'dn-pair,swing', '--listen', '0.0.0.0:4222', '--monitor', '0.0.0.0:8222', '--store', join(folder, 'store'), '--cluster', 'ballast', '--cluster-listen', '0.0.0.0:6222', '--routes', 'nats://nats-0.nats:6222,nats://nats-1.nats:6222'];
    const { publicKeys } = ensureSeeds(join(folder, 'seeds'), ['dn-pair']);
    const made = spawnSync(process.execPath, [KEYS, ...asked], { encoding: 'utf8' });
    expect([made.status, made.stderr]).toEqual([0, '']);
    const first = readFileSync(join(folder, 'nats.conf'), 'utf8');
    for (const key of Object.values(publicKeys)) expect(first).toContain(key);
    const users = permissionTable(['dn-pair', 'swing']).map(({ user }) => user);
    expect(readdirSync(join(folder, 'seeds')).sort()).toEqual(users.map((user) => `${user}.nk`).sort());
    for (const user of users) {
      const file = join(folder, 'seeds', `${user}.nk`);
      const seed = readFileSync(file, 'utf8').trim();
      expect([statSync(file).mode & 0o777, first.includes(seed), first.includes(publicKeyOf(seed))]).toEqual([0o600, false, true]);
    }
    const checked = spawnSync(findBinary('nats-server', 'NATS_SERVER_BIN'), ['-t', '-c', join(folder, 'nats.conf')], { encoding: 'utf8' });
    expect([checked.status, checked.stderr]).toEqual([0, expect.stringContaining('is valid')]);
  });
});
