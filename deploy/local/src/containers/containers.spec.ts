import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeyOf } from '@ballast/bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WORKING_COPY } from '../working-copy.js';
import { handOut } from './hand-out.js';
import { programFile, programs } from './programs.js';

describe('the programs of the image', () => {
  it('are every service, every strategy, the jobs and the command line', () => {
    expect(programs(WORKING_COPY).map(({ name }) => name)).toEqual(expect.arrayContaining(['provisioner', 'risk', 'paper-venue', 'strategy-dn-pair', 'strategy-swing', 'keys', 'demo', 'ballast', 'nats-reloader']));
    expect(programFile('risk', WORKING_COPY)).toBe(join(WORKING_COPY, 'services/risk/dist/main.js'));
  });

  it.each([['rsik', 'program: found "rsik", allowed are provisioner,'], [undefined, 'program: found nothing, allowed are provisioner,']])('%s is refused with the names there are', (name, message) => {
    expect(() => programFile(name, WORKING_COPY)).toThrow(message);
  });
});

describe('keys of a stack in containers', () => {
  let folder: string;
  let receivers: readonly string[];
  const all = (): Readonly<Record<string, readonly string[]>> => Object.fromEntries(readdirSync(join(folder, 'handed')).map((name) => [name, readdirSync(join(folder, 'handed', name)).sort()]));
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const hand = (restorer = false): readonly string[] =>
    handOut({ root: WORKING_COPY, keysDir: join(folder, 'keys'), handedDir: join(folder, 'handed'), natsConfigFile: join(folder, 'nats', 'nats.conf'), natsStoreDir: '/data/jetstream', restorer });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-keys-'));
    receivers = hand();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are handed to whoever reads one, and nobody is given more than it reads', () => {
    expect([...receivers].sort()).toEqual(Object.keys(all()).sort());
    expect(all()).toMatchObject({ sizing: ['nats-seed'], 'strategy-dn-pair': ['nats-seed'], execution: ['nats-seed', 'venue-key'], collateral: ['nats-seed', 'venue-key'], operator: ['approver-seed', 'http-tokens', 'nats-seed'], demo: ['cli-seed', 'venue-sender'], ballast: ['approver-seed', 'cli-seed', 'http-tokens.json'] });
    expect(Object.entries(all()).filter(([, secrets]) => secrets.includes('venue-key')).map(([name]) => name).sort()).toEqual(['collateral', 'execution']);
  });

  it('are different for each user, and readable by their owner alone', () => {
    const seeds = Object.entries(all()).filter(([, secrets]) => secrets.includes('nats-seed')).map(([name]) => read(`handed/${name}/nats-seed`));
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const [name, secrets] of Object.entries(all())) for (const secret of secrets) expect(statSync(join(folder, 'handed', name, secret)).mode & 0o777).toBe(0o600);
  });

  it('are not in the configuration of the server, which knows the public half', () => {
    const config = read('nats/nats.conf');
    expect(config).toContain('listen: "0.0.0.0:4222"');
    expect(config).toContain('sync_interval: always');
    expect(config).not.toContain(read('handed/risk/nats-seed').trim());
  });

  it('let the restorer in while it is asked for, by a seed that the command line alone is given, and leave nothing of it afterwards', () => {
    const without = read('nats/nats.conf');
    hand(true);
    expect(all()['ballast']).toContain('restorer-seed');
    expect(Object.entries(all()).filter(([, secrets]) => secrets.includes('restorer-seed')).map(([name]) => name)).toEqual(['ballast']);
    expect(read('nats/nats.conf')).toContain(publicKeyOf(read('handed/ballast/restorer-seed')));
    hand();
    expect([read('nats/nats.conf'), all()['ballast']?.includes('restorer-seed'), readdirSync(join(folder, 'keys/seeds')).includes('restorer.nk')]).toEqual([without, false, false]);
  });

  it('stay as they are when they are handed out again', () => {
    const before = ['handed/risk/nats-seed', 'handed/execution/venue-key', 'handed/operator/http-tokens', 'handed/demo/venue-sender', 'nats/nats.conf'].map(read);
    hand();
    expect(['handed/risk/nats-seed', 'handed/execution/venue-key', 'handed/operator/http-tokens', 'handed/demo/venue-sender', 'nats/nats.conf'].map(read)).toEqual(before);
  });
});
