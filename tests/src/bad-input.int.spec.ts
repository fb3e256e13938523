import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectJetStream, type DeadLetter, encodeEnvelope, type Envelope, type JetStreamBus } from '@ballast/bus';
import { contentId } from '@ballast/domain';
import { type ChildSpec, LocalStack, serviceChild, WORKING_COPY } from '@ballast/local';
import { type LocalNats, writeLocalNatsConfig } from '@ballast/provisioner';
import { findBinary, freePort, natsServerIsReady } from '@ballast/testing';

const WRITER = 'strategy-dn-pair';
/** A process that ends at once still has to start. */
const END_MS = 60_000;
const FAULTS: readonly (readonly [what: string, id: string, events: readonly object[] | string, names: RegExp])[] = [
  ['malformed JSON', 'torn', '{"format":1,', /found no JSON/],
  ['a wrong type', 'types', [{ type: 'SignalWithdrawn', signalId: 7, botId: 'b', portfolioId: 'p', reason: 'r' }], /signalId: found number 7, allowed/],
  ['an unknown event type', 'unknown', [{ type: 'SignalShouted' }], /type: found "SignalShouted", allowed is one of .*SignalRaised/],
  ["an answer of the store's API that a server was made to write", 'answer', '{"type":"io.nats.jetstream.api.v1.stream_info_response","total":0}', /format: found nothing, allowed is 1.*stream: found nothing/s],
  ['an event of another writer', 'forged', [{ type: 'BotStarted', botId: 'b', by: 'test' }], /writer: found strategy-dn-pair, allowed is operator/],
];

function envelopeOf(id: string, events: readonly object[]): Uint8Array {
  return encodeEnvelope({ format: 1, decisionId: contentId('bad', id), stream: `${WRITER}.signal.${id}`, version: 1, occurredAt: 1, writer: WRITER, build: 'test', correlationId: 'c', causationId: 'c', lane: `lane-${id}`, contract: 1, previousHash: '', events } as Envelope);
}

describe('bad input to a service process on a real NATS server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-bad-'));
  let nats: LocalNats;
  let stack: LocalStack;
  let healthPort: number;
  let strategy: JetStreamBus;
  let letters: readonly DeadLetter[];

  beforeAll(async () => {
    const [port, monitorPort, provisionerPort, sizingPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    healthPort = sizingPort;
    nats = writeLocalNatsConfig({ dir: join(folder, 'nats'), port, monitorPort, storeDir: join(folder, 'store'), strategies: ['dn-pair'] });
    const env = (name: string): Readonly<Record<string, string>> => ({ NATS_URL: nats.url, NATS_SEED_FILE: nats.seedFiles[name] ?? '', CLOCK: 'wall' });
    const server: ChildSpec = { name: 'nats-server', command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', nats.configFile], env: {}, ready: async () => ((await natsServerIsReady(monitorPort)) ? undefined : 'not healthy') };
    const service = (name: string, health: number, more: Readonly<Record<string, string>> = {}): ChildSpec => serviceChild(WORKING_COPY, { name, entry: `services/${name}/dist/main.js`, healthPort: health, env: { ...env(name), ...more } });
    stack = new LocalStack({ runDir: folder, readyTimeoutMs: END_MS, stages: [[server], [service('provisioner', provisionerPort, { NATS_MONITOR_URL: nats.monitorUrl ?? '' })], [service('sizing', sizingPort)]] });
    await stack.start();
    const connectAs = (user: string): Promise<JetStreamBus> => connectJetStream({ url: nats.url, service: user, credentialSeedFile: nats.seedFiles[user] ?? '' });
    strategy = await connectAs(WRITER);
    const desk = await connectAs('cli');
    for (const [, id, events] of FAULTS) await strategy.store.append(0, `evt.0.${WRITER}.signal.${id}`, 0, typeof events === 'string' ? Buffer.from(events) : envelopeOf(id, events), `bad-${id}`);
    await vi.waitFor(async () => expect((letters = await desk.deadLetters.open({ service: 'sizing' })).length).toBe(FAULTS.length), { timeout: 20_000, interval: 100 });
    await desk.close();
  }, 180_000);

  afterAll(async () => {
    await strategy.close();
    await stack.stopAll();
    rmSync(folder, { recursive: true });
  });

  it.each(FAULTS)('files %s as a dead letter that names the field', (_what, id, _events, names) => {
    expect(letters.find(({ subject }) => subject === `evt.0.${WRITER}.signal.${id}`)).toMatchObject({ reason: 'INVALID', detail: expect.stringMatching(names) });
  });

  it('counts them, and leaves the service up and ready', async () => {
    // A letter is stored first, and counted then.
    await expect.poll(async () => (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text(), { timeout: 10_000 }).toMatch(new RegExp(`ballast_dead_letters_total\\{.*reason="INVALID".*\\} ${FAULTS.length}\\b`));
    expect((await fetch(`http://127.0.0.1:${healthPort}/readyz`)).status).toBe(200);
    expect(stack.status().find(({ name }) => name === 'sizing')?.restarts).toBe(0);
  });

  it('lets a strategy write nothing but its own streams', async () => {
    await expect(strategy.store.append(0, 'evt.0.operator.bot.forged', 0, Buffer.from('{}'), 'forged')).rejects.toThrow('user strategy-dn-pair may not write to "evt.0.operator.bot.forged"');
  });
});

describe('a process with a bad environment', () => {
  const endOf = (entry: string, env: NodeJS.ProcessEnv): Promise<{ readonly code: number; readonly said: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [join(WORKING_COPY, entry)], { env: { PATH: process.env['PATH'], ...env }, timeout: END_MS }, (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: out + err }));
    });

  it.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ['sizing', { PARTITIONS: '0-9', CLOCK: 'moon' }, /PARTITIONS: found .*0-9.*allowed is partitions 0 to 7.*CLOCK: found .*moon.*allowed is one of wall, market/],
    ['execution', {}, /NADO_ENDPOINT_ADDRESS: found nothing.*NADO_KEY_FILE: found nothing/],
    ['market-data', { INSTRUMENTS: '' }, /INSTRUMENTS: found/],
    ['paper-venue', { SPEED: 'fast', SEED: '-1' }, /SEED: found .*-1.*SPEED: found .*fast.*allowed is a number > 0, or max.*JOURNAL: found nothing/s],
  ])('%s ends at once and names every variable at fault, what was found and what is allowed', async (service, env, says) => {
    const { code, said } = await endOf(`services/${service}/dist/main.js`, env);
    expect(code).not.toBe(0);
    expect(said).toMatch(says);
  }, 2 * END_MS);
});
