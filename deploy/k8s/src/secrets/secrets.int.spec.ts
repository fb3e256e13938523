import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectJetStream, connectLogStreams, newCredential, publicKeyOf } from '@ballast/bus';
import { permissionTable } from '@ballast/provisioner';
import { findBinary, freePort, ManagedProcess, natsServerIsReady, WORKSPACE_ROOT } from '@ballast/testing';
import { readStrategies } from '@ballast/topology';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { secretsOf } from '../generate/files.js';
import { keysFile, kubernetesNatsConfig } from '../generate/nats-config.js';
import { type MadeSecrets, makeSecrets, secretManifests } from './make-secrets.js';
import { redisAcl } from './redis-acl.js';

let folder: string;
let made: MadeSecrets;
const started: ManagedProcess[] = [];
const catalogue = secretsOf(WORKSPACE_ROOT);
const needed = catalogue.filter(({ isOptional }) => isOptional !== true);
/** What the configuration includes where nothing is encrypted. */
const PLAIN = readFileSync(join(WORKSPACE_ROOT, 'k8s/base/tls.conf'), 'utf8');
/** What the pod of a server tells it. */
const ENVIRONMENT = { POD_NAME: 'nats-0', LOG_STORAGE: '15GB' };
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-secrets-'));
  made = makeSecrets({ folder, catalogue, paper: false, restorer: false });
});
afterAll(async () => {
  for (const each of started) await each.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A running server, whose file of keys is written anew. */
interface Running {
  readonly url: string;
  readonly monitorUrl: string;
  readonly keys: string;
  readonly reload: () => void;
}

/** The restorer is let in by one reload of the servers' file of keys, and cut off by the next one. */
async function expectRestorer({ url, monitorUrl, keys, reload }: Running): Promise<void> {
  const seed = join(folder, 'for-people/restorer.nk');
  const bring = (restorer: boolean): void => {
    makeSecrets({ folder, catalogue, paper: false, restorer });
    writeFileSync(keys, read('nats-public-keys/keys.conf'));
    reload();
  };
  const connected = async (): Promise<number> => ((await (await fetch(`${monitorUrl}/connz`)).json()) as { readonly connections: readonly { readonly name?: string }[] }).connections.filter(({ name }) => name?.startsWith('restorer/')).length;
  bring(true);
  const log = await connectLogStreams({ url, user: 'restorer', credentialSeedFile: seed });
  expect(await connected()).toBe(1);
  bring(false);
  expect(existsSync(seed)).toBe(false);
  await expect.poll(connected).toBe(0);
  await log.close();
}

describe('the Secrets of an environment', () => {
  it('are all made but the keys of wallets, which are named as missing', () => {
    expect(made.missing).toEqual(['venue-key-execution/key', 'venue-key-collateral/key']);
    expect([...made.ready, ...made.missing].sort()).toEqual(needed.flatMap(({ name, keys }) => keys.map((key) => `${name}/${key}`)).sort());
    expect(statSync(join(folder, 'nats-seed-risk/seed.nk')).mode & 0o777).toBe(0o600);
  });

  it('stay as they are when they are made again, and one wallet signs for all at the simulated venue', () => {
    const before = [read('nats-seed-risk/seed.nk'), read('redis-execution/url'), read('http-tokens/tokens.json'), read('nats-public-keys/keys.conf')];
    const again = makeSecrets({ folder, catalogue, paper: true, restorer: false });
    expect([read('nats-seed-risk/seed.nk'), read('redis-execution/url'), read('http-tokens/tokens.json'), read('nats-public-keys/keys.conf')]).toEqual(before);
    expect(again.missing).toEqual([]);
    expect(read('venue-key-execution/key')).toBe(read('venue-key-collateral/key'));
  });

  it('are Secrets of a namespace where they are asked for as such, and tokens of people are none', () => {
    const secrets = parseAllDocuments(secretManifests(folder, 'ballast-dev', catalogue)).map((document) => document.toJS() as { kind: string; metadata: { name: string; namespace: string } });
    expect(secrets.map(({ metadata }) => metadata.name).sort()).toEqual(needed.map(({ name }) => name).sort());
    expect(new Set(secrets.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`))).toEqual(new Set(['Secret ballast-dev']));
  });

  it('are no part of a commit where the page has a person make them', () => {
    const folders = ['secrets-dev', 'secrets-prod'].map((name) => `${name}/nats-seed-risk/seed.nk`);
    expect(spawnSync('git', ['check-ignore', ...folders], { cwd: WORKSPACE_ROOT, encoding: 'utf8' }).stdout.trim().split('\n')).toEqual(folders);
  });

  it('have what a person brings for notifications, and miss nothing where nobody does', () => {
    mkdirSync(join(folder, 'notify-webhook'));
    writeFileSync(join(folder, 'notify-webhook/secret'), 'of-the-desk-and-us');
    expect(makeSecrets({ folder, catalogue, paper: false, restorer: false })).toMatchObject({ ready: expect.arrayContaining(['notify-webhook/secret']) as string[], missing: [] });
    expect(secretManifests(folder, 'ballast-dev', catalogue)).toContain('name: notify-webhook');
  });

  it('let each user into a server with the generated configuration by its own seed, and the restorer while its key is among them', async () => {
    const strategies = readStrategies(WORKSPACE_ROOT).map(({ name }) => name);
    const [port, monitorPort, home] = [await freePort(), await freePort(), join(folder, 'server')];
    mkdirSync(join(home, 'keys'), { recursive: true });
    writeFileSync(join(home, 'keys/keys.conf'), read('nats-public-keys/keys.conf'));
    const text = kubernetesNatsConfig(strategies, 1).replace('0.0.0.0:4222', `127.0.0.1:${port}`).replace('0.0.0.0:8222', `127.0.0.1:${monitorPort}`).replace('/data/jetstream', join(home, 'store'));
    writeFileSync(join(home, 'nats.conf'), text);
    writeFileSync(join(home, 'tls.conf'), PLAIN);
    const server = new ManagedProcess({ name: 'nats-server', command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', join(home, 'nats.conf')], env: ENVIRONMENT, ready: () => natsServerIsReady(monitorPort), readyTimeoutMs: 30_000 });
    started.push(server);
    await server.start();
    const url = `nats://127.0.0.1:${port}`;
    const risk = await connectJetStream({ url, service: 'risk', credentialSeedFile: join(folder, 'nats-seed-risk/seed.nk'), onFault: (error) => expect.unreachable(error.message) });
    expect(risk.connected()).toBe(true);
    await risk.close();
    const varz = (await (await fetch(`http://127.0.0.1:${monitorPort}/varz`)).json()) as { server_name: string; jetstream: { config: { sync_always: boolean; max_storage: number } } };
    const { sync_always, max_storage } = varz.jetstream.config;
    expect([varz.server_name, sync_always, max_storage]).toEqual(['nats-0', true, 15 * 1_024 ** 3]);
    await expectRestorer({ url, monitorUrl: `http://127.0.0.1:${monitorPort}`, keys: join(home, 'keys/keys.conf'), reload: () => process.kill(server.pid, 'SIGHUP') });
  });

  it.each([
    ['a key more than users, as before a new strategy is applied or after one is reverted', ['carry'], []],
    ['a user more than keys, as before the keys of a new strategy have arrived', [], ['carry']],
    ['other users than keys', ['carry'], ['drift']],
    ['no key at all', undefined, []],
  ])('let a server start with %s', (_, keys, users) => {
    const home = mkdtempSync(join(folder, 'pair-'));
    mkdirSync(join(home, 'keys'));
    const publicKeys = Object.fromEntries((keys === undefined ? [] : permissionTable(keys)).map(({ user }) => [user, publicKeyOf(newCredential().seed)]));
    writeFileSync(join(home, 'keys/keys.conf'), keysFile(publicKeys));
    writeFileSync(join(home, 'nats.conf'), kubernetesNatsConfig(users, 3));
    for (const file of ['tls.conf', 'tls-routes.conf']) writeFileSync(join(home, file), PLAIN);
    const checked = spawnSync(findBinary('nats-server', 'NATS_SERVER_BIN'), ['-t', '-c', join(home, 'nats.conf')], { encoding: 'utf8', env: ENVIRONMENT });
    expect([checked.status, checked.stderr]).toEqual([0, expect.stringContaining('is valid')]);
  });

  it('let a service into Redis to its own keys, and keep it from all else', async () => {
    const port = await freePort();
    const open = (url: string): Redis => new Redis(url.replace('@redis:6379', `@127.0.0.1:${port}`), { maxRetriesPerRequest: 0, retryStrategy: () => null });
    const isReady = async (): Promise<boolean> => {
      const asking = open(read('redis-operator/url'));
      asking.on('error', () => asking.disconnect());
      return asking.ping().then((answer) => answer === 'PONG', () => false).finally(() => asking.disconnect());
    };
    const server = new ManagedProcess({ name: 'redis-server', command: findBinary('redis-server', 'REDIS_SERVER_BIN'), args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder, '--aclfile', join(folder, 'redis-acl/users.acl')], ready: isReady, readyTimeoutMs: 30_000 });
    started.push(server);
    await server.start();
    const [operator, feeds, stranger] = [open(read('redis-operator/url')), open(read('redis-market-data/url')), open(`redis://127.0.0.1:${port}`)];
    stranger.on('error', () => undefined);
    expect(await operator.eval("return redis.call('INCR', KEYS[1])", 1, 'ballast:http:rate:kim')).toBe(1);
    expect(await feeds.mset('ballast:mkt:book:ETH-PERP', '{}')).toBe('OK');
    await expect(operator.get('ballast:budget:nado:ip:all')).rejects.toThrow('NOPERM');
    await expect(feeds.get('ballast:http:rate:kim')).rejects.toThrow('NOPERM');
    await expect(feeds.flushall()).rejects.toThrow('NOPERM');
    await expect(stranger.get('ballast:mkt:book:ETH-PERP')).rejects.toThrow(/NOAUTH|closed/);
    for (const each of [operator, feeds, stranger]) each.disconnect();
  });

  it('has no user of Redis whose rights nobody has written down', () => {
    expect(() => redisAcl({ reporting: 'x' })).toThrow('redis: found user "reporting", allowed are execution, collateral, market-data, operator');
  });
});
