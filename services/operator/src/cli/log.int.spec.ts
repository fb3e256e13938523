import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArchivedMessage, connectJetStream, connectLogStreams, deadIdOf, type JetStreamBus, type LogStreams, InMemoryEventStore, type RunningProvisioner, startProvisioner } from '@ballast/bus';
import { pairRound } from '@ballast/books';
import { partitionOf } from '@ballast/domain';
import { ManagedProcess, type NatsServer, startNatsServer, WORKSPACE_ROOT } from '@ballast/testing';
import { connectCli } from './connection.js';
import { NarrowLine } from './narrow-line.fixtures.js';
import { ballast, type Ran, writeLog } from './story.fixtures.js';

const P = partitionOf('main');
const STREAM = `EVENTS_${P}`;
const ROUNDS = 40;
const CLI = join(WORKSPACE_ROOT, 'services', 'operator', 'bin', 'ballast.js');
const fail = (error: Error): void => {
  throw error;
};

/** A nats-server with its provisioner, and somebody who reads. */
interface Log {
  readonly server: NatsServer;
  readonly provisioner: RunningProvisioner;
  readonly bus: JetStreamBus;
  readonly streams: LogStreams;
}

let folder: string;
let old: Log;
let total: number;
const opened: Log[] = [];

async function newLog(): Promise<Log> {
  const server = await startNatsServer();
  const provisioner = await startProvisioner({ url: server.url, onFault: fail });
  const bus = await connectJetStream({ url: server.url, service: 'execution', onFault: fail });
  const log = { server, provisioner, bus, streams: await connectLogStreams({ url: server.url, user: 'restorer' }) };
  opened.push(log);
  return log;
}

/** Many rounds, decided in memory, then stored as they are. */
async function trade({ bus }: Log, rounds: number): Promise<void> {
  const memory = new InMemoryEventStore();
  for (let round = 0; round < rounds; round += 1) await writeLog(memory, pairRound());
  const last = new Map<string, number>();
  const appends: Promise<unknown>[] = [];
  await memory.read(P, { filters: [] }, ({ subject, sequence, bytes }) => {
    appends.push(bus.store.append(P, subject, last.get(subject) ?? 0, bytes, `m${sequence}`));
    last.set(subject, sequence);
  });
  await Promise.all(appends);
}

const run = (url: string, ...argv: readonly string[]): Promise<Ran> => ballast([...argv, ...(argv[1] === 'check' ? [] : ['--nats', url])], undefined, { connect: connectCli });
const json = ({ out }: Ran): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>;
const dir = (name: string): string => join(folder, name);
function writeKeys(name: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(dir(`${name}.key`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(dir(`${name}.pub`), publicKey.export({ type: 'spki', format: 'pem' }));
}

type Told = Omit<ArchivedMessage, 'bytes'> & { readonly text: string };
const toldOf = ({ bytes, ...rest }: ArchivedMessage): Told => ({ ...rest, text: Buffer.from(bytes).toString('utf8') });

async function messagesOf({ streams }: Log): Promise<readonly Told[]> {
  const found: Told[] = [];
  for (const stream of [STREAM, 'DEAD']) {
    const last = await streams.lastSequence(stream);
    if (last > 0) await streams.read(stream, 1, last, (message) => found.push(toldOf(message)));
  }
  return found;
}

const LETTER = deadIdOf({ service: 'execution', partition: P, sequence: 1 });
const letter = { deadId: LETTER, service: 'execution', partition: P, lane: 'acct1', reason: 'FAILED', detail: 'no such leg', subject: `evt.${P}.risk.exposure.main`, sequence: 1, payload: '', at: 1 } as const;
/** A message with headers of its own. */
const TRACED: ArchivedMessage = { sequence: 3, subject: `dead.execution.${P}.acct1`, headers: [['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'], ['x-seen', 'one'], ['x-seen', 'two']], bytes: Buffer.from(JSON.stringify({ kind: 'resolution', deadId: LETTER, resolution: 'DISCARDED', by: 'cli' })) };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-archive-'));
  old = await newLog();
  for (const name of ['ours', 'other']) writeKeys(name);
  await trade(old, ROUNDS);
  await old.bus.deadLetters.record(letter);
  const cursor = await old.bus.store.cursor('execution', P, []);
  await cursor.start(({ message, ack }) => {
    if (message.sequence <= 40) ack();
  });
  while ((await old.streams.places())[0]?.resumeAt !== 41);
  await cursor.stop();
}, 120_000);

afterAll(async () => {
  for (const { server, provisioner, bus, streams } of opened) {
    await streams.close();
    await bus.close();
    await provisioner.close();
    await server.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

describe('an archive of the log', () => {
  it('holds every message, is signed, proves itself, and grows by what is new alone', async () => {
    expect(await run(old.server.url, 'log', 'archive', dir('archive'), '--sign', dir('ours.key'))).toMatchObject({ code: 0 });
    await old.bus.deadLetters.resolve(LETTER, 'DISCARDED', 'cli');
    expect(await old.streams.append('DEAD', TRACED)).toBe('stored');
    const again = json(await run(old.server.url, 'log', 'archive', dir('archive'), '--sign', dir('ours.key'), '--json'));
    total = await old.streams.lastSequence(STREAM);
    expect(again).toMatchObject({ added: 2, messages: total + 3, files: 3, contracts: [{ contract: 1, messages: total }], last: { [STREAM]: total, DEAD: 3 } });
    const checked = await run('', 'log', 'check', dir('archive'), '--trust', dir('ours.pub'));
    expect(checked).toMatchObject({ code: 0 });
    expect(checked.out).toMatch(/signature {2}key [0-9a-f]{16}, valid\neverything holds/);
    expect(checked.out).toContain(again['digest'] as string);
  });

  it('says that a signature was not looked at, and takes no unsigned addition to a signed archive', async () => {
    expect((await run('', 'log', 'check', dir('archive'))).out).toMatch(/not looked at: name the public key by --trust/);
    expect(await run(old.server.url, 'log', 'archive', dir('archive'))).toMatchObject({ code: 1, err: expect.stringMatching(/is signed by key [0-9a-f]{16}[^]*--sign/) as string });
  });

  it('is put back after kill -9 in the middle: the same bytes at the same sequences, the same books, the places of who had read it', async () => {
    const fresh = await newLog();
    // By this line no more than a part arrives, however late the kill comes.
    const line = await NarrowLine.to(fresh.server.port, (await old.streams.size(STREAM)).bytes / 2);
    const restore = ['log', 'restore', dir('archive'), '--trust', dir('ours.pub'), '--nats', line.url];
    const process_ = new ManagedProcess({ name: 'restore', command: process.execPath, args: [CLI, ...restore] });
    await process_.start();
    while ((await fresh.streams.lastSequence(STREAM)) < 100) await delay(1);
    await process_.kill();
    await line.cut();
    const { found, appended } = json(await run(fresh.server.url, 'log', 'restore', dir('archive'), '--json')) as { readonly found: number; readonly appended: number };
    expect(found).toBeGreaterThanOrEqual(100);
    expect(found).toBeLessThan(total);
    expect(found + appended).toBe(total + 3);
    const restored = await messagesOf(fresh);
    expect(restored).toEqual(await messagesOf(old));
    expect(restored.at(-1)).toEqual(toldOf(TRACED));
    const [before, after] = [json(await run(old.server.url, 'rebuild', '--json')), json(await run(fresh.server.url, 'rebuild', '--json'))];
    expect(after['hash']).toBe(before['hash']);
    expect(after['cut']).toBe(`${P}:${total}`);
    expect(await fresh.bus.deadLetters.open()).toEqual([]);
    expect((await fresh.bus.store.cursor('execution', P, [])).resumeAt).toBe(41);
    expect(json(await run(fresh.server.url, 'log', 'restore', dir('archive'), '--json'))).toMatchObject({ found: total + 3, appended: 0, signature: expect.stringMatching(/^key [0-9a-f]{16}, not looked at/) as string });
    expect((await run(fresh.server.url, 'log', 'restore', dir('archive'), '--trust', dir('ours.pub'))).out).toMatch(/^signature {2}key [0-9a-f]{16}, valid$/m);
    expect((await run(fresh.server.url, 'log', 'restore', dir('archive'))).out).toMatch(/^signature {2}key [0-9a-f]{16}, not looked at: name the public key by --trust$/m);
    const mark = await fresh.bus.store.append(P, `evt.${P}.execution.trade.next`, 0, Buffer.from('{}'), 'next');
    expect(mark).toEqual({ status: 'appended', sequence: total + 1 });
    expect(await run(fresh.server.url, 'log', 'restore', dir('archive'))).toMatchObject({ code: 1, err: expect.stringMatching(new RegExp(`${STREAM}: the log ends at ${total + 1}, the archive at ${total}`)) as string });
  }, 240_000);

  it('is not put into a log that was begun anew, nor where somebody reads already', async () => {
    const begun = await newLog();
    await begun.bus.store.append(P, `evt.${P}.execution.trade.other`, 0, Buffer.from('{}'), 'other');
    expect(await run(begun.server.url, 'log', 'restore', dir('archive'))).toMatchObject({ code: 1, err: expect.stringMatching(/message 1 \(evt\.\d\.execution\.trade\.other\) in the log is not the archive's[^]*next: stop everything/) as string });
    await begun.bus.store.cursor('execution', P, []);
    expect(await run(begun.server.url, 'log', 'restore', dir('archive'))).toMatchObject({ code: 1, err: expect.stringContaining('places: found execution reading the log') as string });
    expect(await run(begun.server.url, 'log', 'archive', dir('archive'), '--sign', dir('ours.key'))).toMatchObject({ code: 1, err: expect.stringMatching(/it is the archive of another log/) as string });
  });

  it('is weighed: bytes by event type and for each completed round', async () => {
    const weight = json(await run(old.server.url, 'log', 'size', '--json')) as { bytes: number; weights: { name: string; bytes: number; count: number }[] };
    expect(weight).toMatchObject({ decisions: total, rounds: 1 });
    expect(weight.weights.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(weight.bytes);
    expect(weight.weights.find(({ name }) => name === 'TradeClosed')).toMatchObject({ count: ROUNDS });
    expect((await run(old.server.url, 'log', 'size')).out).toMatch(/rounds {5}1 completed, \d+ bytes each/);
  });
});

describe('a damaged archive', () => {
  const segment = (at: string): string => join(at, STREAM, readdirSync(join(at, STREAM))[0] ?? '');
  const edited = (at: string, from: RegExp, to: string): void => writeFileSync(join(at, 'manifest.json'), readFileSync(join(at, 'manifest.json'), 'utf8').replace(from, to));
  const file = `${STREAM}/000000000001.gz`;

  it.each<[string, (at: string) => void, RegExp]>([
    ['a flipped byte in a segment', (at) => {
      const bytes = readFileSync(segment(at));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      writeFileSync(segment(at), bytes);
    }, new RegExp(`${file}: found SHA-256 [0-9a-f]{64}, the manifest says [0-9a-f]{64}`)],
    ['a missing segment', (at) => rmSync(segment(at)), new RegExp(`${file}: is missing, the manifest says \\d+ bytes`)],
    ['a tail that is cut off', (at) => truncateSync(segment(at), 5_000), new RegExp(`${file}: found 5000 bytes, the manifest says \\d+`)],
    ['a manifest in which an end was changed', (at) => edited(at, /"last": 3,/, '"last": 2,'), /manifest\.json: found SHA-256 [0-9a-f]{64} over the manifest/],
    ['a manifest that is cut off', (at) => truncateSync(join(at, 'manifest.json'), 300), /manifest\.json: found no JSON/],
    ['no manifest', (at) => rmSync(join(at, 'manifest.json')), /found no manifest\.json/],
    ['a signature that was changed', (at) => edited(at, /"ed25519": "..../, '"ed25519": "AAAA'), /manifest\.json: the signature \(key [0-9a-f]{16}\) is not one of this manifest by key/],
    ['no signature', (at) => edited(at, /,\s*"signature": \{[^}]*\}/, ''), /manifest\.json: found no signature, allowed is one by key/],
  ])('%s is found and named, and nothing of it is restored', async (name, damage, says) => {
    const at = dir(`damaged by ${name}`);
    cpSync(dir('archive'), at, { recursive: true });
    damage(at);
    expect(await run('', 'log', 'check', at, '--trust', dir('ours.pub'))).toMatchObject({ code: 1, err: expect.stringMatching(says) as string });
    const target = opened.at(-1)!;
    expect(await run(target.server.url, 'log', 'restore', at, '--trust', dir('ours.pub'))).toMatchObject({ code: 1, out: '', err: expect.stringMatching(says) as string });
  });

  it('with the signature of another key is refused, and a file that is no key is named', async () => {
    expect(await run('', 'log', 'check', dir('archive'), '--trust', dir('other.pub'))).toMatchObject({ code: 1, err: expect.stringMatching(/the signature \(key [0-9a-f]{16}\) is not one of this manifest by key [0-9a-f]{16}/) as string });
    expect(await run('', 'log', 'check', dir('archive'), '--trust', dir('archive/manifest.json'))).toMatchObject({ code: 2, err: expect.stringMatching(/--trust .*found no public key/) as string });
  });
});
