import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectJetStream, type JetStreamBus, type RunningProvisioner, startProvisioner, StreamExecutor, WallClock } from '@ballast/bus';
import { contentId, type Decider, money, partitionOf } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { WORKING_COPY } from '@ballast/local';
import { type LocalNats, writeLocalNatsConfig } from '@ballast/provisioner';
import { findBinary, freePort, ManagedProcess, natsServerIsReady } from '@ballast/testing';

const PARTITION = partitionOf('main');
const TOKEN = '12345:canary-token-of-the-bot';
const SECRET = 'canary-secret-of-the-webhook';
const CHAT = -1001234;
const POLL = { timeout: 15_000, interval: 20 } as const;

const stops: Decider<null, BallastEvent, BallastEvent> = { kind: 'stops', writer: 'risk', initial: null, decide: (_state, event) => [event], evolve: () => null };
const tripped = (scopeId: string): BallastEvent => ({
  type: 'HardStopTripped', portfolioId: 'main', scope: 'BOT', scopeId, stop: 'DAILY_LOSS', profile: 'legion@1', unit: 'RATIO', value: '0.0312', limit: '0.03', baseline: money('1000'), equity: money('968.8'), state: 'HALTED', marks: [],
});

interface Got {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Takes whatever comes; while `mute`, it takes it and never says so. */
class Listener {
  readonly got: Got[] = [];
  mute = false;
  private readonly server: Server;

  constructor(private readonly answer: object) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.take({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }, response));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Times that each scope of a hard stop was told, whatever message it was in. */
  times(scopeId: string): number {
    return this.got.filter(({ body }) => body.includes(scopeId)).length;
  }

  private take(got: Got, response: ServerResponse): void {
    this.got.push(got);
    if (!this.mute) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.answer));
  }
}

describe('notifications over a reporting process that dies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-notify-'));
  const telegram = new Listener({ ok: true, result: { message_id: 1, date: 0, chat: { id: CHAT, type: 'private' }, text: '' } });
  const webhook = new Listener({});
  let nats: LocalNats;
  let server: ManagedProcess;
  let provisioner: RunningProvisioner;
  let reporting: ManagedProcess;
  let risk: JetStreamBus;
  let healthPort: number;

  const ask = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${healthPort}${path}`)).text();
  const trip = async (scopeId: string): Promise<void> => {
    await new StreamExecutor(risk.store, new WallClock(), { service: 'risk', build: 'test' }).execute(stops, { partition: PARTITION, id: 'main' }, tripped(scopeId), { causationId: contentId('trip', scopeId), correlationId: 'main', lane: 'main' });
  };
  const told = (scopeId: string, ...times: readonly [number, number]): Promise<void> => vi.waitFor(() => expect([telegram.times(scopeId), webhook.times(scopeId)]).toEqual(times), POLL);

  beforeAll(async () => {
    const [port, monitorPort, health] = await Promise.all([freePort(), freePort(), freePort()]);
    healthPort = health;
    nats = writeLocalNatsConfig({ dir: folder, port, monitorPort, storeDir: join(folder, 'store'), strategies: [] });
    server = new ManagedProcess({ name: 'nats-server', command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', nats.configFile], ready: () => natsServerIsReady(monitorPort) });
    await server.start();
    provisioner = await startProvisioner({ url: nats.url, credentialSeedFile: nats.seedFiles['provisioner'] ?? '', onFault: (error) => expect.fail(error.message) });
    await Promise.all([telegram.start(), webhook.start()]);
    const secretFile = join(folder, 'webhook-secret');
    writeFileSync(secretFile, `${SECRET}\n`);
    const env = {
      PATH: process.env['PATH'], NATS_URL: nats.url, NATS_SEED_FILE: nats.seedFiles['reporting'], HEALTH_PORT: String(healthPort), CLOCK: 'wall', REPORT_DIR: join(folder, 'report'), LOG_LEVEL: 'trace',
      NOTIFY_TELEGRAM_TOKEN: TOKEN, NOTIFY_TELEGRAM_CHATS: String(CHAT), NOTIFY_TELEGRAM_API: telegram.url, NOTIFY_WEBHOOK_URL: `${webhook.url}/canary-path`, NOTIFY_WEBHOOK_SECRET_FILE: secretFile, NOTIFY_WINDOW_MS: '0', NOTIFY_TIMEOUT_MS: '3000',
    };
    const ready = (): Promise<boolean> => fetch(`http://127.0.0.1:${healthPort}/readyz`).then(({ ok }) => ok, () => false);
    reporting = new ManagedProcess({ name: 'reporting', command: process.execPath, args: [join(WORKING_COPY, 'services', 'reporting', 'dist', 'main.js')], env, ready, readyTimeoutMs: 60_000 });
    risk = await connectJetStream({ url: nats.url, service: 'risk', credentialSeedFile: nats.seedFiles['risk'] ?? '' });
    await trip('of-before');
    await reporting.start();
  }, 150_000);

  afterAll(async () => {
    await reporting.stop();
    await risk.close();
    await provisioner.close();
    await server.stop();
    telegram.stop();
    webhook.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells each event once, with the rights that reporting has, and repeats after kill -9 only the one in doubt', async () => {
    await trip('first-one');
    await told('first-one', 1, 1);
    await vi.waitFor(async () => expect(await ask('/metrics')).toMatch(/ballast_notifications_total\{channel="webhook",outcome="sent"\} 1/), POLL);
    for (const listener of [telegram, webhook]) listener.mute = true;
    await trip('in-doubt');
    await vi.waitFor(() => expect(Math.min(telegram.times('in-doubt'), webhook.times('in-doubt'))).toBeGreaterThan(0), POLL);
    await reporting.kill('SIGKILL');
    // Where it was killed late, it had waited in vain for the answers, and asked again.
    const asked = [telegram.times('in-doubt'), webhook.times('in-doubt')] as const;
    await trip('while-dead');
    for (const listener of [telegram, webhook]) listener.mute = false;
    await reporting.start();
    await told('while-dead', 1, 1);
    await told('in-doubt', asked[0] + 1, asked[1] + 1);
    await told('first-one', 1, 1);
    const doubted = webhook.got.filter(({ body }) => body.includes('in-doubt'));
    expect(new Set(doubted.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(new Set(doubted.map(({ body }) => body)).size).toBe(1);
    expect([telegram.times('of-before'), webhook.times('of-before')]).toEqual([0, 0]);
  }, 150_000);

  it('tells nothing again after a stop and a start', async () => {
    await vi.waitFor(async () => expect(await ask('/metrics')).toMatch(/ballast_notifications_total\{channel="webhook",outcome="sent"\} 2/), POLL);
    expect(await reporting.stop(POLL.timeout)).toEqual({ code: 0, signal: null });
    await reporting.start();
    await trip('after-all');
    await told('after-all', 1, 1);
    expect([telegram.times('first-one'), webhook.times('first-one'), webhook.times('while-dead')]).toEqual([1, 1, 1]);
  }, 150_000);

  it('shows on /readyz who cannot be told, stays ready, and clears it', async () => {
    webhook.mute = true;
    await trip('unheard');
    await vi.waitFor(async () => expect(JSON.parse(await ask('/readyz'))).toMatchObject({ ready: true, concerns: { notifications: expect.stringMatching(/^webhook \d+ failed, 1 wait; HARD_STOP \S+: no answer in time$/) as string } }), POLL);
    expect(await ask('/metrics')).toContain('ballast_concern{check="notifications"} 1');
    webhook.mute = false;
    await vi.waitFor(async () => expect(JSON.parse(await ask('/readyz'))).toEqual({ ready: true, missing: [], concerns: {} }), POLL);
    expect(await ask('/metrics')).toContain('ballast_concern{check="notifications"} 0');
  });

  it('lets no token, secret or URL into a log line or a page of its own', async () => {
    const said = [...reporting.lines, await ask('/metrics'), await ask('/readyz')].join('\n');
    expect(said).toContain('webhook: 1 failed');
    expect(said).not.toContain('canary');
    expect(readFileSync(nats.configFile, 'utf8')).not.toContain('canary');
  });
});
